"""Sources: addresses and databases from which measurements come by themselves, on a plan."""
