"""Signals: changes in a KPI that are not noise."""
