"""Rehearse against interview vendors before going live."""

from __future__ import annotations

__version__ = "0.1.0"
