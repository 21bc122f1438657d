"""Objectives, key results, moves / guards / informs, check-ins, adjustments, standings."""
