"""Mutants: messages of a contract, valid ones and ones that violate a single keyword."""

from __future__ import annotations

from .mutants import EXAMPLE, REQUEST, RESPONSE, WEBHOOK, Mutant, mutants

__all__ = ["EXAMPLE", "REQUEST", "RESPONSE", "WEBHOOK", "Mutant", "mutants"]
