"""The house rules of specs/README.md, each a function that yields the problems it finds."""

from __future__ import annotations

from .document import Document
from .registry import RULES, Rule, find_problems

__all__ = ["RULES", "Document", "Rule", "find_problems"]
