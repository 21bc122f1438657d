"""What can be asked about goals: frozen view objects, a fixed number of statements."""
