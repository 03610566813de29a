"""Choosing and preparing a response."""
