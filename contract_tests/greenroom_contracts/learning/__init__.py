"""What recordings show and a contract does not state."""
