"""The effects that an operation can declare (`x-effect`, described in specs/README.md)."""

READ, CREATE, CHANGE, DELETE = "read", "create", "change", "delete"
CONTACT, COST = "contact", "cost"
EFFECTS = (READ, CREATE, CHANGE, DELETE, CONTACT, COST)
