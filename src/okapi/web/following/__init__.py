"""Following a thing: the button that begins and ends it, wherever it stands."""
