"""What all forms share: reading what was sent, saving it together with others, telling, undoing."""
