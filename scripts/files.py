"""Serve each OpenAPI file of a folder, call its operations, and judge every JSON body.

Each file gets a number of calls with documented examples, and as many with generated bodies. The
judge is openapi-core, which shares no code with the mocks. Returns 0 if every body was valid, else
1; bodies that are examples of the file are counted apart where they break their schema.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.validation.schemas import oas30_read_schema_validators_factory as schemas_30
from openapi_core.validation.schemas import oas31_schema_validators_factory as schemas_31
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue

from calling import MockOf
from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import documented_request
from greenroom.contract.catalog import Loaded, find, load_valid_part, load_whole
from greenroom.contract.model import Operation
from greenroom.errors import GreenroomError
from greenroom.http.media_type import essence, is_json

_FILES = (".yaml", ".yml", ".json")
_COLUMNS = ("calls", "2XX", "refused", "501", "judged", "invalid", "own examples")
_MODES = {"static": (), "dynamic": (("Prefer", "dynamic=true"),)}


class Judge:
    """The schemas of a file as it is written, by openapi-core."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._spec: Any = OpenAPI.from_dict(document, Config(spec_validator_cls=None)).spec
        self._factory = schemas_30 if str(document["openapi"]) < "3.1" else schemas_31

    def error(self, operation: Operation, status: int, media_type: str, value: Any) -> str:
        """What is wrong with a body, "" for nothing. Raises LookupError where it has no schema."""
        names = (str(status), f"{status // 100}XX", "default")
        responses = self._spec / "paths" / operation.path / operation.method.lower() / "responses"
        content = (responses / next(n for n in names if n in responses)) / "content"
        name = next(name for name, _ in content.items() if essence(name) == media_type)
        try:
            self._factory.create(self._spec, content / name / "schema").validate(value)
        except re.error as error:
            # Python's expressions are not those of ECMA-262.
            raise LookupError(error) from error
        except InvalidSchemaValue as error:
            wrong: Any = next(iter(error.schema_errors))
            return f"/{'/'.join(map(str, wrong.absolute_path))}: {wrong.message[:200]}"
        return ""


def main() -> int:
    """Call every file, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--calls", type=int, default=50)
    arguments = parser.parse_args()
    print(
        "| file | read | mode |", " | ".join(_COLUMNS), "|\n" + "| --- " * (3 + len(_COLUMNS)) + "|"
    )
    logging.disable()
    problems: list[str] = []
    for path in sorted(p for p in arguments.folder.iterdir() if p.suffix in _FILES):
        (source,) = find([str(path)])
        try:
            loaded, read = _loaded(source)
        except GreenroomError as error:
            print(f"| {path.name} | no: {str(error).partition(chr(10))[0]} |")
            continue
        for mode, headers in _MODES.items():
            counts: Counter[str] = Counter()
            found = _called(loaded, headers, arguments.calls, counts)
            problems += [f"{path.name} {mode}: {problem}" for problem in found]
            print(f"| {path.name} | {read} | {mode} |", *(f"{counts[c]} |" for c in _COLUMNS))
    print("", *dict.fromkeys(problems), sep="\n")
    return 1 if any(": invalid: " in problem for problem in problems) else 0


def _loaded(source: Any) -> tuple[Loaded, str]:
    try:
        return load_whole(source), "strict"
    except GreenroomError:
        return load_valid_part(source), "lenient"


def _called(loaded: Loaded, headers: Any, calls: int, counts: Counter[str]) -> Iterator[str]:
    contract = loaded.contract
    mock, judge = MockOf(contract), Judge(contract.written)
    for i in range(calls):
        operation = contract.operations[i % len(contract.operations)]
        reply = mock.reply(documented_request(contract, operation, GOOD_KEY), *headers)
        refused = "x-greenroom-refusal" in reply.headers
        kinds = {"2XX": reply.status // 100 == 2, "501": reply.status == 501, "refused": refused}
        counts.update(["calls", *(kind for kind, is_one in kinds.items() if is_one)])
        if refused or reply.status == 501:
            why = reply.headers.get("x-greenroom-reason") or reply.body.decode()
            yield f"{operation.id}: {reply.status}: {why[:300]}"
        elif is_json(reply.media_type) and reply.body:
            try:
                wrong = judge.error(operation, reply.status, reply.media_type, reply.json)
            except (LookupError, StopIteration):
                continue
            counts["judged"] += 1
            if wrong:
                kind = "own examples" if "x-greenroom-example" in reply.headers else "invalid"
                counts[kind] += 1
                yield f"{operation.id}: {kind}: {wrong}"


if __name__ == "__main__":
    sys.exit(main())
