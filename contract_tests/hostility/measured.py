"""greenroom as a server that writes into its log how much memory its values take, when asked to.

A process has more memory of the system: what becomes free is kept for later, more or less of it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import re
import signal
import sys
from tempfile import TemporaryFile

from greenroom import cli

EVENT, SIGNAL = "memory", signal.SIGUSR1
_SMALL = re.compile(rb"# bytes in allocated blocks +=? +([\d,]+)")


class _Mallinfo(ctypes.Structure):
    """What malloc has given (mallinfo2(3))."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost",
    ))  # fmt: skip


def taken() -> int | None:
    """The bytes that all values take, small ones of Python and all others; None if not known."""
    gc.collect()
    try:
        of_malloc = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        return None
    of_malloc.restype = _Mallinfo
    with TemporaryFile() as file:
        # Only what is written for people says how much of its own memory Python has given.
        before = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(before, 2)
            os.close(before)
        file.seek(0)
        found = _SMALL.search(file.read())
    if found is None:
        return None
    info = of_malloc()
    return int(found[1].replace(b",", b"")) + int(info.uordblks) + int(info.hblkhd)


def _write(*_: object) -> None:
    os.write(1, json.dumps({"event": EVENT, "bytes": taken()}).encode() + b"\n")


if __name__ == "__main__":
    signal.signal(SIGNAL, _write)
    sys.exit(cli.main())
