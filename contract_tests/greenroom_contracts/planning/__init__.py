"""What a check may send and will send."""
