"""The goals: their list, an objective's page, check-ins and comments."""
