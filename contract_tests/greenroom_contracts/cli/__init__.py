"""The command `greenroom check`."""
