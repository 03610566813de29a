"""An HTTP archive that is written entry by entry, and is complete after each."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

from greenroom.contract.loading.parsing import LARGEST_FILE
from greenroom.errors import GreenroomError
from greenroom.redaction.archive import archive

_END = "]}}\n"


class ArchiveFile:
    """A file of at most `most` bytes, by default what `greenroom check --har` reads.

    It is readable by its owner only. An earlier file is replaced. Raises GreenroomError where it
    cannot be written.
    """

    def __init__(self, path: Path, most: int = LARGEST_FILE) -> None:
        self.path = path
        self._most = most
        self._entries = 0
        # Of the entries that did not fit, or could not be written, with the reason.
        self.missing = 0
        self.why = ""
        beginning = json.dumps(archive([])) + "\n"
        self._at = len(beginning) - len(_END)
        try:
            # A pipe would wait for a reader.
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK, 0o600)
            if not stat.S_ISREG(os.fstat(self._file).st_mode):
                os.close(self._file)
                raise OSError(errno.EINVAL, "not a regular file")
            os.fchmod(self._file, 0o600)
            os.truncate(self._file, 0)
            os.pwrite(self._file, beginning.encode(), 0)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise GreenroomError(f"{path}: cannot be written: {reason}") from error

    def add(self, entry: dict[str, Any]) -> None:
        """Write an entry; one that does not fit is counted as `missing`."""
        text = (",\n" if self._entries else "\n") + json.dumps(entry, ensure_ascii=False)
        # A vendor may have sent half of a surrogate pair, which UTF-8 cannot encode.
        data = text.encode("utf-8", "replace")
        if self._at + len(data) + len(_END) > self._most:
            self.missing, self.why = self.missing + 1, f"it would exceed {self._most} bytes"
            return
        try:
            # In one call, so that a process that is killed leaves a whole archive.
            written = os.pwrite(self._file, data + _END.encode(), self._at)
            if written < len(data) + len(_END):
                raise OSError("the disk is full")
        except OSError as error:
            self.missing, self.why = self.missing + 1, str(error.strerror or error)
            self._most = 0
            return
        self._at += len(data)
        self._entries += 1

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
