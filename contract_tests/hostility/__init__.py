"""Hostile requests, and a contract with every kind of parameter and body to read them."""
