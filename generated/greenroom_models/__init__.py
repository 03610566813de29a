"""Client models of interview vendors, one module each. Written by `make generate`."""

__all__ = [
    "heymilo",
    "instaview",
    "interviewminds",
    "micro1",
    "ninjahire",
]
