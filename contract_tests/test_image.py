"""Dockerfile and compose.yaml call greenroom with words that it knows; no daemon is needed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from documentation import ROOT
from greenroom.cli import main

_IMAGE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
_SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
_SERVICE = _SERVICES["greenroom"]


def _words(instruction: str) -> list[str]:
    """What an instruction runs, without the program."""
    found = re.search(rf"^{instruction}\b[^\[]*(\[.*\])$", _IMAGE, re.MULTILINE)
    assert found is not None
    program, *words = json.loads(found[1])
    assert program == "/opt/greenroom/bin/greenroom"
    return [str(word) for word in words]


@pytest.mark.parametrize(
    "words",
    [
        _words("ENTRYPOINT"),
        _words("ENTRYPOINT") + _SERVICE["command"],
        _words("ENTRYPOINT") + _SERVICES["replica"]["command"],
        _words(r"HEALTHCHECK[^\[]*"),
    ],
    ids=["image", "compose", "replica", "health"],
)
def test_the_words_are_those_of_a_command(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An option that does not exist would be refused before the help is printed."""
    with pytest.raises(SystemExit) as unknown:
        main([*words, "--no-such-option"])
    assert "unrecognized arguments: --no-such-option\n" in capsys.readouterr().err
    assert unknown.value.code == 2


def test_the_image_runs_as_a_numbered_user_and_makes_a_token() -> None:
    """An orchestrator that wants no root needs the number; compose overrides none of it."""
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", _IMAGE, re.MULTILINE)
    assert "GREENROOM_CONTROL_TOKEN=generate" in _IMAGE
    assert _SERVICE["environment"] == {
        "GREENROOM_CONTROL_TOKEN": "${GREENROOM_CONTROL_TOKEN:-generate}"
    }


@pytest.mark.parametrize("service", _SERVICES.values(), ids=[*_SERVICES])
def test_compose_takes_away_what_a_service_does_not_need(service: dict[str, Any]) -> None:
    """Writing, capabilities, and callers of other machines."""
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_a_plain_compose_up_starts_one_server() -> None:
    """The others have a profile; none of the replicas makes a token that only it would know."""
    assert [name for name, service in _SERVICES.items() if "profiles" not in service] == [
        "greenroom"
    ]
    token = _SERVICES["replica"]["environment"]["GREENROOM_CONTROL_TOKEN"]
    assert token == "${GREENROOM_CONTROL_TOKEN:-}"
