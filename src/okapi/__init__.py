"""Okapi: OKR and KPI in one system."""

__version__ = "0.1.0"
