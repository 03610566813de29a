"""The house rules of specs/README.md as functions over a document."""

from __future__ import annotations

from .document import Document
from .registry import RULES, Rule, find_problems

__all__ = ["RULES", "Document", "Rule", "find_problems"]
