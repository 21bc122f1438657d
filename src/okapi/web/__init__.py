"""The pages: a skin over actions and queries; it never sees a table."""
