"""The files that the parts of a bundled document come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...errors import Problem


@dataclass(frozen=True, slots=True)
class SourceMap:
    """The file and the pointer there of the parts that come from other files, by their pointer.

    Everything else comes from `file`, where it has the same pointer.
    """

    file: str
    elsewhere: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def locate(self, pointer: str) -> tuple[str, str]:
        """The file that a pointer of the document leads into, and the pointer there."""
        ancestor = pointer
        while ancestor:
            if ancestor in self.elsewhere:
                file, base = self.elsewhere[ancestor]
                return file, base + pointer[len(ancestor) :]
            ancestor = ancestor.rpartition("/")[0]
        return self.file, pointer

    def in_file(self, problem: Problem) -> Problem:
        """A problem of the document as one of the file that it comes from."""
        file, pointer = self.locate(problem.pointer)
        return replace(problem, file=file, pointer=pointer)
