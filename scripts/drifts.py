"""Test the checks with broken servers: `make drift`, or this script with options.

Every server is the mock of a contract and drifts from it in one point. Prints how many of each
kind are caught, which are missed, and which servers, one of each kind, the plain schemathesis
command line catches. Returns 1 if a drift that has to be caught is missed, or if a server that
keeps its contract has findings.
"""

from __future__ import annotations

import argparse
import atexit
import logging
import multiprocessing
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache

from benchmark import table
from drift import plain, suite
from drift.mutation import Mutation
from drift.proxy import DriftingServer
from greenroom.contract.catalog import find, load
from greenroom_contracts.running.check import check

# The tasks of a process: a drift, a control, an unchanged server, schemathesis.
_MUST, _SUBTLE, _CONTROL, _CLEAN, _PLAIN = "must", "subtle", "control", "clean", "plain"


@dataclass(frozen=True, slots=True)
class Task:
    """A server to check: its contract, the kind of task, the number of the drift in its suite."""

    contract: str
    purpose: str
    number: int = 0
    per_kind: int = suite.PER_KIND


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a task. `caught` is whether anything was found, None for no verdict."""

    task: Task
    kind: str
    operation: str
    description: str
    caught: bool | None
    reason: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check all servers and print the verdicts."""
    options = _parser().parse_args(arguments)
    tasks = _tasks([source.name for source in find(options.contracts)], options)
    context = multiprocessing.get_context("spawn")
    verdicts: list[Verdict] = []
    with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        running = [pool.submit(_judge, task) for task in tasks]
        for done in as_completed(running):
            verdicts.append(done.result())
            _progress(len(verdicts), len(tasks), verdicts[-1])
    verdicts.sort(key=lambda v: tasks.index(v.task))
    return _print(verdicts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("contracts", nargs="*", metavar="VENDOR", help="all vendors if omitted")
    parser.add_argument(
        "--per-kind", type=int, default=suite.PER_KIND, metavar="N",
        help="drifts of each kind in each contract (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--plain", type=int, default=1, metavar="N",
        help="of each kind, how many the plain command line checks too (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count(), metavar="N")
    return parser


def _tasks(names: list[str], options: argparse.Namespace) -> list[Task]:
    tasks: list[Task] = []
    suites: list[list[Mutation]] = []
    per_kind = options.per_kind
    for name in names:
        original = _server(name).original
        must = suite.drifts(original, per_kind)
        suites.append(must)
        counts = (
            (_CLEAN, 1),
            (_CONTROL, len(suite.controls(original))),
            (_MUST, len(must)),
            (_SUBTLE, len(suite.drifts(original, per_kind, subtle=True))),
        )
        tasks += [Task(name, p, i, per_kind) for p, count in counts for i in range(count)]
    for number, mutation in suite.sample(suites, options.plain) if options.plain else ():
        place = suites[number].index(mutation)
        tasks.append(Task(names[number], _PLAIN, place, per_kind))
    return tasks


def _judge(task: Task) -> Verdict:
    server, contract = _server(task.contract), _server(task.contract).original.contract
    if task.purpose == _CLEAN:
        options = suite.options_for(contract)
        report = check(contract, server.base_url, suite.CREDENTIAL, options)
        found = [f"{f.kind} {f.operation}: {f.message}" for f in report.findings]
        return Verdict(task, "none", "", "no drift", bool(found), "; ".join(found))
    mutation = _suite(task.contract, task.purpose, task.per_kind)[task.number]
    described = (mutation.kind, mutation.operation, mutation.description)
    if task.purpose == _PLAIN:
        seen = plain.compared(server, mutation, _known_good(task.contract))
        return Verdict(task, *described, None if seen.good is not True else seen.caught)
    outcome = suite.judged(server, mutation)
    if task.purpose == _CONTROL:
        found = [f"{f.kind} {f.operation}: {f.message}" for f in outcome.report.findings]
        return Verdict(task, *described, bool(found), "; ".join(found))
    never = "" if outcome.changed else "no response was changed"
    return Verdict(task, *described, outcome.caught, outcome.report.problem or never)


@cache
def _server(name: str) -> DriftingServer:
    # Some requests of schemathesis are not valid HTTP, and each would be logged.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    server = DriftingServer(load(find([name])[0])).__enter__()
    atexit.register(server.__exit__)
    return server


@cache
def _known_good(name: str) -> dict[str, bool | None]:
    return {}


@cache
def _suite(name: str, purpose: str, per_kind: int) -> tuple[Mutation, ...]:
    original = _server(name).original
    if purpose == _CONTROL:
        return tuple(suite.controls(original))
    return tuple(suite.drifts(original, per_kind, subtle=purpose == _SUBTLE))


def _progress(count: int, total: int, verdict: Verdict) -> None:
    outcome = {True: "caught", False: "not caught", None: "no verdict"}[verdict.caught]
    if verdict.task.purpose in (_CLEAN, _CONTROL):
        outcome = "HAS FINDINGS" if verdict.caught else "clean"
    by = " by the plain command line" if verdict.task.purpose == _PLAIN else ""
    line = f"{verdict.task.contract} {verdict.kind} {verdict.operation}: {outcome}{by}"
    sys.stderr.write(f"[{count}/{total}] {line}\n")


def _print(verdicts: Sequence[Verdict]) -> int:
    of = {p: [v for v in verdicts if v.task.purpose == p] for p in (_MUST, _SUBTLE, _PLAIN)}
    kept = [v for v in verdicts if v.task.purpose in (_CLEAN, _CONTROL)]
    print("Drifts that have to be caught")
    _table(of[_MUST])
    print("\nDrifts that few requests show")
    _table(of[_SUBTLE])
    wronged = [v for v in kept if v.caught]
    for title, missed in (
        ("Missed", [v for v in of[_MUST] + of[_SUBTLE] if not v.caught]),
        ("Servers that keep their contract and have findings", wronged),
    ):
        print(f"\n{title}: {len(missed)}")
        for v in missed:
            print(f"  {v.task.contract} {v.kind} {v.operation}: {v.description}; {v.reason}")
    print(f"\nServers that keep their contract: {len(kept)}")
    _compare_with_plain(of[_PLAIN], of[_MUST])
    return 1 if wronged or any(not v.caught for v in of[_MUST]) else 0


def _table(verdicts: Sequence[Verdict]) -> None:
    """Print how many were caught, by kind and contract."""
    names = list(dict.fromkeys(v.task.contract for v in verdicts))
    rows = [("", *names, "all")]
    for kind in [*dict.fromkeys(v.kind for v in verdicts), "all"]:
        chosen = [v for v in verdicts if kind in (v.kind, "all")]
        cells = [[v for v in chosen if v.task.contract == name] for name in names]
        rows.append((kind, *(_share(cell) for cell in [*cells, chosen])))
    print(table.plain(rows))


def _share(verdicts: Sequence[Verdict]) -> str:
    return f"{sum(v.caught is True for v in verdicts)}/{len(verdicts)}" if verdicts else ""


def _compare_with_plain(compared: Sequence[Verdict], ours: Sequence[Verdict]) -> None:
    if not compared:
        return
    same = {(v.task.contract, v.task.number): v.caught for v in ours}
    mine = sum(bool(same[v.task.contract, v.task.number]) for v in compared)
    counts = Counter(v.caught for v in compared)
    kinds = len({v.kind for v in compared})
    print(f"\nOn a sample of {len(compared)} of these servers, {kinds} kinds:")
    print(f"  greenroom check      {mine}")
    print(
        f"  schemathesis run     {counts[True]}   (up to {plain.EXAMPLES} examples, one operation)"
    )
    if counts[None]:
        print(f"  No verdict, or the same on the server that does not drift: {counts[None]}")
    lost = [v for v in compared if v.caught is not True]
    print("  Not caught by it: " + ", ".join(v.kind for v in lost))


if __name__ == "__main__":
    raise SystemExit(main())
