"""Text for people: untrusted text made safe for a terminal, numbers with their nouns."""

from __future__ import annotations


def plain(text: str, keep: str = "") -> str:
    """The text with unprintable characters escaped, except those in `keep`."""
    rest = text
    for character in keep:
        rest = rest.replace(character, "")
    if rest.isprintable():
        # As nearly all texts are; to look at each character takes a hundred times as long.
        return text
    return "".join(c if c.isprintable() or c in keep else _escape(c) for c in text)


def block(content: bytes) -> str:
    """Bytes, read as UTF-8, as lines of text; line ends and tabs are kept."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return plain(text, keep="\n\t").rstrip("\n")


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 finding`, `2 findings`."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()
