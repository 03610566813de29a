"""Schemathesis follows the links of every contract through spaces, and finds nothing.

Each scenario is in a space of its own. `GREENROOM_EXAMPLES` sets how many there are.
"""

from __future__ import annotations

import os
from itertools import count
from typing import Any

import pytest
from contracts import Client
from featured import NOW, spaces_of
from hypothesis import HealthCheck, Phase, settings
from schemathesis.generation.stateful import run_state_machine_as_test
from schemathesis.specs.openapi.checks import positive_data_acceptance

from generating import in_process, is_graphql
from greenroom.contract import catalog

_SCENARIOS = int(os.environ.get("GREENROOM_EXAMPLES", "5"))
_SETTINGS = settings(
    max_examples=_SCENARIOS,
    stateful_step_count=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _machine(source: catalog.Source) -> Any:
    """The state machine of a contract, with the checks of what was created and deleted."""
    contract = catalog.load(source)
    client = Client(contract)
    machine: Any = in_process(contract, client.app).as_state_machine()
    numbers = count()

    class InSpaces(machine):  # type: ignore[misc]
        steps = 0
        succeeded = 0

        def setup(self) -> None:
            self.space = f"run-{next(numbers)}"
            # A clock that stands makes a run the same each time.
            spaces_of(client).put(self.space, now=NOW)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"X-Greenroom-Space": self.space}}

        def validate_response(self, response: Any, case: Any, *_: Any, **kwargs: Any) -> None:
            InSpaces.steps += 1
            InSpaces.succeeded += response.status_code < 300
            said = {name: values[0] for name, values in response.headers.items()}
            # A generated reference names nothing; refusing it is what a space is for.
            is_unknown = said.get("x-greenroom-refusal") == "unknown-reference"
            excused = is_unknown or is_graphql(contract, case)
            excluded = [positive_data_acceptance] if excused else []
            case.validate_response(
                response,
                excluded_checks=excluded,
                transport_kwargs=kwargs,
                recorder=self.recorder,
            )
            assert "does not match its schema" not in said.get("x-greenroom-reason", "")

    return InSpaces


@pytest.mark.parametrize("source", catalog.vendors(), ids=lambda source: source.name)
def test_what_links_lead_to_conforms(source: catalog.Source) -> None:
    """No check of schemathesis fails, and each response is what the records say."""
    machine = _machine(source)
    run_state_machine_as_test(machine, settings=_SETTINGS)
    assert machine.steps >= _SCENARIOS
    assert machine.succeeded >= machine.steps // 4
