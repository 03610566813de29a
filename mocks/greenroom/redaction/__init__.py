"""What is taken out of reports, recordings and logs."""
