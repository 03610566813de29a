"""Mock, openapi-core and models agree with each contract about every message of a corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from asserted_keywords import asserted_keywords
from greenroom.contract.catalog import Source, load, vendors
from greenroom.contract.model import Contract
from greenroom_contracts.mutations import Mutant, mutants
from judges import ACCEPTED, JUDGES, REFUSED

# What a judge cannot express, so that it accepts what the contract does not allow. Each row
# excuses the messages of one keyword; a row that excuses none is an error.
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("openapi-core", "format: uri"): "needs a package that openapi-core does not depend on",
    ("openapi-core", "x-max-items-across"): "our own keyword",
    ("models", "type: null of an optional property"): "None is how a model says absent",
    ("models", "type: 1 for true"): "1 and True are equal members of a Literal, strict or not",
    ("models", "not"): "a type has no complement",
    ("models", "if"): "a type does not depend on a value",
    ("models", "oneOf: two branches"): "a union is not exclusive",
    ("models", "uniqueItems"): "a list may repeat itself, and a set would lose its order",
    ("models", "format: email"): "a string, since pydantic needs another package for it",
    ("models", "format: uri"): "a string, since pydantic would give it back changed",
    ("models", "x-max-items-across"): "our own keyword",
}

EVERY_KEYWORD = Source("every-keyword", Path(__file__).with_name("every_keyword.yaml"))
SOURCES = [*vendors(), EVERY_KEYWORD]
MOST_LISTED = 20

contract_of = cache(load)
over_contracts = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


@cache
def corpus_of(source: Source) -> tuple[Mutant, ...]:
    """The mutants of a contract."""
    return mutants(contract_of(source))


def disagreements(
    source: Source, judge: str, messages: tuple[Mutant, ...]
) -> Iterator[tuple[Mutant, str]]:
    """Each message for which the verdict of a judge is not the expected one, with the verdict."""
    verdicts = JUDGES[judge](contract_of(source), messages)
    for message, verdict in zip(messages, verdicts, strict=True):
        if verdict != (ACCEPTED if message.valid else REFUSED):
            yield message, verdict


def is_excused(judge: str, message: Mutant, verdict: str) -> bool:
    """Whether the table has the message that a judge accepts and should refuse."""
    return verdict == ACCEPTED and (judge, message.keyword) in EXCEPTIONS


@over_contracts
@pytest.mark.parametrize("judge", JUDGES)
def test_judge_agrees_with_the_contract(source: Source, judge: str) -> None:
    """It accepts valid messages and refuses invalid ones, except as listed above."""
    messages = corpus_of(source)
    unexcused = [
        f"  {message.id}: {verdict}, though {'valid' if message.valid else 'invalid'}"
        for message, verdict in disagreements(source, judge, messages)
        if not is_excused(judge, message, verdict)
    ]
    listed = "\n".join([*unexcused[:MOST_LISTED], *["  …"][: len(unexcused) - MOST_LISTED]])
    assert not unexcused, f"{judge} disagrees on {len(unexcused)} of {len(messages)}:\n{listed}"


@pytest.mark.parametrize(("judge", "keyword"), EXCEPTIONS)
def test_every_exception_excuses_something(judge: str, keyword: str) -> None:
    """A row is removed when a judge learns to express its keyword."""
    excused = any(
        is_excused(judge, message, verdict)
        for source in reversed(SOURCES)
        for message, verdict in disagreements(source, judge, tuple(of_keyword(source, keyword)))
    )
    assert excused, f"{judge} refuses every message that breaks {keyword!r}: take out the row"


def of_keyword(source: Source, keyword: str) -> Iterator[Mutant]:
    """The messages that test one keyword."""
    return (message for message in corpus_of(source) if message.keyword == keyword)


@over_contracts
def test_corpus_tests_every_keyword_of_the_contract(source: Source) -> None:
    """Otherwise a judge might ignore it."""
    refused = {message.keyword for message in corpus_of(source) if not message.valid}
    missing = asserted_keywords(contract_of(source)) - refused
    assert not missing, f"{source.path}: no message breaks {', '.join(sorted(missing))}"


@over_contracts
def test_corpus_has_valid_and_invalid_messages_for_every_json_body(source: Source) -> None:
    """For operations, responses and webhooks."""
    contract = contract_of(source)
    bodies = set(json_bodies(contract))
    valid = {m.schema for m in corpus_of(source) if m.valid}
    invalid = {m.schema for m in corpus_of(source) if not m.valid}
    assert bodies
    assert bodies == valid
    assert bodies == invalid


def json_bodies(contract: Contract) -> Iterator[str]:
    """The schema of every JSON body that is documented with an example."""
    for operation in (*contract.operations, *contract.webhooks):
        for part in (operation.body, *operation.responses):
            for media in part.content if part else ():
                if media.is_json and media.examples:
                    assert media.schema is not None
                    yield media.schema


def test_no_exception_is_without_reason() -> None:
    """So that it is clear when a row can be removed."""
    assert all(EXCEPTIONS.values())
