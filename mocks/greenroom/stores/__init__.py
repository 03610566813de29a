"""Where the records of spaces are kept."""
