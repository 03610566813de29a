"""Messages of a contract, valid and with one fault each, for judges to agree about."""

from __future__ import annotations

from .mutants import EXAMPLE, REQUEST, RESPONSE, WEBHOOK, Mutant, asserted_keywords, mutants

__all__ = ["EXAMPLE", "REQUEST", "RESPONSE", "WEBHOOK", "Mutant", "asserted_keywords", "mutants"]
