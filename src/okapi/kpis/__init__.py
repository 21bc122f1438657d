"""KPI definitions and versions, targets, measurements, intakes, KPI standings."""
