"""What to do after drift."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import join

from greenroom.contract.model import Contract

from ..report import Report
from .wording import counted


def next_steps(report: Report, contract: Contract, overlay: Path | None) -> Iterator[str]:
    """Lines for a redacted report, none without drift; `overlay` is its file, None for none."""
    if not report.drift:
        return
    guesses = sum(finding.is_guess for finding in report.drift)
    others = len(report.drift) - guesses
    guessed = counted(guesses, "wrong guess", "wrong guesses")
    yield "what next:"
    if others:
        yield f"  {counted(others, 'difference')} from what is stated: mend the server, or, if the"
        yield f"    vendor has changed its API, the contract {contract.file}"
    if overlay is not None:
        command = ["greenroom", "overlay", "apply", contract.file, str(overlay)]
        yield f"  {guessed}: print a corrected contract with"
        yield f"    {join(command)}"
    elif guesses:
        yield f"  {guessed}: correct {contract.file}"
    yield "  to accept what is known until a date: --write-baseline FILE, then --baseline FILE"
