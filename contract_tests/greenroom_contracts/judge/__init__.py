"""The judge: one exchange against its contract, findings out. Knows no network."""
