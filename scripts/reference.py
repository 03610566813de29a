"""The pages of docs/ that are made from the code: `make generate` writes them."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

from greenroom.cli import COMMANDS
from greenroom.contract.extension_schemas import EXTENSIONS
from greenroom.lint.registry import RULES
from greenroom.schema import json_pointer as ptr
from greenroom_contracts.cli.settings import CheckSettings
from greenroom_contracts.finding import KINDS, Finding, Kind
from greenroom_contracts.reports.next_steps import advice_for

_ROOT = Path(__file__).resolve().parents[1]
_NOTE = "<!-- Written by `make generate`. -->\n"
_METHODS = ("get", "put", "post", "patch", "delete")


def pages() -> dict[str, str]:
    """The text of each page by its name."""
    made = {
        "cli.md": _cli(),
        "settings.md": _settings(),
        "control-api.md": _control_api(),
        "findings.md": _findings(),
        "extensions.md": _extensions(),
    }
    return {name: _NOTE + "\n".join(lines).rstrip() + "\n" for name, lines in made.items()}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table in Markdown."""
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        cells = (cell.replace("|", "\\|").replace("\n", " ") or "-" for cell in row)
        yield f"| {' | '.join(cells)} |"


def _prose(text: str) -> str:
    """A text of the command line; what stands in angle brackets is no HTML."""
    return re.sub(r"(\S*<\w+>\S*)", r"`\1`", " ".join(text.split()))


def _cli() -> Iterator[str]:
    yield "# The command line\n"
    yield (
        "`greenroom COMMAND --help` prints the same. Exit codes: 0; 1 for what a command looks "
        "for (drift, problems); 2 for bad input, with one message; 130 after Ctrl-C. In bash and "
        'zsh `eval "$(register-python-argcomplete greenroom)"` completes commands and options.\n'
    )
    yield from table(
        ("command", "does", "extra"),
        ((f"[`greenroom {name}`](#greenroom-{name})", summary, extra)
         for name, (summary, extra, _) in COMMANDS.items()),
    )  # fmt: skip
    for name in COMMANDS:
        yield from _command(f"greenroom {name}", command_parser(name), 2)


def command_parser(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    summary, _, module = COMMANDS[name]
    described = f"{summary[0].upper()}{summary[1:]}."
    parser = argparse.ArgumentParser(prog=f"greenroom {name}", description=described)
    import_module(module).add_arguments(parser)
    return parser


def _command(name: str, parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    yield f"\n{'#' * level} {name}\n"
    yield f"{_prose(parser.description or '')}\n"
    inner: Mapping[str, argparse.ArgumentParser] = {}
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            inner = action.choices
        elif not isinstance(action, argparse._HelpAction):
            rows.append(_option(parser, action))
    if rows:
        yield from table(("option", "means"), rows)
    if parser.epilog:
        yield f"\n{_prose(parser.epilog)}"
    for word, each in inner.items():
        yield from _command(f"{name} {word}", each, level + 1)


def _option(parser: argparse.ArgumentParser, action: argparse.Action) -> tuple[str, str]:
    help_ = parser._get_formatter()._expand_help(action)
    metavar = action.metavar
    if metavar is None and action.choices is not None:
        metavar = ",".join(map(str, action.choices))
    if metavar is None and action.nargs != 0:
        metavar = action.dest.upper()
    words = " ".join(metavar) if isinstance(metavar, tuple) else metavar or ""
    names = ", ".join(action.option_strings)
    return f"`{f'{names} {words}'.strip()}`", _prose(help_)


def _settings() -> Iterator[str]:
    yield "# Settings and environment\n"
    yield (
        "`greenroom check` reads the nearest `pyproject.toml` at or above its folder: "
        "`[tool.greenroom]` for all vendors, `[tool.greenroom.vendors.NAME]` for one, which takes "
        "precedence. Options of the command line take precedence over both; lists are joined. A "
        "setting that does not exist is an error. [Check in continuous integration]"
        "(check-in-ci.md#settings) has an example.\n"
    )
    options = dict(_helps(command_parser("check")))
    rows = []
    for name, field in CheckSettings.model_fields.items():
        setting = name.replace("_", "-")
        default = "" if field.default in (None, [], {}, False) else str(field.default)
        where = "for one vendor" if name == "base_url" else ""
        about = options[f"--{setting}"] + (f" ({where})" if where else "")
        rows.append((f"`{setting}`", _type_name(field.annotation), default, about))
    yield from table(("setting", "type", "default", "means"), rows)
    yield "\n`allow-writes` is no setting: only the command line allows writes.\n"
    yield "## Environment\n"
    yield "`VENDOR` is the name of the vendor, or of the file, in capital letters.\n"
    yield from table(
        ("variable", "is"),
        (
            ("`GREENROOM_VENDOR_KEY`", "the credential that a check sends"),
            ("`GREENROOM_VENDOR_EXPIRED_KEY`", "one that has expired, which has to be refused"),
            ("`GREENROOM_VENDOR_WEBHOOK_SECRET`", "what signs webhooks, and what a received one "
             "is judged with"),
            ("`GREENROOM_CONTROL_TOKEN`", "opens the console and the control routes to whoever "
             "has it (16 characters at least); `generate` makes one and prints an address that "
             "signs in"),
            ("`GREENROOM_STORE`", "the store of `greenroom serve`, in place of `--store`: an "
             "address with a password is then not in the list of processes"),
            ("`NO_COLOR`, `TERM=dumb`", "no colours on the terminal"),
        ),
    )  # fmt: skip


def _helps(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    for action in parser._actions:
        for option in action.option_strings:
            yield option, _option(parser, action)[1]


def _type_name(annotation: Any) -> str:
    kinds = [each for each in get_args(annotation) if each is not NoneType]
    if get_origin(annotation) in (list, dict):
        return "list" if get_origin(annotation) is list else "table"
    if kinds:
        return _type_name(kinds[0])
    return {int: "whole number", float: "seconds", bool: "true or false"}.get(annotation, "text")


def _control_api() -> Iterator[str]:
    text = (files("greenroom") / "server" / "control" / "openapi.json").read_text("utf-8")
    document = json.loads(text)
    yield "# The control API\n"
    yield (
        "All routes are below `/_greenroom`. A running server describes them for programs at "
        "`/_greenroom/openapi.json`, with schemas and examples. Errors are problem documents "
        "(RFC 9457). Without a token they respond to programs of this machine only; with one, to "
        "whoever sends `Authorization: Bearer TOKEN`.\n"
    )
    by_tag: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                tag = operation.get("tags", ["server"])[0]
                by_tag.setdefault(tag, []).append((method.upper(), path, operation))
    yield from table(
        ("route", "does"),
        ((f"[`{m} {path}`](#{operation['operationId'].lower()})", operation["summary"])
         for listed in by_tag.values() for m, path, operation in listed),
    )  # fmt: skip
    for tag, listed in by_tag.items():
        yield f"\n## {tag.capitalize()}"
        for method, path, operation in listed:
            yield from _control_operation(document, method, path, operation)


def _control_operation(
    document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]
) -> Iterator[str]:
    yield f"\n### {operation['operationId']}\n"
    yield f"`{method} /_greenroom{path}`\n"
    yield f"{operation['summary']}. {operation.get('description', '')}".strip() + "\n"
    rows = []
    for parameter in operation.get("parameters", ()):
        parameter, _ = ptr.resolve(document, parameter, "")
        where = f"`{parameter['name']}` in {parameter['in']}"
        schema = parameter.get("schema", {})
        about = parameter.get("description") or _about(schema, _target(document, schema))
        rows.append((where, about))
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    # A member that stands in several places is described where it is first.
    members = dict([*_members(document, content.get("schema", {}))][::-1])
    rows += [(f"`{name}`", about) for name, about in [*members.items()][::-1]]
    if rows:
        yield from table(("takes", "which is"), rows)
        yield ""
    if "example" in content:
        yield f"For example `{json.dumps(content['example'], ensure_ascii=False)}`.\n"
    statuses = [status for status in operation["responses"] if status != "4XX"]
    yield f"Responds with {', '.join(statuses)}."


def _members(
    document: Mapping[str, Any], schema: Any, above: str = ""
) -> Iterator[tuple[str, str]]:
    """The members of a request's body and of what is in it, each with what its schema says."""
    schema = _target(document, schema)
    for name, inner in schema.get("properties", {}).items():
        target = _target(document, inner)
        yield f"{above}{name}", _about(inner, target)
        if not above:
            yield from _members(document, target, f"{name}.")
    if not above:
        branches = [schema[key] for key in ("then", "else") if key in schema]
        for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *branches):
            yield from _members(document, each)


def _target(document: Mapping[str, Any], schema: Any) -> Mapping[str, Any]:
    """A schema, behind its references."""
    target, _ = ptr.resolve(document, schema, "")
    return target if isinstance(target, dict) else {}


def _about(inner: Any, target: Mapping[str, Any]) -> str:
    """What a schema says of its value: its description, or else its type; and its values."""
    parts = [*target.get("allOf", ()), *target.get("anyOf", ())]
    found = (each.get("description", "") for each in (inner, target) if isinstance(each, dict))
    about = next(filter(None, found), "")
    types = target.get("type", [each["type"] for each in parts if "type" in each])
    words = " or ".join([types] if isinstance(types, str) else types)
    if "const" in target:
        words = f"Only `{json.dumps(target['const'])}`"
    bounds = [f"{word} {target[key]}" for key, word in (("minimum", "from"), ("maximum", "to"))
              if key in target]  # fmt: skip
    if "enum" in target:
        about = f"{about} One of {', '.join(map(str, target['enum']))}.".strip()
    return about or " ".join([f"{words[:1].upper()}{words[1:]}", *bounds] if words else ()) + "."


def _findings() -> Iterator[str]:
    yield "# Findings of a check\n"
    yield "[What a check judges and writes](reports.md) says how they are found.\n"
    yield (
        "A finding of these kinds is *drift*: the exit code is 1. What to do is said for a "
        "documented statement. If the statement was inferred, our guess was wrong: correct the "
        "contract. If it was disputed, the other source was right.\n"
    )
    by_advice: dict[str, list[Kind]] = {}
    for kind in KINDS.values():
        if not kind.addition:
            finding = Finding(kind.name, "", "documented", "", "")
            by_advice.setdefault(advice_for(finding), []).append(kind)
    for advice, kinds in by_advice.items():
        title, _, text = advice.partition(". ")
        yield f"## {title}\n\n{text}\n"
        yield from table(("kind", "is"), ((f"`{kind.name}`", kind.title) for kind in kinds))
        yield ""
    yield "## Additions\n"
    yield (
        "Nothing breaks for clients that follow the contract. These are drift only with "
        "`--strict`.\n"
    )
    additions = (kind for kind in KINDS.values() if kind.addition)
    yield from table(("kind", "is"), ((f"`{kind.name}`", kind.title) for kind in additions))


def _extensions() -> Iterator[str]:
    yield "# Extensions of contracts\n"
    yield (
        "Contracts say in words with `x-` what OpenAPI has none for. [The style guide]"
        "(../specs/README.md#extensions) explains each, with examples. Files of other people need "
        "none of them.\n"
    )
    guide = (_ROOT / "specs" / "README.md").read_text(encoding="utf-8")
    heads = re.findall(r"^### (.*`x-.*)$", guide, re.MULTILINE)
    rows = []
    for word, extension in EXTENSIONS.items():
        head = next((head for head in heads if f"`{word}`" in head), None)
        name = f"[`{word}`](../specs/README.md#{anchor(head)})" if head else f"`{word}`"
        keys = ", ".join(f"`{key}`" for key in _keys(extension.schema))
        on = "many objects" if len(extension.places) > 4 else ", ".join(extension.places)
        rows.append((name, on, keys))
    yield from table(("extension", "is on", "its keys"), rows)
    yield "\n## House rules\n"
    yield (
        "`greenroom lint` checks all of these. What they say is true of a contract that keeps "
        "them.\n"
    )
    yield from table(("rule", "says"), ((f"`{rule.name}`", rule.promise) for rule in RULES))


def _keys(schema: Any) -> list[str]:
    """The properties that a schema names, at its top and in its alternatives."""
    if not isinstance(schema, dict):
        return []
    inner = [schema.get(name) for name in ("if", "then", "else", "items")]
    inner += [*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())]
    found = [*schema.get("properties", ()), *(key for each in inner for key in _keys(each))]
    return list(dict.fromkeys(key for key in found if key != "x-provenance"))


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower().replace("`", "")
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
