"""Removing credentials and personal data from reports, recordings and logs."""
