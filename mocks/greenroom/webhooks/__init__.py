"""Webhooks: one message of a contract, made and signed as the vendor does, sent to a receiver."""
