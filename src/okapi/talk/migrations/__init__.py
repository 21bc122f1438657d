"""Named, reversible migrations."""
