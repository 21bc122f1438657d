"""The REST API: schemas and operations over the same actions and queries as the pages."""
