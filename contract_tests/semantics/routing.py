"""Which operation a path and a method lead to, and at which base paths of which servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .case import OK, Case, Request, Verdict, documents, refused
from .case import RESPONSES as FINE

NOWHERE, METHOD = refused("unknown-path"), refused("method-not-allowed")
MATCHING = "OAS 3.1.1, 4.8.8.2"
TEMPLATES = "OAS 3.1.1, 3.5"
PATHS = "OAS 3.1.1, 4.8.8.1"
SERVER = "OAS 3.1.1, 4.8.5.1"
VARIABLE = "OAS 3.1.1, 4.8.6.1"
RELATIVE = "OAS 3.1.1, 4.7"
NORMAL = "RFC 3986, 6.2.2"


def only(path: str, **values: str) -> dict[str, Any]:
    """A path item with a GET operation that accepts these values of its path parameters only."""
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"const": value}}
        for name, value in values.items()
    ]
    return {path: {"get": {"parameters": parameters, "responses": FINE}}}


def nowhere(path: str, *names: str) -> dict[str, Any]:
    """A path item that the request must not lead to: it only has another method."""
    parameters = [{"name": name, "in": "path", "required": True, "schema": {}} for name in names]
    return {path: {"delete": {"parameters": parameters, "responses": FINE}}}


# Section, paths, requested path, verdict. Only the right operation accepts its values.
ROUTES: list[tuple[str, Sequence[Mapping[str, Any]], str, Verdict]] = [
    (PATHS, [only("/things")], "/things", OK),
    (PATHS, [only("/things")], "/things/", NOWHERE),
    (PATHS, [only("/things/")], "/things/", OK),
    (PATHS, [only("/things/")], "/things", NOWHERE),
    (PATHS, [only("/things")], "/Things", NOWHERE),
    (PATHS, [only("/things")], "//things", NOWHERE),
    (PATHS, [only("/things")], "/thing", NOWHERE),
    (PATHS, [only("/things")], "/things/1", NOWHERE),
    (PATHS, [only("/")], "/", OK),
    (PATHS, [only("/things")], "/things?a=/b", OK),
    # Concrete paths take precedence over templates, in any order.
    (MATCHING, [only("/pets/mine"), nowhere("/pets/{id}", "id")], "/pets/mine", OK),
    (MATCHING, [nowhere("/pets/{id}", "id"), only("/pets/mine")], "/pets/mine", OK),
    (MATCHING, [nowhere("/pets/mine"), only("/pets/{id}", id="yours")], "/pets/yours", OK),
    (MATCHING, [nowhere("/pets/mine"), only("/pets/{id}", id="mine")], "/pets/mine", METHOD),
    (MATCHING, [nowhere("/{a}/me", "a"), only("/books/{id}", id="me")], "/books/me", OK),
    (MATCHING, [only("/{a}/me", a="cds"), nowhere("/books/{id}", "id")], "/cds/me", OK),
    (MATCHING, [nowhere("/a/{x}/b", "x"), only("/a/{x}/{y}", x="1", y="c")], "/a/1/c", OK),
    (MATCHING, [nowhere("/a/b/{x}", "x"), only("/a/{x}/c", x="d")], "/a/d/c", OK),
    (MATCHING, [nowhere("/a/b/{x}/d", "x"), only("/a/{x}/c", x="b")], "/a/b/c", OK),
    # Template expressions: a segment, part of one, several in one.
    (TEMPLATES, [only("/files/{name}", name="a.txt")], "/files/a.txt", OK),
    (TEMPLATES, [only("/files/{name}.{ext}", name="a", ext="txt")], "/files/a.txt", OK),
    (TEMPLATES, [only("/files/{name}.{ext}", name="a", ext="tar.gz")], "/files/a.tar.gz", OK),
    (TEMPLATES, [only("/files/{name}.{ext}", name="a", ext="b")], "/files/a", NOWHERE),
    (TEMPLATES, [only("/files/{name}.json", name="a.b")], "/files/a.b.json", OK),
    (TEMPLATES, [only("/v{version}/info", version="2")], "/v2/info", OK),
    (TEMPLATES, [only("/v{version}/info", version="2")], "/2/info", NOWHERE),
    (TEMPLATES, [only("/jobs/{id}:cancel", id="7")], "/jobs/7:cancel", OK),
    (TEMPLATES, [only("/at/{lat},{lon}", lat="1.5", lon="-2")], "/at/1.5,-2", OK),
    (TEMPLATES, [nowhere("/f/{x}", "x"), only("/f/{x}.json", x="a")], "/f/a.json", OK),
    (TEMPLATES, [only("/f/{x}", x="a.xml"), nowhere("/f/{x}.json", "x")], "/f/a.xml", OK),
    (TEMPLATES, [only("/{a}/{b}/{c}", a="1", b="2", c="3")], "/1/2/3", OK),
    (TEMPLATES, [only("/things/{id}", id="")], "/things/", NOWHERE),
    (TEMPLATES, [only("/{id}", id="..")], "/..", OK),
    # A value has no slash, except an encoded one.
    (TEMPLATES, [only("/things/{id}", id="a/b")], "/things/a%2Fb", OK),
    (TEMPLATES, [only("/things/{id}", id="a/b")], "/things/a/b", NOWHERE),
    (TEMPLATES, [only("/things/{id}/parts", id="a/b")], "/things/a%2fb/parts", OK),
    (TEMPLATES, [only("/things/{id}", id="a?b#c%")], "/things/a%3Fb%23c%25", OK),
    (TEMPLATES, [only("/things/{id}", id="a b+c")], "/things/a%20b+c", OK),
    # An encoded character is equal to the character, except for the slash.
    (NORMAL, [only("/things")], "/th%69ngs", OK),
    (NORMAL, [only("/caf\u00e9")], "/caf%C3%A9", OK),
    (NORMAL, [only("/a%20b")], "/a%20b", OK),
    (NORMAL, [only("/a b")], "/a%20b", OK),
    (NORMAL, [only("/a/b")], "/a%2Fb", NOWHERE),
    # Methods.
    ("RFC 9110, 15.5.6", [nowhere("/things")], "/things", METHOD),
    ("OAS 3.1.1, 4.9", [{"x-internal": {"/things": {}}}], "/x-internal", NOWHERE),
]


def _route(section: str, paths: Sequence[Mapping[str, Any]], target: str, verdict: Verdict) -> Case:
    together = {path: item for each in paths for path, item in each.items()}
    name = f"{target} of {', '.join(together)}"
    return Case(section, name, documents(together), Request(target), verdict)


def server(url: str, **variables: Any) -> dict[str, Any]:
    """A server; each variable is given as its default, or as its values with the default first."""
    described = {
        name: {"default": given} if isinstance(given, str) else {"default": given[0], "enum": given}
        for name, given in variables.items()
    }
    return {"url": url, **({"variables": described} if described else {})}


Servers = list[dict[str, Any]] | None
# Section, servers of the document, of the path, of the operation, requested path, verdict.
SERVERS: list[tuple[str, Servers, Servers, Servers, str, Verdict]] = [
    ("OAS 3.1.1, 4.8.1.1", None, None, None, "/things", OK),
    ("OAS 3.1.1, 4.8.1.1", [], None, None, "/things", OK),
    (SERVER, [server("https://a.test/v1")], None, None, "/v1/things", OK),
    (SERVER, [server("https://a.test/v1")], None, None, "/things", NOWHERE),
    (SERVER, [server("https://a.test/v1/")], None, None, "/v1/things", OK),
    (SERVER, [server("https://a.test/")], None, None, "/things", OK),
    (SERVER, [server("https://a.test/a/b")], None, None, "/a/b/things", OK),
    (SERVER, [server("https://a.test:8443/v1?x#y")], None, None, "/v1/things", OK),
    (SERVER, [server("https://a.test/a%20b")], None, None, "/a%20b/things", OK),
    # URLs relative to the document.
    (RELATIVE, [server("/v1")], None, None, "/v1/things", OK),
    (RELATIVE, [server("v1")], None, None, "/v1/things", OK),
    (RELATIVE, [server("./v1/")], None, None, "/v1/things", OK),
    (RELATIVE, [server("../v1")], None, None, "/v1/things", OK),
    (RELATIVE, [server("//a.test/v1")], None, None, "/v1/things", OK),
    (RELATIVE, [server("")], None, None, "/things", OK),
    # Several servers.
    *(("OAS 3.1.1, 4.8.5.2", [server("https://a.test/v1"), server("https://b.test/v2"),
                              server("https://c.test")], None, None, path, verdict)
      for path, verdict in (("/v1/things", OK), ("/v2/things", OK), ("/things", OK),
                            ("/v3/things", NOWHERE))),
    # Variables: the default, and every value of `enum`.
    (VARIABLE, [server("https://a.test/{base}", base="v2")], None, None, "/v2/things", OK),
    (VARIABLE, [server("https://a.test/{base}", base="v2")], None, None, "/v3/things", NOWHERE),
    (VARIABLE, [server("https://{name}.test:{port}/{base}", name="demo", port=["8443", "443"],
                       base="v2")], None, None, "/v2/things", OK),
    *((VARIABLE, [server("https://a.test/{base}/{lang}", base=["v1", "v2"], lang=["en", "de"])],
       None, None, path, verdict)
      for path, verdict in (("/v1/en/things", OK), ("/v2/en/things", OK), ("/v2/de/things", OK),
                            ("/v3/en/things", NOWHERE), ("/en/v1/things", NOWHERE))),
    (VARIABLE, [server("{root}/v1", root="https://a.test/x")], None, None, "/x/v1/things", OK),
    # Servers of a path, and of an operation.
    *(("OAS 3.1.1, 4.8.9.1", [server("/v1")], [server("/files")], None, path, verdict)
      for path, verdict in (("/files/things", OK), ("/v1/things", NOWHERE))),
    *(("OAS 3.1.1, 4.8.10.1", [server("/v1")], [server("/files")], [server("/up"), server("/down")],
       path, verdict)
      for path, verdict in (("/up/things", OK), ("/down/things", OK), ("/files/things", NOWHERE),
                            ("/v1/things", NOWHERE))),
    ("OAS 3.1.1, 4.8.10.1", [server("/v1")], [], [], "/v1/things", OK),
]  # fmt: skip


def _served(
    section: str,
    document: Servers,
    path: Servers,
    operation: Servers,
    target: str,
    verdict: Verdict,
) -> Case:
    item: dict[str, Any] = {"get": {"responses": FINE}}
    if operation is not None:
        item["get"]["servers"] = operation
    if path is not None:
        item["servers"] = path
    parts = {} if document is None else {"servers": document}
    name = f"{target} of {document}, {path}, {operation}"
    return Case(section, name, documents({"/things": item}, **parts), Request(target), verdict)


def _with_put_elsewhere(method: str, target: str, verdict: Verdict) -> Case:
    """Two operations of one path, at different servers."""
    item = {
        "get": {"responses": FINE},
        "put": {"responses": FINE, "servers": [server("/up")]},
    }
    name = f"{method} {target} where PUT has a server of its own"
    document = documents({"/things": item}, servers=[server("/v1")])
    return Case("OAS 3.1.1, 4.8.10.1", name, document, Request(target, method), verdict)


CASES = [
    *(_route(*row) for row in ROUTES),
    *(_served(*row) for row in SERVERS),
    _with_put_elsewhere("GET", "/v1/things", OK),
    _with_put_elsewhere("PUT", "/up/things", OK),
    _with_put_elsewhere("PUT", "/v1/things", METHOD),
    _with_put_elsewhere("GET", "/up/things", METHOD),
]
