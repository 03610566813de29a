"""Parameters in every style and location."""
