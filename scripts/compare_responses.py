"""Send the mocks of two revisions the same thousands of requests, and list where responses differ.

For refactorings, which leave every response as it is, byte for byte, except for wording. Returns 0
if at most wording differs, 1 if anything else does, 2 if the revisions cannot be compared.
Starts every server itself, on loopback, and sends it one request at a time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[1]
# Requests are made from the tables of tests, which import each other as they do under pytest.
sys.path += [str(_REPOSITORY / "contract_tests"), str(_REPOSITORY / "contract_tests" / "unit")]

from benchmark.servers import StartError  # noqa: E402
from comparison.corpus import corpus  # noqa: E402
from comparison.message import Group, Recording, keep, kept  # noqa: E402
from comparison.report import OTHER, Comparison, report  # noqa: E402
from comparison.server import ServerError, files_of, record  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Record, compare, print, and return the exit code."""
    options = _parser().parse_args(arguments)
    if (options.base is None) == (options.base_responses is None):
        sys.stderr.write("compare_responses: give either BASE or --base-responses\n")
        return 2
    comparison = Comparison()
    try:
        for old, new in _recordings(options):
            comparison.add(old, new)
    except (ServerError, StartError, OSError, ValueError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"compare_responses: {error}\n")
        return 2
    print("\n".join(report(comparison)))
    return 1 if comparison.total(OTHER) else 0


def _recordings(options: argparse.Namespace) -> Iterator[tuple[Recording, Recording]]:
    """The recordings of both revisions, group by group."""
    with ExitStack() as trees:

        def tree(revision: str | None) -> Path:
            if revision is None:
                return _REPOSITORY
            return trees.enter_context(files_of(revision, _REPOSITORY))

        if options.base_responses is not None:
            before = kept(options.base_responses)
        else:
            before = tuple(_responses(options.base, tree(options.base), corpus()))
        if options.keep is not None:
            keep(options.keep, before)
        groups = (recording.group for recording in before)
        after = _responses(options.new or "this tree", tree(options.new), groups)
        yield from zip(before, after, strict=True)


def _responses(name: str, tree: Path, groups: Iterable[Group]) -> Iterator[Recording]:
    for group in groups:
        began = time.monotonic()
        yield record(tree, group)
        seconds = time.monotonic() - began
        count = len(group.requests)
        sys.stderr.write(f"{name}, {group.name}: {count:,} requests in {seconds:.1f} s\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", nargs="?", metavar="BASE", help="the revision to compare with")
    parser.add_argument("--new", metavar="REVISION", help="the other revision (default: this tree)")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the base's responses")
    parser.add_argument(
        "--base-responses", type=Path, metavar="FILE", help="a kept file to use instead of BASE"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
