"""How Okapi is put together: settings, URLs, checks and servers."""
