"""Signing in and out, the language, and the way into an organisation."""
