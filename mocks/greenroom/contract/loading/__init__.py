"""From files to one document."""
