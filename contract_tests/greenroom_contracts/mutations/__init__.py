"""Messages of a contract, valid and with one fault each, for judges to agree about."""

from __future__ import annotations

from .messages import EXAMPLE, REQUEST, RESPONSE, WEBHOOK, Mutant, corpus, keywords

__all__ = ["EXAMPLE", "REQUEST", "RESPONSE", "WEBHOOK", "Mutant", "corpus", "keywords"]
