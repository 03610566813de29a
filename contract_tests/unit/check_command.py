"""A check of the contract of things on the command line."""

from __future__ import annotations

from greenroom.cli import main

VARIABLE = "GREENROOM_THINGS_KEY"


def check(*words: str) -> int:
    """The exit code of a check of the contract of things."""
    return main(["check", "things.json", "--quiet", *words])
