"""Organisations, teams, people, memberships, roles, pillars, cycles, calendars, tokens."""
