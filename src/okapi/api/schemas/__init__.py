"""The shapes of bodies and answers, a file for each noun; exact numbers are texts."""
