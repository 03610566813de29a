"""What `greenroom check` refuses, and the one message that says why."""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import unquote

import pytest
from check_command import VARIABLE, check


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give one of --base-url URL, --har FILE"),
        (("--base-url", "nowhere"), "--base-url is not a valid base URL: 'nowhere'"),
        (("--har", "missing.har"), "missing.har"),
        (("--webhook", "e", "missing.json"), "missing.json: cannot be read"),
        (("--webhook", "e", "things.json"), "documents no webhooks"),
        (("--base-url", "http://127.0.0.1:1", "--param", "id"), "write NAME=VALUE"),
        (("--base-url", "http://127.0.0.1:1", "--allow", "nothing"), "no operation nothing"),
        (("--base-url", "http://127.0.0.1:1", "--baseline", "none.yaml"), "none.yaml"),
        (("--base-url", "http://127.0.0.1:1", "--body", "getThing=x"), "--body getThing"),
    ],
)
def test_bad_input_is_reported_in_one_message(
    folder: Path, words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and no traceback."""
    assert check(*words) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("words", [(), ("--baseline", "nope.yaml"), ("--report", "things.json")])
def test_github_is_told_why_a_check_could_not_begin(
    folder: Path,
    url: str,
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By one annotation and in the summary of the job; there is no report."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    if not words:
        monkeypatch.delenv(VARIABLE)
    words = words or ("--report", "out")
    assert check("--base-url", url, "--github", *words) == 2
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    why = err.removeprefix("greenroom check: ").splitlines()[0]
    assert unquote(line) == f"::error title=greenroom check: no report::{why}"
    title, _, reason = html.unescape((folder / "summary.md").read_text()).splitlines()
    assert ("no report" in title, reason) == (True, why)
    assert not (folder / "out/report.json").exists()


@pytest.mark.parametrize(
    ("table", "words", "place"),
    [
        ('allow = ["lost"]', (), "#/tool/greenroom/allow: things has no operation lost"),
        ('only = ["lost"]', (), "#/tool/greenroom/only: things has no operation lost"),
        ("", ("--allow", "lost"), "--allow lost: things has no operation lost"),
        ('allow = ["callThing"]', ("--only", "lost"), "--only lost: things has no operation lost"),
        ('body = {getThing = "a"}', (), "#/tool/greenroom/body/getThing: things has no operation"),
        ("", ("--body", "getThing=a"), "greenroom check: --body getThing: things has no operation"),
        (
            'body = {createThing = "a"}',
            (),
            "/body/createThing: {folder}/a: cannot be read: No such",
        ),
        ("", ("--body", "createThing=a"), "greenroom check: --body createThing: a: cannot be read"),
        ('param = {lost = "a"}', (), "#/tool/greenroom/param/lost: things has no such parameter"),
        ("", ("--param", "lost=a"), "greenroom check: --param lost: things has no such parameter"),
        (
            'param = {lost = "a"}',
            ("--param", "lost=b"),
            "greenroom check: --param lost: things has no such parameter",
        ),
        (
            'vendors.things.param = {lost = "a"}',
            (),
            "#/tool/greenroom/vendors/things/param/lost: things has no such parameter",
        ),
        ('vendors.things.base-url = "x"', (), "things/base-url is not a valid base URL: 'x'"),
        ("vendors.thing.strict = true", (), "#/tool/greenroom/vendors/thing: did you mean things?"),
        ('receiver = "x"', (), "#/tool/greenroom/receiver: must be an HTTP URL without a password"),
        ("", ("--receiver", "x"), "--receiver: must be an HTTP URL without a password"),
    ],
)
def test_a_wrong_setting_is_reported_with_its_place(
    folder: Path, table: str, words: tuple[str, ...], place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The option, or the file and its key, wherever in the command it is noticed."""
    (folder / "pyproject.toml").write_text(f"[tool.greenroom]\n{table}\n", encoding="utf-8")

    where = () if "base-url" in table else ("--base-url", "http://127.0.0.1:1")
    assert check(*where, *words) == 2
    assert place.replace("{folder}", str(folder)) in capsys.readouterr().err


def test_the_base_url_of_a_recording_is_validated(
    folder: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped one is bad input, and an equal spelling is the same server."""
    assert check("--base-url", url, "--report", "out") == 0
    assert check("--har", "out/traffic.har", "--base-url", url.upper()) == 0
    assert check("--har", "out/traffic.har", "--base-url", "nowhere") == 2
    assert "--base-url is not a valid base URL: 'nowhere'" in capsys.readouterr().err
