"""The deliveries of a space that several processes share: who sends one has claimed it."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from ..contract.webhook_signature import signing_of
from ..state.life.emission import About, Cause, Emission
from ..webhooks.deliveries import Deliveries
from ..webhooks.delivery import Attempt, Delivery
from ..webhooks.destination import destination
from ..webhooks.payload import Payload
from ..webhooks.pending import Pending

# How long what is claimed belongs to who has claimed it, in seconds.
LEASE = 30.0
_NAMES = tuple(each.name for each in fields(Delivery))
# Of a delivery, those whose values are JSON.
_PLAIN = (
    "number", "id", "to", "state", "reason", "effect", "fault", "failures", "copies", "by_hand",
    "hops",
)  # fmt: skip


class SharedDeliveries(Deliveries):
    """Those of a replica. `owner` names the process, `claims` are by number: who, and until when.

    All of `open` have a claim. `touched` are those that may have changed.
    """

    owner: Callable[[], str] = staticmethod(lambda: "")

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.claims: dict[int, tuple[str, float]] = {}
        self.touched: dict[int, Delivery] = {}
        self._due: dict[int, int] = {}

    def find(self, number: int) -> Delivery | None:
        """The one with a number, if it is kept or to be sent."""
        return self._all().get(number)

    def claim(self, delivery: Delivery) -> bool:
        """Claim one that is to be sent, unless another process has it."""
        owner, until = self.claims.get(delivery.number, ("", 0.0))
        if delivery.state != "pending" or not owner:
            return False
        left = until - time.time()
        if owner != self.owner() and left > 0:
            return False
        if owner != self.owner() or left < self.timeout(delivery) + LEASE / 3:
            self._claim(delivery)
        return True

    def take_over(self) -> None:
        """Make ready what a process has claimed that did not do it in time."""
        for delivery in sorted(self.open, key=lambda each: each.number):
            if self.claims[delivery.number][1] <= time.time():
                self._claim(delivery)
                self.ready.append(delivery)

    def next_lapse(self) -> float | None:
        """When the first claim ends, in seconds since 1970."""
        return min((until for _, until in self.claims.values()), default=None)

    def document(self) -> dict[str, Any]:
        """What there is beside the deliveries themselves."""
        lines = [[*about, *(each.number for each in line)]
                 for about, line in self._pending._lines.items()]  # fmt: skip
        held = [self._held._wanted, *(each.number for each in self._held._held)]
        return {"last": self.last, "dropped": self.dropped, "lines": lines, "held": held}

    def changes(self, whole: bool) -> Iterator[tuple[int, Any]]:
        """By number those that have changed, or all with `whole`, as JSON; None for one gone."""
        if whole:
            agenda = self._space.agenda.all()
            self._due = {e.what.number: e.number for e in agenda if isinstance(e.what, Delivery)}
        elif not self.touched:
            return
        known = self._all()
        kept = {each.number for each in self._kept}
        for number in known if whole else self.touched:
            yield number, self._document(known[number], kept) if number in known else None

    def load(self, about: Mapping[str, Any] | None, found: Mapping[int, Any]) -> None:
        """Have deliveries as other processes do: `found` are those that have changed."""
        known = self._all()
        before = {number: known.pop(number) for number in found.keys() & known.keys()}
        kept = {each.number for each in self._kept}
        agenda = self._space.agenda
        for number in found.keys() & self._due.keys():
            agenda.drop(self._due.pop(number))
        for number in found:
            self.claims.pop(number, None)
            kept.discard(number)
        for number, document in found.items():
            if document is None:
                continue
            delivery = self._read(document)
            if number in before:
                # Whoever waits for it goes on with the same one.
                for name in _NAMES:
                    setattr(before[number], name, getattr(delivery, name))
                delivery = before[number]
            known[number] = delivery
            if document["kept"]:
                kept.add(number)
            if document["claim"] is not None:
                self.claims[number] = tuple(document["claim"])
            if document["due"] is not None:
                due, self._due[number] = document["due"]
                agenda.add(datetime.fromisoformat(due), delivery, self._due[number])
        about = about or self.document()
        self._arrange(known, kept, about)

    def _arrange(self, known: Any, kept: Any, about: Mapping[str, Any]) -> None:
        self.last, self.dropped = about["last"], about["dropped"]
        self._kept = deque(known[number] for number in sorted(kept))
        self._size = sum(each.size for each in self._kept)
        self._room = self._room.emptied()
        for delivery in self._kept:
            self._room.add(delivery)
        self.open = {known[number] for number in self.claims}
        self._waiting = Counter(each.subscription for each in self.open)
        self._pending = Pending(self._room)
        for number in (*self.claims, *self._due):
            self._pending.hold(known[number])
        for vendor, resource, id, *numbers in about["lines"]:
            line = deque(known[number] for number in numbers)
            self._pending._lines[About(vendor, resource, id)] = line
            for delivery in line:
                self._pending.hold(delivery)
        wanted, *held = about["held"]
        self._held._wanted, self._held._held = wanted, [known[number] for number in held]
        self.ready.clear()
        self.touched.clear()

    def _all(self) -> dict[int, Delivery]:
        due = (self._space.agenda.pending.get(number) for number in self._due.values())
        lines = (each for line in self._pending._lines.values() for each in line)
        planned = (each.what for each in due if each is not None)
        found = (*self._kept, *self.open, *lines, *self._held._held, *planned)
        return {each.number: each for each in found}

    def _claim(self, delivery: Delivery) -> None:
        until = time.time() + LEASE + self.timeout(delivery)
        self.claims[delivery.number] = self.owner(), until
        self.touched[delivery.number] = delivery

    def _document(self, delivery: Delivery, kept: Any) -> dict[str, Any]:
        payload, emission, to = delivery.payload, delivery.emission, delivery.destination
        due = self._space.agenda.pending.get(self._due.get(delivery.number, 0))
        return {
            **{name: getattr(delivery, name) for name in _PLAIN},
            "emission": emission._replace(value=None), "subscription": delivery.subscription,
            "payload": payload and [
                payload.method, payload.fields, payload.body.decode("latin-1"), payload.query,
                payload.signing is not None, payload.secret.decode("latin-1"),
            ],
            "destination": to and str(to.url), "attempts": delivery.attempts,
            "kept": delivery.number in kept, "claim": self.claims.get(delivery.number),
            "due": due and [due.at, due.number],
        }  # fmt: skip

    def _read(self, document: Mapping[str, Any]) -> Delivery:
        number, vendor, event, at, cause, about, _ = document["emission"]
        when, named = datetime.fromisoformat(at), None if about is None else About(*about)
        emission = Emission(number, vendor, event, when, Cause(*cause), named, None)
        signing = signing_of(self._space.world(vendor).api.contract)
        found = Delivery(
            document["number"], document["id"], emission, About(*document["subscription"]),
            document["to"],
        )  # fmt: skip
        for name in _PLAIN[3:]:
            setattr(found, name, document[name])
        if (payload := document["payload"]) is not None:
            method, names, body, query, is_signed, secret = payload
            found.payload = Payload(
                method, _pairs(names), body.encode("latin-1"),
                query, signing if is_signed else None, secret.encode("latin-1"),
            )  # fmt: skip
        if document["destination"] is not None:
            found.destination = destination(document["destination"])
        found.attempts = [
            Attempt(at, datetime.fromisoformat(now), status, error, ms, verified, _pairs(sent))
            for at, now, status, error, ms, verified, sent in document["attempts"]
        ]
        return found

    # What changes a delivery, in the words of the class above.

    def resend(self, delivery: Delivery) -> None:
        """Send a delivery once more, whatever became of it."""
        self.touched[delivery.number] = delivery
        super().resend(delivery)

    def due(self, delivery: Delivery) -> None:
        """Send a delivery whose time on the agenda has come."""
        self.touched[delivery.number] = delivery
        self._due.pop(delivery.number, None)
        super().due(delivery)

    def begins(self, delivery: Delivery) -> bool:
        """Whether a delivery is attempted now; not one whose receiver was switched off."""
        self.touched[delivery.number] = delivery
        return super().begins(delivery)

    def attempted(self, delivery: Delivery, attempt: Attempt, fields: Mapping[str, str]) -> None:
        """Take the result of an attempt."""
        self.touched[delivery.number] = delivery
        super().attempted(delivery, attempt, fields)

    def _send(self, delivery: Delivery) -> None:
        super()._send(delivery)
        self.touched[delivery.number] = delivery
        if delivery in self.open:
            self._claim(delivery)

    def _close(self, delivery: Delivery) -> None:
        super()._close(delivery)
        self.claims.pop(delivery.number, None)
        self.touched[delivery.number] = delivery

    def _later(self, delivery: Delivery, delay: timedelta) -> None:
        before = self._space.agenda.last
        super()._later(delivery, delay)
        if self._space.agenda.last != before:
            self._due[delivery.number] = self._space.agenda.last

    def _keep(self, delivery: Delivery) -> None:
        self.touched[delivery.number] = delivery
        super()._keep(delivery)

    def _forget(self) -> None:
        self.touched[self._kept[0].number] = self._kept[0]
        super()._forget()


def _pairs(given: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in given)
