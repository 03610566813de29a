"""The store that all processes share: a server of Redis or Valkey.

Each space has three keys, in one slot of a cluster: a hash with its state (facts whose names begin
with `@`, and fragments), a stream of what the last commits changed, and its journal.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import OutOfMemoryError, RedisError
from redis.exceptions import TimeoutError as NoResponseError

from ..errors import GreenroomError
from ..mock.security import SPACE_NAME

# How long one call may take, in seconds, and how many at once.
SECONDS, MOST_CONNECTIONS = 2.0, 32
_PREFIX = "greenroom:"
_INDEX, _ID = f"{_PREFIX}spaces", f"{_PREFIX}store"
_MOST_LOGGED = 256
_SILENT, _FULL = "has not responded in time", "is full"
_SCRIPTS = {
    name: Path(__file__).with_name(f"{name}.lua").read_text("utf-8")
    for name in ("pull", "commit", "put_off")
}


logger = logging.getLogger("greenroom")


class StoreError(GreenroomError):
    """A store that does not do its part; `status` is that of a response."""

    def __init__(self, message: str, status: int = 503) -> None:
        super().__init__(message)
        self.status = status


class ForeignError(StoreError):
    """Somebody else has written to the keys of a space."""


class ConflictError(Exception):
    """Another process has changed the space in between: nothing is committed."""


class Facts(NamedTuple):
    """What is known of a space without its fragments; `epoch` is empty where there is none.

    Fragments of one epoch change one by one, and another one has nothing to do with it. `last` and
    `noted` are the numbers of requests and notes, `used` is in seconds since 1970.
    """

    epoch: str = ""
    version: int = 0
    last: int = 0
    noted: int = 0
    used: float = 0.0
    digest: str = ""


class Commit(NamedTuple):
    """What was done in a space: at which facts, and from now on which `epoch`, empty: no space.

    `fields` are fragments, None to drop one; without `is_change` there are only `entries` of the
    journal, kinds and texts. With `is_strict` nothing may have been added to that in between.
    """

    name: str
    facts: Facts
    epoch: str
    fields: Mapping[str, bytes | None]
    entries: Sequence[tuple[str, bytes]]
    is_change: bool
    is_strict: bool
    keeps_journal: bool
    seconds: float
    digest: str


class Store:
    """Calls of the store at a URL, from one event loop at a time. All raise StoreError."""

    def __init__(self, url: str, journal: int = 1000) -> None:
        self._url, self._journal = url, journal
        parts = urlsplit(url)
        self.shown = f"redis://{parts.hostname}:{parts.port or 6379}{parts.path}"
        self._loop: asyncio.AbstractEventLoop | None = None
        self._redis: Any = None
        self._silent_until, self._state = 0.0, ""
        self._scripts: dict[str, Any] = {}

    async def pull(self, name: str, known: Facts) -> tuple[str, Facts, dict[str, bytes | None]]:
        """What has changed in a space: a kind, facts, and fragments.

        Of the kind `none` there is no such space, of `all` these are all fragments, and of `some`
        only those that are others than those of the facts that are `known`.
        """
        state, log, _ = _keys(name)
        kind, facts, flat = await self._run("pull", [state, log], [known.epoch, known.version])
        try:
            epoch, digest = (_text(facts[i]) for i in (0, 5))
            version, last, noted = (int(each or 0) for each in facts[1:4])
            changed = dict(zip(map(_text, flat[::2]), flat[1::2], strict=True))
            used = float(facts[4] or 0)
        except (ValueError, TypeError, IndexError) as error:
            raise self.foreign(name) from error
        changed = {key: value for key, value in changed.items() if key[:1] != "@"}
        return _text(kind), Facts(epoch, version, last, noted, used, digest), changed

    async def commit(self, commit: Commit) -> Facts:
        """Commit, and return the facts from then on. Raises ConflictError."""
        known, now = commit.facts, time.time()
        version: Any = known.version if commit.is_change else ""
        numbers = (known.last, known.noted) if commit.is_strict else ("", "")
        arguments: list[Any] = [
            known.epoch, version, *numbers, commit.epoch, secrets.token_hex(8),
            int(commit.seconds * 1000), now, commit.digest, _MOST_LOGGED, self._journal,
            int(commit.keeps_journal), len(commit.fields),
        ]  # fmt: skip
        for key, value in commit.fields.items():
            arguments += [key.encode("utf-8", "surrogatepass"), value or b""]
        for entry in commit.entries:
            arguments += entry
        said, *counts = await self._run("commit", _keys(commit.name), arguments)
        if _text(said) != "done":
            raise ConflictError
        version, last, noted = map(int, counts)
        if not commit.is_change:
            # What others have changed since is not here.
            version = known.version
        return Facts(commit.epoch, version, last, noted, now, commit.digest)

    async def follow(self, name: str, position: int) -> list[tuple[int, str, int, bytes]]:
        """The entries of a journal after a position: position, kind, number and text, in order."""
        key, start = _keys(name)[2], f"({position}-1"
        found = await self._call(lambda r: r.xrange(key, start, count=2 * self._journal))
        try:
            return [
                (int(id.partition(b"-")[0]), _text(kind), int(number), text)
                for id, fields in found
                for (kind, number), (_, text) in [fields.items()]
            ]
        except (ValueError, TypeError) as error:
            raise self.foreign(name) from error

    async def names(self) -> list[str]:
        """The names of all spaces; some may be gone."""
        found = await self._call(lambda r: r.zrange(_INDEX, 0, -1))
        return sorted(map(_text, filter(_is_name, found)))

    async def due(self) -> list[str]:
        """The names of spaces in which something is due."""
        now = _milliseconds(time.time())
        found = await self._call(lambda r: r.zrangebyscore(_INDEX, 0, now, start=0, num=100))
        foreign = [each for each in found if not _is_name(each)]
        if foreign:
            # They would stay the first that are due.
            await self._call(lambda r: r.zrem(_INDEX, *foreign))
        return [*map(_text, filter(_is_name, found))]

    async def note(self, name: str, due: float) -> None:
        """Keep the name of a space, and that something is due there, in seconds since 1970."""
        await self._call(lambda r: r.zadd(_INDEX, {name: _milliseconds(due)}, lt=True))

    async def take(self, name: str, seconds: float) -> int:
        """Let others see to what is due in a space only in some seconds; for `put_off`."""
        taken = _milliseconds(time.time() + seconds)
        await self._call(lambda r: r.zadd(_INDEX, {name: taken}))
        return taken

    async def put_off(self, name: str, taken: int, due: float) -> None:
        """Keep when something is due next in a space that was taken, unless it is sooner now."""
        await self._run("put_off", [_INDEX], [name, taken, _milliseconds(due)])

    async def forget(self, name: str) -> None:
        """Forget the name of a space that is gone; who makes one meanwhile notes it again."""
        await self._call(lambda r: r.zrem(_INDEX, name))

    async def has(self, name: str) -> bool:
        """Whether there is a space of a name."""
        return bool(await self._call(lambda r: r.exists(_keys(name)[0])))

    async def id(self) -> str:
        """What tells this store from one that is new."""

        async def kept(redis: Any) -> Any:
            await redis.set(_ID, secrets.token_hex(8), nx=True)
            return await redis.get(_ID)

        return _text(await self._call(kept))

    async def drop(self, name: str) -> None:
        """Remove all that is kept of a space, whoever wrote it."""
        await self._call(lambda r: r.delete(*_keys(name)))

    def foreign(self, name: str) -> ForeignError:
        """What is wrong where somebody else has written to the keys of a space."""
        where = f"{self.shown}: {_keys(name)[0]}"
        hint = f"PUT spaces/{name} makes it anew"
        return ForeignError(f"{where} is not what greenroom has written there; {hint}")

    async def _run(self, script: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        def call(_: Any) -> Any:
            return self._scripts[script](keys=keys, args=arguments)

        return await self._call(call, is_write=script == "commit")

    async def _call(self, work: Any, is_write: bool = False) -> Any:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            # Before Python 3.12 `asyncio.wait_for` forgets now and then that it was cancelled.
            raise asyncio.CancelledError
        redis = self._connected()
        if time.monotonic() < self._silent_until:
            # Those who wait for the same space would wait for the store one after another.
            raise self._failed(_SILENT)
        try:
            try:
                found = await _timed(work, redis)
            except NoConnectionError:
                # It may have been started again; what was committed then is not committed twice.
                await redis.connection_pool.disconnect(inuse_connections=False)
                found = await _timed(work, redis)
        except OutOfMemoryError as error:
            raise self._failed(_FULL, 507) from error
        except (TimeoutError, NoResponseError) as error:
            self._silent_until = time.monotonic() + SECONDS / 2
            raise self._failed(_SILENT) from error
        except (RedisError, OSError) as error:
            reason = str(error).partition("\n")[0][:200]
            if "WRONGTYPE" in reason:
                raise ForeignError(f"the store {self.shown}: {reason}") from error
            raise self._failed(f"does not work: {reason}") from error
        if self._state and (is_write or self._state != _FULL):
            self._log("responds again")
            self._state = ""
        return found

    def _failed(self, what: str, status: int = 503) -> StoreError:
        if what != self._state:
            self._log(what)
            self._state = what
        return StoreError(f"the store {self.shown} {what}", status)

    def _log(self, what: str) -> None:
        warnings = [f"the store {self.shown} {what}"]
        logger.warning("store", extra={"members": {"warnings": warnings}})

    def _connected(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._redis = connected(self._url)
            self._scripts = {n: self._redis.register_script(text) for n, text in _SCRIPTS.items()}
        return self._redis


async def _timed(work: Any, redis: Any) -> Any:
    async with asyncio.timeout(2 * SECONDS):
        return await work(redis)


def connected(url: str) -> Any:
    """What talks to a server, and does nothing twice by itself."""
    pool = BlockingConnectionPool.from_url(
        url, max_connections=MOST_CONNECTIONS, timeout=SECONDS, socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS, retry=Retry(NoBackoff(), 0),
    )  # fmt: skip
    return Redis(connection_pool=pool)


def _keys(name: str) -> list[str]:
    return [f"{_PREFIX}{{{name}}}:{part}" for part in ("state", "log", "journal")]


def _is_name(value: bytes) -> bool:
    return SPACE_NAME.fullmatch(value.decode("latin-1")) is not None


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else str(value or "")


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
