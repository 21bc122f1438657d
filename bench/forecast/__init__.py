"""How good forecasts are, on public series: `python -m bench.forecast`."""
