"""A whole organisation as a folder of files: read, checked, compared, written, and exported."""
