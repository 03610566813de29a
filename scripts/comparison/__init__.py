"""The parts of the comparison of responses."""
