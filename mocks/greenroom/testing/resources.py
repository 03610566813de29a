"""The records of a vendor in a space, without the rules of its API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .control import ControlClient


class Record(dict[str, Any]):
    """The values of a record by name; `id` is its identifier as text, `version` counts changes.

    `state` is that of its life cycle, None where nothing tells it.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document["value"])
        self.id: str = document["id"]
        self.version: int = document["version"]
        self.state: str | None = document["state"]


class Records(Mapping[str, Record]):
    """The records of a resource by identifier, in the order of creation."""

    def __init__(self, control: ControlClient, path: str) -> None:
        self._control, self._path = control, path

    def __getitem__(self, id: str) -> Record:
        try:
            return Record(self._control("GET", self._of(id)))
        except LookupError as error:
            raise KeyError(str(error)) from error

    def __iter__(self) -> Iterator[str]:
        return iter([document["id"] for document in self._control.all(self._path)])

    def __len__(self) -> int:
        total: int = self._control("GET", self._path, limit=1)["total"]
        return total

    def create(self, **values: Any) -> Record:
        """A new record: a documented example with the values laid over it."""
        return Record(self._control("POST", self._path, values))

    def update(self, id: str, **values: Any) -> Record:
        """Merge values into a record. Raises LookupError where there is none."""
        return Record(self._control("PATCH", self._of(id), values))

    def transition(self, id: str, to: str) -> Record:
        """Put a record into a state, with all that this brings. Raises LookupError."""
        return Record(self._control("POST", f"{self._of(id)}/transition", {"to": to}))

    def delete(self, id: str) -> None:
        """Drop a record, and nothing else. Raises LookupError where there is none."""
        self._control("DELETE", self._of(id))

    def _of(self, id: str) -> str:
        return f"{self._path}/{quote(id, safe='')}"


class Resources(Mapping[str, Records]):
    """The resources of a vendor by name."""

    def __init__(self, control: ControlClient, path: str) -> None:
        self._control, self._path = control, path

    def __getitem__(self, name: str) -> Records:
        if name not in (names := list(self)):
            raise KeyError(f"{name!r} is no resource; resources: {', '.join(names)}")
        return Records(self._control, f"{self._path}/{quote(name, safe='')}")

    def __iter__(self) -> Iterator[str]:
        return iter([found["name"] for found in self._control("GET", self._path)["items"]])

    def __len__(self) -> int:
        return sum(1 for _ in self)
