"""How a space lives: its clock, what is due on it, and the transitions of its records."""
