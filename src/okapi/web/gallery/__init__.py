"""Examples of KPIs and objectives by team, to be looked through and chosen."""
