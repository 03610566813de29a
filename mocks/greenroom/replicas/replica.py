"""What one process has of a space, and how it agrees with the others.

Whatever is done begins with what others have committed and ends with a commit, or is undone.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any, Protocol

from ..contract.model import Operation
from ..errors import FullError
from ..state.space import Space
from ..webhooks.destination import ReceiverError
from . import fragments
from .spaces import SharedSpaces
from .store import Commit, ConflictError, Facts, ForeignError, Store, StoreError
from .text import read

# Others wait so much longer before they do what is due, in seconds.
GRACE = 2.0
# When a space must be gone, after its time.
_LATER = 60.0
_LONGEST_WAIT = 10 * 365 * 24 * 60 * 60.0
_IN_DOUBT = Facts("?", -1)
# What others may have written into the store leads to.
_UNREADABLE = (
    LookupError, TypeError, ValueError, AttributeError, RecursionError, ReceiverError,
)  # fmt: skip


class Around(Protocol):
    """The replicas of a process."""

    store: Store
    spaces: SharedSpaces
    digest: str
    idle: float
    store_id: str
    operation: Callable[[str, str], Operation | None]

    async def is_other(self, known: str) -> bool:
        """Whether the store is not the one that was known but a new one."""


class Replica:
    """One space here; `facts` are those at which it is as the store has it.

    `advancing` is who moves its time, until when, and where to; `done` is what has to be done only
    once by whoever holds it, though the rest is done again. `users` counts who holds it or waits
    for it. With `is_new_again` the store has lost it.
    """

    def __init__(self, name: str, around: Around) -> None:
        self.name, self._around = name, around
        self.lock, self.users = asyncio.Lock(), 0
        self.facts = Facts()
        self.advancing: list[Any] | None = None
        self.is_new_again = False
        self.done: Any = None
        self._known: dict[str, bytes] = {}
        self._space: Space | None = None
        self._worlds: Any = None
        self._noted, self._store_id = 0.0, ""

    @property
    def space(self) -> Space | None:
        """The space, None where there is none."""
        return self._around.spaces.held(self.name)

    async def pull(self, follow: bool = False, anew: bool = False) -> None:
        """Have what was committed, with `follow` the journal too.

        With `anew` it is to be made anew, and may be what this process cannot read. Raises
        StoreError.
        """
        if self.space is None or self.space is not self._space:
            self._begin(Facts())
        store = self._around.store
        try:
            await self._pull(follow, anew)
        except (*_UNREADABLE, FullError, ForeignError) as error:
            self.invalidate()
            if not anew and isinstance(error, FullError):
                raise StoreError(str(error), 507) from error
            if not anew:
                raise store.foreign(self.name) from error
            await store.drop(self.name)
            await self._pull(follow, anew)

    async def _pull(self, follow: bool, anew: bool) -> None:
        around, store = self._around, self._around.store
        kind, facts, found = await store.pull(self.name, self.facts)
        if kind == "none" or facts.digest != around.digest:
            around.spaces.remove(self.name)
            if kind != "none" and not anew:
                raise StoreError(
                    f"the space {self.name} was made with other contracts or another version of "
                    f"greenroom; PUT spaces/{self.name} makes it anew"
                )
            self.is_new_again = self.facts.version > 0 and await around.is_other(self._store_id)
            self._begin(facts)
            return
        self.is_new_again, self._store_id = False, around.store_id
        if kind == "all":
            self._load(facts, found)
        elif found:
            assert self.space is not None, "only what is here can be brought up to date"
            self._apply(self.space, found)
        space = self._space = self.space
        assert space is not None, "it was loaded"
        self.facts, self._worlds, space.last_used = facts, space.worlds, facts.used
        journal = fragments.journal_of(space)
        journal.last, journal.noted = facts.last, facts.noted
        if follow and journal.position < facts.last + facts.noted:
            entries = await store.follow(self.name, journal.position)
            journal.follow(entries, read, around.operation)

    async def commit(self) -> None:
        """Commit what was done since. Raises ConflictError when it is undone, and StoreError."""
        space, around = self.space, self._around
        if space is None:
            if self.facts.epoch and self.facts != _IN_DOUBT:
                await self._commit(Commit(
                    self.name, self.facts, "", {}, (), True, False, False, 0.0, around.digest
                ))  # fmt: skip
                self._begin(Facts())
            return
        is_whole = space is not self._space or space.worlds is not self._worlds
        before = fragments.about(self._known[fragments.SPACE]) if self._known else None
        journal = fragments.journal_of(space)
        if space is not self._space:
            self.advancing = None
        fields = fragments.changed(space, self._known, self.advancing, is_whole)
        if not fields and not journal.added:
            return
        due = self.due()
        is_noted = await self._note(due)
        counts = before and before["counts"][1:]
        commit = Commit(
            self.name, self.facts, secrets.token_hex(8) if is_whole else self.facts.epoch, fields,
            [*journal.added], bool(fields), [space.changes, space.events] != (counts or [0, 0]),
            before is not None and before["journal"][0] == journal.token,
            around.idle + _waits(space), around.digest,
        )  # fmt: skip
        try:
            self.facts = await self._commit(commit)
        except ConflictError:
            is_cleared = before is not None and before["journal"][1] != journal.cleared
            self._undo(space, fields, is_whole or is_cleared)
            raise
        if is_whole:
            self._known.clear()
        self._learn(fields)
        self._space, self._worlds = space, space.worlds
        space.last_used = self.facts.used
        journal.added.clear()
        journal.last, journal.noted = self.facts.last, self.facts.noted
        for world in space.worlds.values():
            fragments.store_of(world).touched.clear()
        if (deliveries := fragments.deliveries_of(space)) is not None:
            deliveries.touched.clear()
        if is_noted:
            # Who looked meanwhile has put it off.
            await around.store.note(self.name, due)

    def invalidate(self) -> None:
        """Read the whole space again next time: what of it is committed is not known."""
        self._around.spaces.remove(self.name)
        self._begin(_IN_DOUBT)

    def due(self) -> float:
        """When somebody is to look at the space, if only whether it is still there.

        In seconds since 1970.
        """
        space, found = self.space, [time.time() + self._around.idle + _LATER]
        if space is None:
            return found[0]
        if self.advancing is not None:
            found.append(self.advancing[1])
        elif (next_due := space.next_due()) is not None:
            seconds = space.clock.seconds_until(next_due)
            found += [] if seconds is None else [time.time() + seconds + GRACE]
        deliveries = fragments.deliveries_of(space)
        lapse = deliveries.next_lapse() if deliveries is not None else None
        return min(*found, found[0] if lapse is None else lapse + GRACE)

    async def _commit(self, commit: Commit) -> Facts:
        try:
            return await self._around.store.commit(commit)
        except ConflictError:
            raise
        except BaseException:
            # Also where whoever waits for it is gone.
            self.invalidate()
            raise

    async def _note(self, due: float) -> bool:
        """Let every process know of the space, and when something is due in it, if need be."""
        is_needed = due < self._noted or self._noted < time.time() + GRACE
        if is_needed:
            self._noted = due
            await self._around.store.note(self.name, due)
        return is_needed

    def _begin(self, facts: Facts) -> None:
        self.facts, self._space, self._worlds, self.advancing = facts, None, None, None
        self._known.clear()

    def _load(self, facts: Facts, found: fragments.Fragments) -> None:
        around, space = self._around, self.space
        about = fragments.about(found[fragments.SPACE] or b"")
        if space is not None and about["journal"][0] == space.journal.token:
            # Whoever is in the midst of something goes on with other records.
            gone = (key for key in self._known if key not in found)
            space.forget()
            self._apply(space, {**dict.fromkeys(gone), **found})
            return
        around.spaces.remove(self.name)
        self._begin(facts)
        self._apply(around.spaces.load(self.name, about, facts.used), found)

    def _apply(self, space: Space, found: fragments.Fragments) -> None:
        fragments.apply(space, found)
        self._learn(found)

    def _learn(self, found: fragments.Fragments) -> None:
        """Keep small fragments as the store has them."""
        for key, text in found.items():
            if key.startswith("record/"):
                continue
            if text is None:
                self._known.pop(key, None)
            else:
                self._known[key] = text
            if key == fragments.SPACE and text is not None:
                self.advancing = fragments.about(text)["advancing"]

    def _undo(self, space: Space, fields: fragments.Fragments, is_whole: bool) -> None:
        if is_whole:
            self._around.spaces.remove(self.name)
            self._begin(Facts())
            return
        for vendor, world in space.worlds.items():
            store = fragments.store_of(world)
            for place, record in [*store.touched.items()]:
                fragments.put_back(space, vendor, place, record)
            store.touched.clear()
        small = {k: self._known.get(k) for k in fields if not k.startswith("record/")}
        self._apply(space, small)
        journal = fragments.journal_of(space)
        journal.added.clear()
        journal.last, journal.noted = self.facts.last, self.facts.noted


def _waits(space: Space) -> float:
    """How many seconds a space waits for what is to happen by itself: as if it were used then."""
    due = space.next_due()
    seconds = None if due is None else space.clock.seconds_until(due)
    return min(seconds or 0.0, _LONGEST_WAIT)
