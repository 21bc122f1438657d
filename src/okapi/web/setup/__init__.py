"""The first set-up: the organisation and its administrator, then a few steps."""
