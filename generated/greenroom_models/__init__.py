"""Client models of interview vendors, one module each. Written by `make generate`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import heymilo
    from . import instaview
    from . import interviewminds
    from . import micro1
    from . import ninjahire

__all__ = [
    "heymilo",
    "instaview",
    "interviewminds",
    "micro1",
    "ninjahire",
]
