"""The journal: which requests arrived, why each got its response, and what a test asks about it."""
