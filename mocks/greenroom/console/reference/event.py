"""One webhook event: when it is sent, to whom, what it carries, and how it is signed."""

from __future__ import annotations

from ...contract.model import Operation
from ...contract.webhook_signature import signing_of
from ..layout import Place, render
from .api import Api
from .operation import field_of, source_of
from .responses import shown_example
from .schema import FieldReader


def page(place: Place, api: Api, webhook: Operation) -> str:
    """The page as HTML."""
    document, behaviour = api.contract.document, api.behaviour
    resources = behaviour.resources.values()
    causes = [
        f"{resource.name} enters the state {state.name}"
        for resource in resources
        if resource.lifecycle
        for state in resource.lifecycle.states.values()
        if webhook.path in state.emit
    ]
    causes += [f"{b.operation} has done its work" for b in behaviour.bindings.values()
               if webhook.path in b.emit]  # fmt: skip
    subscriptions = {r.name for r in resources if r.subscription is not None}
    registering = [b.operation for b in behaviour.bindings.values()
                   if b.resource in subscriptions and b.kind in ("create", "put")]  # fmt: skip
    content = webhook.body.content if webhook.body else ()
    return render(
        "event.html", place, scripts=["event", "received"], api=api, event=webhook,
        causes=causes, registering=registering,
        subject=behaviour.events[webhook.path].about, signing=signing_of(api.contract),
        policy=behaviour.delivery, source=source_of(document, webhook),
        headers=[(p, field_of(document, p)) for p in webhook.parameters],
        bodies=[(media, FieldReader(document).read((media.schema,)) if media.schema else None,
                 [*map(shown_example, media.examples)]) for media in content],
    )  # fmt: skip
