"""Text of others on a terminal: readable, and nothing in it that a terminal would act on."""

from __future__ import annotations


def plain(text: str, keep: str = "") -> str:
    """The text with every character that does not print written as an escape, but those to keep."""
    return "".join(c if c.isprintable() or c in keep else _escape(c) for c in text)


def block(content: bytes) -> str:
    """Bytes as lines of text; UTF-8 where they are, with line ends and tabs as they stand."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return plain(text, keep="\n\t").rstrip("\n")


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()
