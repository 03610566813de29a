"""Traffic that others recorded or received, judged without any network."""
