"""The house rules by name, and a document's problems with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import Problem
from . import (
    behaviour,
    examples,
    extensions,
    graphql,
    identifiers,
    links,
    naming,
    pagination,
    provenance,
    receivers,
    responses,
    schemas,
    structure,
    times,
)
from . import yaml as text
from .document import Document, Messages


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of specs/README.md: its name in messages and the function that finds problems."""

    name: str
    check: Callable[[Document], Messages]

    @property
    def promise(self) -> str:
        """The sentence that is true of a document that keeps the rule."""
        return (self.check.__doc__ or "").partition("\n")[0]


def _valid(document: Document) -> Messages:
    """The document is a valid OpenAPI 3.1 description."""
    for problem in document.invalid:
        yield problem.pointer, problem.message


RULES: tuple[Rule, ...] = (
    Rule("valid", _valid),
    Rule("yaml", text.ambiguous_values),
    Rule("anchors", text.anchors),
    Rule("line-length", text.line_length),
    Rule("key-order", structure.key_order),
    Rule("thin-paths", structure.thin_paths),
    Rule("references", structure.references),
    Rule("named-objects", structure.named_objects),
    Rule("inline-schemas", structure.inline_schemas),
    Rule("no-title", structure.no_titles),
    Rule("security", structure.security),
    Rule("server", structure.server),
    Rule("operation-id", naming.operation_ids),
    Rule("component-name", naming.component_names),
    Rule("summary", naming.summaries),
    Rule("description", naming.descriptions),
    Rule("tags", naming.tags),
    Rule("keywords", schemas.keywords),
    Rule("format", schemas.formats),
    Rule("presence", schemas.presence),
    Rule("required", schemas.required),
    Rule("shared-enum", schemas.shared_enums),
    Rule("default", schemas.defaults),
    Rule("integers", schemas.integers),
    Rule("responses", responses.required_responses),
    Rule("response-examples", responses.response_examples),
    Rule("request-bodies", responses.request_bodies),
    Rule("media-types", responses.media_types),
    Rule("webhooks", responses.webhooks),
    Rule("named-examples", examples.named),
    Rule("valid-examples", examples.valid),
    Rule("paired-examples", examples.paired),
    Rule("path-examples", examples.path_parameters),
    Rule("single-kinds", identifiers.single_kinds),
    Rule("provenance", provenance.complete),
    Rule("provenance-form", provenance.well_formed),
    Rule("sources", provenance.sources),
    Rule("extensions", extensions.known),
    Rule("effects", extensions.effects),
    Rule("subscribe", receivers.subscribes),
    Rule("reserved-receivers", receivers.reserved),
    Rule("relative-time", times.relative),
    Rule("times-ahead", times.ahead),
    Rule("rate-limit", extensions.rate_limits),
    Rule("test-credentials", extensions.test_credentials),
    Rule("item-limit", extensions.item_limits),
    Rule("refusals", extensions.refusals),
    Rule("media-type-selection", extensions.media_type_selection),
    Rule("webhook-signature", extensions.webhook_signature),
    Rule("graphql", graphql.executed),
    Rule("pagination", pagination.described),
    Rule("pagination-basis", pagination.based),
    Rule("links", links.targets),
    Rule("link-places", links.places),
    Rule("link-expressions", links.well_formed),
    Rule("link-values", links.resolved),
    Rule("link-effects", links.effects),
    Rule("identifiers", links.identifiers),
    Rule("behaviour-form", behaviour.well_formed),
    Rule("behaviour-names", behaviour.known_names),
    Rule("behaviour-places", behaviour.known_places),
    Rule("states", behaviour.fitting_states),
    Rule("reachable", behaviour.reachable),
    Rule("proved", behaviour.proved),
    Rule("used", structure.used),
)


def find_problems(document: Document, rules: Sequence[Rule] = RULES) -> list[Problem]:
    """Every problem that a document has with these rules, in the order of the rules.

    If it is not a valid OpenAPI description, those problems are the only ones, whichever rules are
    selected: the others would have to guess what it means.
    """
    if document.invalid:
        return list(document.invalid)
    return [
        Problem(where, rule.name, message, document.file)
        for rule in rules
        for where, message in dict.fromkeys(rule.check(document))
    ]
