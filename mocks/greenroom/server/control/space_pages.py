"""The pages of spaces: what the control routes give, as a person reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import chain, count
from typing import Any

from ...console import layout
from ...console.reference.prepared import snippets
from ...console.spaces import frame, requests
from ...console.spaces.filtering import filtered
from ...console.spaces.timeline import groups
from ...http.curl import is_added
from ...http.timestamps import rfc3339
from ...journal.document import STEPS, exchange
from ...journal.entry import Change
from ...mock.security import SPACE_NAME
from ...redaction.body_text import decoded
from ..spaces.living import deliveries_of
from . import deliveries, spaces
from . import requests as journal
from .call import ControlError
from .space_views import VIEWS
from .visit import Found, Visit
from .visited import MOST_ROWS, Seen, Spaces

# Of more spaces whose names begin alike only the number is shown at first.
_MOST_ALIKE = 10


def page(visit: Visit) -> Found:
    """The page below `console` that is visited."""
    seen = Spaces(visit)
    place, parts = visit.place, visit.place.parts[1:]
    if not parts:
        return 200, _listed(seen)
    space = seen.served.spaces.get(parts[0])
    if space is None:
        why = ("It was deleted, was not used for long, or is yet to be made: by its first request, "
               "or here. Spaces live as long as the server.")  # fmt: skip
        is_name = SPACE_NAME.fullmatch(parts[0]) is not None
        call = f"PUT spaces/{parts[0]}" if is_name else ""
        # Every name is that of a space that may come.
        return 200 if is_name and len(parts) == 1 else 404, frame.gone(
            place, f"The space {parts[0]}", why, ("console",), call=call,
            near=get_close_matches(parts[0], [each.name for each in seen.served.spaces.all()], 3),
        )  # fmt: skip
    tab, *rest = parts[1:] or ("",)
    find = _VIEWS.get((tab, bool(rest)))
    return find(Seen(seen, space), rest) if find else None


def example_requests(visit: Visit) -> str:
    """The page of the requests that named no space."""
    seen = Spaces(visit)
    found = seen.call(journal.list_example_requests, {}, limit=MOST_ROWS)
    return layout.render(
        "space/examples.html", visit.place, rows=found["items"][::-1],
        example=seen.example("demo"), dropped=found["dropped"],
    )  # fmt: skip


def _listed(seen: Spaces) -> str:
    found = seen.call(spaces.list_spaces, {})["items"]
    for each, space in zip(found, seen.served.spaces.all(), strict=True):
        kept = deliveries_of(space)
        states = Counter(one.state for one in (kept.kept() if kept else ()))
        each["troubled"] = {s: n for s, n in states.items() if s in ("failed", "withheld")}
    alike = Counter(map(_beginning, found))
    folded: dict[str, list[Any]] = {}
    for each in found:
        if alike[_beginning(each)] > _MOST_ALIKE:
            folded.setdefault(_beginning(each), []).append(each)
    own = [each for each in found if _beginning(each) not in folded]
    names = {each["name"] for each in found}
    free = chain(("demo",), map("demo-{}".format, count(2)))
    proposed = next(name for name in free if name not in names)
    return layout.render(
        "space/list.html", seen.place, own=own, folded=folded, proposed=proposed,
        example=seen.example("NAME"), scripts=["act"], scenarios=seen.call(spaces.scenarios, {}),
    )  # fmt: skip


def _beginning(space: Mapping[str, Any]) -> str:
    return str(space["name"]).replace("_", "-").partition("-")[0]


def _timeline(seen: Seen, _: Any) -> Found:
    kept, asked = seen.space.journal, seen.query.get("q", "")
    entries = [*kept.after(max(0, kept.last - MOST_ROWS))]
    changes = [(each.number, _shown(change)) for each in entries for change in each.trace.changes]
    notes = [
        (n, rfc3339(at), what, _shown(about) if isinstance(about, Change) else about, rfc3339(now))
        for n, at, what, about, now in [*kept.notes][-MOST_ROWS:]
    ]
    rows = seen.call(journal.list_requests, limit=MOST_ROWS)["items"]
    sent = seen.call(deliveries.list_deliveries, limit=MOST_ROWS)["items"]
    found = groups(rows, changes, notes, sent)
    fitting = [row["is"] for row in filtered((group.row() for group in found), asked)]
    return seen.page(
        "timeline.html", groups=fitting[:MOST_ROWS], total=len(found), asked=asked,
        is_walled="wall" in seen.query,
        is_cut=kept.last > len(entries), example=seen.spaces.example(seen.space.name),
    )  # fmt: skip


def _shown(change: Change) -> Mapping[str, Any]:
    about = {"vendor": change.vendor, "resource": change.resource, "id": change.id}
    return {**about, "kind": change.kind}


def _requests(seen: Seen, _: Any) -> Found:
    asked, before = seen.query.get("q", ""), seen.query.get("before", "")
    most = seen.space.journal.kept if asked or before.isdigit() else MOST_ROWS
    found = seen.call(journal.list_requests, limit=max(1, most))
    rows = [*filtered(found["items"], asked)]
    if before.isdigit():
        rows = [row for row in rows if row["n"] < int(before)]
    shown = rows[-MOST_ROWS:][::-1]
    is_cut = len(rows) > len(shown) or (found["total"] > most and len(shown) == MOST_ROWS)
    return seen.page(
        "requests.html", rows=shown, total=found["total"], dropped=found["dropped"], asked=asked,
        older=shown[-1]["n"] if is_cut else None, example=seen.spaces.example(seen.space.name),
    )  # fmt: skip


def _request(seen: Seen, rest: list[str]) -> Found:
    try:
        entry = seen.call(journal.get_request, {"number": rest[0]})
    except (ControlError, ValueError):
        return seen.gone(f"Request {rest[0]}", _missing(seen, rest[0]), "requests")
    if len(rest) > 1:
        return None
    taken, unreached = requests.steps(entry["decision"], STEPS)
    api = seen.spaces.visit.apis.get(entry["vendor"])
    kept, journal_ = seen.space.journal, entry["n"]
    sent = deliveries_of(seen.space)
    caused = [each.document() for each in (sent.kept() if sent else ())
              if each.emission.cause.document() == {"request": entry["n"]}]  # fmt: skip
    return seen.page(
        "request.html", entry=entry, taken=taken, unreached=unreached, caused=caused,
        earlier=journal_ - 1 if journal_ - 1 > kept.last - kept.kept else None,
        later=journal_ + 1 if journal_ < kept.last else None,
        body_text=requests.body_text, assertion=requests.assertion(entry),
        programs=_programs(seen, entry), fill=requests.fill(entry),
        operation=api and api.slug_of_id(entry["operation"] or ""),
    )  # fmt: skip


def _missing(seen: Seen, number: str) -> str:
    kept = seen.space.journal
    if number.isdigit() and 0 < int(number) <= kept.last:
        return (f"The journal keeps the newest {kept.kept} of {kept.last} requests; this one had "
                "to go, or the journal was cleared.")  # fmt: skip
    return f"The space has had {kept.last} requests."


def _programs(seen: Seen, entry: Mapping[str, Any]) -> Mapping[str, str]:
    """What sends a request again, empty where its body is not kept as text."""
    kept = next(seen.space.journal.after(entry["n"] - 1))
    visit, api = seen.spaces.visit, seen.spaces.visit.apis[entry["vendor"]]
    kind = entry["request"]["headers"].get("content-type", "")
    if entry["request"]["truncated"] or decoded(kept.context.body, kind) is None:
        return {}
    mask = seen.spaces.served.mask_of(entry["vendor"])
    base = visit.address(api, seen.space.name).removesuffix(api.contract.base_path)
    request = exchange(kept, mask, base).request
    fields = (each for each in request.headers if not is_added(each[0].lower()))
    return snippets(replace(request, headers=tuple(fields)))


_VIEWS: Mapping[tuple[str, bool], Callable[[Seen, list[str]], Found]] = {
    **VIEWS,
    ("", False): _timeline,
    ("requests", False): _requests,
    ("requests", True): _request,
}
