"""What a space does to requests and deliveries on purpose: faults and rate limits."""
