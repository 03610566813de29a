"""Values and their wire forms, written out by hand, and readers that are not ours."""
