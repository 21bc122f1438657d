"""SQLite as Django's own engine has it, but for how one waits for its only pen (see `base`)."""
