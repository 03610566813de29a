"""The simulation of what an API keeps: records, and what requests do to them; no store, no I/O."""
