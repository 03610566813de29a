"""The effects that an operation can declare (`x-effect`, described in specs/README.md)."""

READ, CREATE, CHANGE, DELETE = "read", "create", "change", "delete"
CONTACT, COST, SUBSCRIBE = "contact", "cost", "subscribe"
EFFECTS = (READ, CREATE, CHANGE, DELETE, CONTACT, COST, SUBSCRIBE)
