"""Field names whose values are credentials or personal data, recognised by the words in them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from ..schema.name_words import words

SECRET, PERSONAL, PUBLIC = "secret", "personal", ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SECRETS = _set(
    "secret secrets password passwords passwd passphrase pwd pw userpass token tokens apikey "
    "credential credentials creds cred "
    "authorization authorisation authentication authn authz auth authcode appkey accesskey "
    "secretkey privatekey csrf xsrf jwt dpop cookie cookies phpsessid jsessionid sessid otp totp "
    "passcode pin bearer assertion signature sig hmac ciphertext cvv cvc"
)
# Of words in which other words are not told apart, such as `refreshtoken`.
_ENDING = re.compile(r"(?:secret|password|passwd|token|apikey)(?![a-z])", re.IGNORECASE)
# In a query only: `code` comes back from a sign-in (RFC 6749 section 4.1.2).
IN_QUERIES = _set("code key session sessionid sid")
# Before `key` or `code`, these words make it a credential.
_BEFORE_KEY = _set(
    "api app application access account auth client partner private secret signing encrypted "
    "encryption functions subscription licence license master session shared sas"
)
_BEFORE_CODE = _set(
    "access activation backup confirmation device login mfa pairing recovery reset security sms "
    "user verification"
)
_SECRET_PAIRS = frozenset((
    ("saml", "response"), ("code", "verifier"), ("oauth", "verifier"), ("time", "code"),
    ("user", "pass"), ("card", "number"), ("recovery", "phrase"), ("seed", "phrase"),
))  # fmt: skip
_PEOPLE = _set(
    "email emails mail mails emailaddress phone phones phonenumber telephone tel mobile cellphone "
    "fax whatsapp msisdn address addresses street postal postcode postalcode zip zipcode "
    "birthday birthdate birthplace dob ssn passport iban nationality ethnicity gender religion "
    "linkedin github firstname lastname fullname surname forename nickname username filename "
    "photo photos selfie picture headshot portrait bio biography biometric biometrics fingerprint "
    "facial transcript transcripts transcription transcriptions utterance utterances conversation "
    "conversations dialog dialogue chat resume resumes cv cvs curriculum coverletter recording "
    "recordings audio video videos webcam screenshot screenshots answer answers feedback remark "
    "remarks note notes digest comment comments"
)
_PAIRS = frozenset((
    ("cover", "letter"), ("raw", "text"), ("base", "64"), ("frame", "data"), ("referred", "by"),
    ("call", "summary"),
    ("interview", "summary"), ("evaluation", "summary"), ("candidate", "summary"),
))  # fmt: skip
# A string under one of these is somebody's name; an object has its own field names.
_PERSONS = _set(
    "interviewer interviewee recruiter manager candidate applicant referrer speaker assignee author"
)

# Last words of names whose values are about the thing, such as `emailStatus`, and not the thing.
_ABOUT = _set(
    "id ids uuid type types status statuses state states stage role kind count counts total "
    "enabled disabled verified required optional valid present available created updated at on "
    "date time timestamp timezone expires expiry expiration expire ttl in limit size length "
    "version format language locale sent seconds minutes hours days ms repeat score scores rating "
    "index order level mode method scheme algorithm used provider quality duration position "
    "reference iso notification notifications info config settings metrics"
)
_QUESTIONS = _set("is has can should show allow disable enable require min max num")

# Things that have names. The name of anything else is taken for a person's.
_THINGS = _set(
    "job posting position company organization organisation org event webhook agent skill question "
    "criteria criterion competency plan product template workflow tag category language country "
    "state region department team group role stage source header field parameter param property "
    "schema voice model error exception project interview assessment test exam service "
    "server host domain queue topic type operation query mutation column table enum class method "
    "policy permission scope status variable tool function module package "
    "integration provider vendor currency timezone city university school institution certificate "
    "course industry feature section step task resource location office screening campaign "
    "requirement benefit tier metric dimension trait tech technology stack library framework "
    "interface directive argument arg"
)
_LINKS = _set("url urls uri link links href")
# A link with one of these words leads to something personal, or gives access to whoever has it.
_PERSONAL_LINKS = _set(
    "invite invitation interview meeting join magic login reset report file download upload signed "
    "presigned share avatar"
)
_GENERIC = _set("data info list details items entries object record records")
_USUAL_DEPTH, _USUAL_LENGTH = 12, 120
_MESSAGE_TEXTS = _set("content text body message parts")
# A name without one of these is of nothing that is redacted.
_TELLING = (
    _SECRETS | _PEOPLE | _LINKS | _MESSAGE_TEXTS | _set("birth name names key keys code codes")
).union(*_PAIRS, *_SECRET_PAIRS)
_MESSAGES = _set("messages message turns history entries chunks chunk segments segment")


def kind_of(name: str, parent: str = "") -> str:
    """SECRET, PERSONAL or PUBLIC for the value of a field; `parent` is the field that it is in."""
    found = words(name)
    is_secret = _ENDING.search(name) is not None
    if not is_secret and _TELLING.isdisjoint(found):
        return PUBLIC
    if "birth" in found:
        return PERSONAL
    if not found or found[-1] in _ABOUT or found[0] in _QUESTIONS:
        return PUBLIC
    if is_secret or not _SECRETS.isdisjoint(found):
        return SECRET
    pairs = set(pairwise(found))
    before = {"key": _BEFORE_KEY, "code": _BEFORE_CODE}.get(_singular(found[-1]), ())
    if not _SECRET_PAIRS.isdisjoint(pairs) or not set(before).isdisjoint(found):
        return SECRET
    if not _PEOPLE.isdisjoint(found) or not _PAIRS.isdisjoint(pairs):
        # The country of a telephone number identifies nobody.
        return PUBLIC if "country" in found else PERSONAL
    if found[-1] in ("name", "names"):
        return PUBLIC if _singular(_owner(found, parent)) in _THINGS else PERSONAL
    if found[-1] in _LINKS and not _PERSONAL_LINKS.isdisjoint(found):
        return PERSONAL
    if found[-1] in _MESSAGE_TEXTS and len(found) == 1 and not _MESSAGES.isdisjoint(words(parent)):
        return PERSONAL
    return PUBLIC


def kind_at(names: tuple[str, ...]) -> str:
    """The kind of a value inside all of these fields, the outermost first.

    Everything in a secret is secret. In something personal, identifiers, statuses, types and times
    stay public.
    """
    # What is remembered must not fill the memory.
    is_short = len(names) <= _USUAL_DEPTH and sum(map(len, names)) <= _USUAL_LENGTH
    return _known_kind_at(names) if is_short else _kind_at(names)


def _kind_at(names: tuple[str, ...]) -> str:
    inherited = PUBLIC
    parent = ""
    for name in names:
        kind = kind_of(name, parent)
        if kind == SECRET:
            return SECRET
        inherited = inherited or kind
        parent = name
    last = words(names[-1]) if names else ()
    # In a sentence it is a verb.
    if last == ("pass",):
        return SECRET
    if last and last[-1] in _ABOUT and "birth" not in last:
        return PUBLIC
    return PERSONAL if last and last[-1] in _PERSONS else inherited


_known_kind_at = lru_cache(maxsize=4096)(_kind_at)


def kind_in(location: str, names: tuple[str, ...]) -> str:
    """The kind of a value in a part of a request: query, header, cookie, path or body.

    Some names are those of credentials only there, such as IN_QUERIES, or `X-Key`.
    """
    name = names[-1].lower() if names else ""
    is_field = location == "header" and words(name)[-1:] == ("key",) and name != "idempotency-key"
    if is_field or location == "cookie" or (location == "query" and name in IN_QUERIES):
        return SECRET
    return kind_at(names)


def _owner(found: tuple[str, ...], parent: str) -> str:
    """The thing that a name belongs to: the word before `name`, or the last one of the parent."""
    owners = found[:-1] or tuple(word for word in words(parent) if word not in _GENERIC)
    return owners[-1] if owners else ""


def _singular(word: str) -> str:
    if word in _THINGS:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word.removesuffix("s")
