"""Settings: the organisation, its teams and people, cycles and pillars, and the ways in."""
