"""Client models of interview vendors, one module each. Written by `make generate`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import heymilo as heymilo
    from . import instaview as instaview
    from . import interviewminds as interviewminds
    from . import micro1 as micro1
    from . import ninjahire as ninjahire

__all__ = [
    "heymilo",
    "instaview",
    "interviewminds",
    "micro1",
    "ninjahire",
]
