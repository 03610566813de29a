"""What most requests do, compiled; everything else is decided step by step."""
