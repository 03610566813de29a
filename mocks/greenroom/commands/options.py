"""Declaring the options of subcommands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any


def option(
    parser: argparse.ArgumentParser, name: str, text: str, metavar: str | None = None, **more: Any
) -> None:
    """Declare an option, without a `metavar` a flag; one whose default is a list is repeatable."""
    if metavar is None:
        parser.add_argument(name, action="store_true", help=text, **more)
        return
    action = "append" if isinstance(more.get("default"), list) else "store"
    parser.add_argument(name, action=action, metavar=metavar, help=text, **more)


def number(kind: type[int] | type[float], most: int = 10**9) -> Callable[[str], float]:
    """A reader of numbers above 0 and up to `most`."""

    def read(text: str) -> float:
        if not 0 < kind(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number above 0 and up to {most}")
        return kind(text)

    # So argparse names it where `kind` raises ValueError.
    read.__name__ = "number"
    return read
