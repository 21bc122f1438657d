"""For those who write programs: a page to try the API."""
