"""KPIs on the page: the catalogue, one KPI, adding a measurement, and where values came from."""
