"""Time in a space: its clock, what is due on it, and the transitions of its records."""
