"""What may be shown of requests: everything but credentials that are not a contract's test keys."""

from __future__ import annotations

import re
from base64 import b64decode

from ..codec.credentials import EXPIRED_KEY, FORBIDDEN_KEY, GOOD_KEY
from ..contract.model import Contract
from ..redaction.redactor import Redactor, redactor_for


def masking(contract: Contract) -> Redactor:
    """A redactor of credentials only, which keeps test keys, also with `~` and a space.

    Personal data stay, since tests assert on them.
    """
    tokens = {GOOD_KEY, EXPIRED_KEY, FORBIDDEN_KEY}.union(*(s.tokens for s in contract.schemes))
    keys = re.compile(rf"(?:{'|'.join(map(re.escape, tokens))})(?:~[\w.-]{{1,64}})?", re.ASCII)

    def is_test_key(value: str) -> bool:
        scheme, _, rest = value.partition(" ")
        if scheme.lower() != "basic":
            return keys.fullmatch(value) is not None
        try:
            user, _, password = b64decode(rest, validate=True).decode().partition(":")
        except ValueError:
            return False
        # `user` is what our own documents send before a test key (RFC 7617).
        return all(each in ("", "user") or keys.fullmatch(each) for each in (user, password))

    return redactor_for(contract, personal=False, is_harmless=is_test_key)
