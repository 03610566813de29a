"""A check from beginning to end."""
