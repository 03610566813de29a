"""What the vendors' documents tell of how things live, one module for each vendor with a `flow`."""
