"""XML text from a client to a small tree of elements, within bounds.

A document type declaration is refused: it is of no use here, and by its
entities a few lines of XML become gigabytes or the content of a file. Names keep their prefixes,
and namespaces are resolved here, so that a prefix without a declaration is not an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from ...http import media_type
from ...http.charset import decode_text
from ...http.json_decoding import LimitError, MalformedError

# Beyond any real request, and small enough to process.
_DEEPEST = 100
_MOST_NODES = 20_000
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,80}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']"""
)
_UTF_8_MARK, _UTF_16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
XML = "http://www.w3.org/XML/1998/namespace"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an element or attribute: as it was written, and resolved."""

    written: str
    local: str
    namespace: str


@dataclass(slots=True)
class Element:
    """One element: attributes by name without the declarations of namespaces, and text joined."""

    name: Name
    attributes: list[tuple[Name, str]]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly within the element."""
        return "".join(self.texts)

    @property
    def is_nil(self) -> bool:
        """Whether the element declares that it is null (XML Schema 1.1 part 1, 2.7.2)."""
        return any(
            name.namespace == INSTANCE and name.local == "nil" and text.strip() in ("true", "1")
            for name, text in self.attributes
        )


@dataclass(slots=True)
class Allowance:
    """The number of elements and attributes that may still be read for one request."""

    nodes: int = _MOST_NODES

    def take(self, nodes: int) -> None:
        """Count some more. Raises MalformedError where they are too many."""
        self.nodes -= nodes
        if self.nodes < 0:
            raise LimitError(f"XML of more than {_MOST_NODES} elements and attributes")


def parse(
    content: bytes | str, content_type: str = "", allowance: Allowance | None = None
) -> Element:
    """The root element of a document, whose charset may be named by its Content-Type.

    `allowance` is shared by the documents of one request. Raises MalformedError.
    """
    text = content if isinstance(content, str) else _decoded(content, content_type)
    builder = _TreeBuilder(allowance or Allowance())
    try:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = builder.doctype
        parser.StartElementHandler = builder.start
        parser.EndElementHandler = builder.end
        parser.CharacterDataHandler = builder.data
        # Given text, the parser ignores the encoding that the document declares.
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise MalformedError(f"not XML: {error}") from error
    except UnicodeEncodeError as error:
        raise MalformedError(f"not XML: {error.reason}") from error
    return builder.root


def _decoded(content: bytes, content_type: str) -> str:
    """The text of a document, in the charset of its Content-Type, its mark or its declaration.

    RFC 7303 section 3.2, and XML 1.0 appendix F.
    """
    if media_type.charset(content_type) is None:
        declared = _DECLARED.match(content.removeprefix(_UTF_8_MARK))
        named = "utf-16" if content.startswith(_UTF_16_MARKS) else ""
        named = named or (declared[1].decode() if declared else "utf-8")
        content_type = f"text/xml; charset={named}"
    return decode_text(content, content_type).removeprefix("\ufeff")


class _TreeBuilder:
    """Takes the events of the parser and builds the tree."""

    def __init__(self, allowance: Allowance) -> None:
        self.root: Element
        self._open: list[Element] = []
        self._allowance = allowance
        # By prefix its namespaces from the root down to the open element, and the prefixes that
        # each open element declares; a copy for each would let a short document take long.
        self._bound: dict[str, list[str]] = {"xml": [XML], "": [""]}
        self._declared: list[list[str]] = []

    def doctype(self, *_: object) -> None:
        raise LimitError("XML with a document type declaration is not read here")

    def start(self, written: str, pairs: list[str]) -> None:
        self._allowance.take(1 + len(pairs) // 2)
        if len(self._open) >= _DEEPEST:
            raise LimitError(f"XML of more than {_DEEPEST} levels")
        attributes: list[tuple[str, str]] = []
        declared: list[str] = []
        for name, text in zip(pairs[::2], pairs[1::2], strict=True):
            if name == "xmlns" or name.startswith("xmlns:"):
                self._bound.setdefault(name[6:], []).append(text)
                declared.append(name[6:])
            else:
                attributes.append((name, text))
        self._declared.append(declared)
        # An attribute without a prefix has no namespace (Namespaces in XML 1.0, section 6.2).
        element = Element(
            self._name(written, self._bound[""][-1]),
            [(self._name(name, ""), text) for name, text in attributes],
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _: str) -> None:
        self._open.pop()
        for prefix in self._declared.pop():
            self._bound[prefix].pop()

    def data(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def _name(self, written: str, default: str) -> Name:
        prefix, colon, local = written.partition(":")
        if not colon:
            return Name(written, written, default)
        return Name(written, local, (self._bound.get(prefix) or ("",))[-1])
