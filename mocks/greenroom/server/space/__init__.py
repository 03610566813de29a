"""What is imported for requests of spaces only."""
