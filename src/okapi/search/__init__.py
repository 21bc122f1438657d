"""Full-text search over goals, KPIs, people, teams and comments."""
