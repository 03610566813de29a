"""Making, resetting and removing spaces; snapshots, and scenarios, which are named states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...contract.loading.parsing import parse_value, read_text
from ...errors import GreenroomError
from ...state.documents import check, play
from ...state.space import instant
from ...webhooks.destination import Receivers
from .call import DOCUMENT, Call, about, whole
from .resources import documented

# Identifiers of records that a snapshot would change.
_MOST_SHOWN = 5


def get_control_document(call: Call) -> Any:
    """What the routes take and give."""
    return DOCUMENT


def list_spaces(call: Call) -> Any:
    """All spaces by name."""
    return whole([about(space) for space in call.served.spaces.all()])


def get_space(call: Call) -> Any:
    """One space."""
    return about(call.space())


def put_space(call: Call) -> Any:
    """A space made anew: 201 for a new one, 200 in place of another."""
    given, now = call.body, call.body.get("now")
    source, receivers = given.get("from") or {}, _receivers(given.get("receivers", {}))
    space, is_new = call.served.spaces.put(
        call.path["space"],
        seed=given.get("seed"),
        now=None if now is None else instant(now),
        mode=given.get("mode", "stateful"),
        from_=source.get("snapshot", source) or None,
        scenario=_scenario(call, given["scenario"]) if "scenario" in given else None,
        rate_limits=given.get("rate_limits"),
    )
    space.receivers = receivers
    return about(space), 201 if is_new else 200


def update_space(call: Call) -> Any:
    """Change what is named."""
    space = call.space(make=True)
    if "receivers" in call.body:
        space.receivers = _receivers(call.body["receivers"])
    if "rate_limits" in call.body:
        space.rate_limits = call.body["rate_limits"]
    space.journal.note("changed", ", ".join(call.body))
    return about(space)


def delete_space(call: Call) -> None:
    """Forget a space."""
    call.served.spaces.remove(call.space().name)


def reset_space(call: Call) -> Any:
    """The space as it was made."""
    space = call.served.spaces.reset(call.path["space"], call.body.get("keep", ()))
    space.journal.note("reset")
    return about(space)


def get_snapshot(call: Call) -> Any:
    """All records of a space, as a document."""
    return call.served.spaces.snapshot(call.space().name)


def put_snapshot(call: Call) -> Any:
    """The records of a document in place of those of the space; with `preview` what differs."""
    if call.query.get("preview") == "true":
        return {"changes": [*_differences(call)], "now": call.body.get("now")}
    space = call.served.spaces.restore(call.path["space"], call.body)
    space.journal.note("restored")
    return about(space)


def _differences(call: Call) -> Iterator[dict[str, Any]]:
    """What a snapshot would change; a vendor that is not in it has its documented records."""
    space = call.space()
    check(call.body, {vendor: call.served.spaces.api(vendor) for vendor in space.vendors})
    for vendor in space.vendors:
        here = there = documented(call, space, vendor)
        if vendor in call.body["vendors"]:
            there = documented(call, space, vendor)
            there.store.load(call.body["vendors"][vendor])
        here = space.world(vendor) if space.uses(vendor) else here
        for name in here.api.behaviour.resources:
            old, new = ({r.id: (r.value, r.state) for r in w.records(name)} for w in (here, there))
            changed = {id for id in old.keys() & new.keys() if old[id] != new[id]}
            for kind, ids in (
                ("added", new.keys() - old), ("removed", old.keys() - new), ("changed", changed)
            ):  # fmt: skip
                about = {"vendor": vendor, "resource": name, "kind": kind, "count": len(ids)}
                if ids:
                    yield {**about, "ids": sorted(ids)[:_MOST_SHOWN]}


def list_scenarios(call: Call) -> Any:
    """The scenarios beside the contract of every vendor, by name."""
    call.space()
    return whole(scenarios(call))


def scenarios(call: Call) -> list[dict[str, str]]:
    """Those beside the contracts: of which vendor, and their names."""
    vendors = call.served.contracts
    return [{"vendor": v, "name": path.stem} for v in vendors for path in _files(call, v)]


def play_scenario(call: Call) -> Any:
    """Give a space the records of a scenario; a space that cannot have them stays as it was."""
    scenario, space = _scenario(call, call.body), call.space(make=True)
    before = space.document()
    try:
        play(space, scenario)
    except Exception:
        call.served.spaces.restore(space.name, before)
        raise
    space.journal.note("scenario", call.body.get("name"))
    return about(space)


def _receivers(given: Mapping[str, str]) -> Mapping[str, str]:
    """Addresses in place of others. Raises ReceiverError for one that is no URL."""
    Receivers(moved=given)
    return given


def _scenario(call: Call, given: Any) -> Any:
    """The scenario that is sent, or that of a name. Raises GreenroomError where there is none."""
    vendor, name, vendors = given["vendor"], given.get("name"), call.served.contracts
    if vendor not in vendors:
        raise GreenroomError(f"{vendor} is not served; served: {', '.join(vendors)}")
    files = {path.stem: path for path in _files(call, vendor)}
    if name is not None and name not in files:
        known = ", ".join(files) or "none"
        raise GreenroomError(f"{vendor} has no scenario {name}; it has: {known}")
    file = files.get(name, Path())
    found = (
        given["scenario"] if name is None else parse_value(read_text(file, str(file)), str(file))
    )
    return {**found, "vendor": vendor} if isinstance(found, dict) else found


def _files(call: Call, vendor: str) -> Iterator[Path]:
    yield from sorted(Path(call.served.contracts[vendor].file).parent.glob("scenarios/*.yaml"))
