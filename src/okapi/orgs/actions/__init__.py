"""What can be done to organisations: one file per noun. All atomic, checked and recorded."""
