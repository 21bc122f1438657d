"""Teams and people: who does what, and how it goes."""
