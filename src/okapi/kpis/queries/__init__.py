"""What can be asked about KPIs: frozen view objects, a fixed number of statements."""
