"""Where the parts of a document come from, that was put together from several files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import Breach
from ..validation.problem import Fault


@dataclass(frozen=True, slots=True)
class Origins:
    """Places of a document that were taken from elsewhere: file and pointer there, by pointer.

    Everything else is of `file`, at the same pointer.
    """

    file: str
    elsewhere: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def locate(self, pointer: str) -> tuple[str, str]:
        """The file that a pointer of the document leads into, and the pointer there."""
        above = pointer
        while above:
            if above in self.elsewhere:
                file, base = self.elsewhere[above]
                return file, base + pointer[len(above) :]
            above = above.rpartition("/")[0]
        return self.file, pointer

    def breach(self, fault: Fault) -> Breach:
        """A fault of the document as a breach of the file that it stands in."""
        file, pointer = self.locate(fault.pointer)
        return Breach(file, pointer, fault.rule, fault.message)
