"""Tables of lives: what a client does with a resource, and what it gets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenroom.contract.loading.parsing import parse_value, read_text

# What a resource can have in its life. A table names those that it has not, with the reason.
STAGES = ("create", "read", "list", "filter", "page", "change", "delete", "gone")
# Further steps: what has to be there before, and what a request for an unknown thing gets.
OTHERS = ("given", "refused")

_VARIABLE = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Listing:
    """The list of a resource: the operation, its request, and where items and total are.

    `key` is a pointer to the identifier in an item; `page` names the parameter with the number of
    the page, `offset` the one with the number of items before, `size` that with their number.
    `total` is a pointer, None where the list tells none; `counts` is what it counts: `all` or
    `page`.
    """

    operation: str
    items: str
    key: str
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    total: str | None = None
    counts: str = "all"
    page: str | None = None
    offset: str | None = None
    size: str | None = None


@dataclass(frozen=True)
class Life:
    """The life of one resource, in the order of its steps."""

    vendor: str
    name: str
    listing: Listing | None
    # Stage -> why the resource has none.
    without: Mapping[str, str]
    steps: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return f"{self.vendor}-{self.name}"

    @property
    def stages(self) -> list[str]:
        """The kinds of its steps."""
        return [stage(step) for step in self.steps]

    @property
    def operations(self) -> set[str]:
        """The operations that it uses."""
        return {step[stage(step)] for step in self.steps}


def stage(step: Mapping[str, Any]) -> str:
    """The kind of a step."""
    return next(name for name in step if name in STAGES + OTHERS)


def lives() -> Iterator[Life]:
    """All tables, which lie beside this module: one file for each vendor."""
    for file in sorted(Path(__file__).parent.glob("*.yaml")):
        for name, table in parse_value(read_text(file, file.name), file.name)["lives"].items():
            listing = table.get("list")
            yield Life(
                file.stem,
                name,
                listing and Listing(**{"path": {}, "query": {}, **listing}),
                table.get("without", {}),
                tuple(table["steps"]),
            )


def leaving_nothing(vendor: str) -> dict[str, str]:
    """The operations that create nothing that a client could find again, each with the reason."""
    file = Path(__file__).parent / f"{vendor}.yaml"
    found: dict[str, str] = parse_value(read_text(file, file.name), file.name).get(
        "leaving_nothing", {}
    )
    return found


def filled(value: Any, names: Mapping[str, Any]) -> Any:
    """A value with `<name>` replaced; a text that is nothing else gets the value as it is."""
    if isinstance(value, Mapping):
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if not isinstance(value, str):
        return value
    whole = _VARIABLE.fullmatch(value)
    if whole and whole[1] in names:
        return names[whole[1]]
    return _VARIABLE.sub(lambda found: str(names.get(found[1], found[0])), value)


def differences(wanted: Any, got: Any, at: str = "") -> list[str]:
    """Where a value is not as wanted; objects may have more members.

    `<any>` is any value but null, `<absent>` a member that is not there or null.
    """
    if wanted == "<any>":
        return [] if got is not None else [f"{at}: nothing"]
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        found: list[str] = []
        for name, value in wanted.items():
            if value == "<absent>":
                found += [f"{at}/{name}: {got[name]!r}"] if got.get(name) is not None else []
            elif name not in got:
                found.append(f"{at}/{name}: missing")
            else:
                found += differences(value, got[name], f"{at}/{name}")
        return found
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        pairs = enumerate(zip(wanted, got, strict=True))
        return [each for i, (a, b) in pairs for each in differences(a, b, f"{at}/{i}")]
    same = wanted == got and isinstance(wanted, bool) is isinstance(got, bool)
    return [] if same else [f"{at}: {got!r:.200}, wanted {wanted!r:.200}"]
