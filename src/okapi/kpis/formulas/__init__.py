"""Formula KPIs in the tables: what depends on what, what is computed, and when."""
