"""Results by what clients send are computed once, and take a bounded memory."""

from __future__ import annotations

from greenroom.http.header_cache import HeaderCache, RequestCache


def asked(values: list[bytes]) -> tuple[list[bytes], HeaderCache[int]]:
    """The values that were computed when a cache is read for values in turn, and the cache."""
    decided: list[bytes] = []

    def decide(value: bytes) -> int:
        decided.append(value)
        return len(value)

    memo = HeaderCache(decide)
    assert [memo[value] for value in values] == [len(value) for value in values]
    return decided, memo


def test_a_result_is_computed_once() -> None:
    """However often its value is sent."""
    assert asked([b"a", b"b", b"a", b"b"])[0] == [b"a", b"b"]


def test_a_result_of_none_is_cached() -> None:
    """It is not mistaken for a missing entry."""
    memo: HeaderCache[None] = HeaderCache(lambda value: None)
    assert memo[b"a"] is None
    assert b"a" in memo


def test_of_many_values_only_the_first_are_cached() -> None:
    """A client that never repeats itself takes no memory."""
    decided, memo = asked([b"%d" % number for number in range(10_000)])
    assert len(decided) == 10_000
    assert len(memo) < 100


def test_a_long_value_is_not_cached() -> None:
    """A client that sends long values fills no memory."""
    decided, memo = asked([b"a" * 10_000] * 2)
    assert len(decided) == 2
    assert not memo


def test_all_caches_together_are_bounded() -> None:
    """However many there are; those that are too large together begin again."""
    caches: list[RequestCache[int, bytes]] = [RequestCache() for _ in range(100)]
    most = 0
    for number in range(64):
        for cache in caches:
            cache.keep(number, bytes(5000), 5000)
            kept = sum(len(value) for each in caches for value in each.values())
            most = max(most, kept)
    assert 4 * 1024 * 1024 < most <= 8 * 1024 * 1024
    assert caches[-1][63] == bytes(5000)
