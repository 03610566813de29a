"""Spaces that several processes share: each has a replica, and a store has what was committed."""
