"""A client that follows cursors gets every record of a space once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from contracts import Client, contract
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.schema import json_pointer as ptr
from greenroom.state.listing import _digest, _place_of
from greenroom.state.record import Record
from greenroom.state.store import Change, Query
from greenroom.stores.memory import MemoryStore

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
ANY = {"type": ["string", "null"]}
LINK = {"type": ["string", "null"], "format": "uri"}
THINGS = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": TEXT, "name": TEXT, "stars": NUMBER, "created_at": TEXT},
}
NEW = {"type": "object", "properties": {"name": TEXT, "stars": NUMBER}}
REFUSAL = {
    "description": "Not so.",
    "content": {"application/json": {"example": {"error": "That is not valid."}}},
}


def shape(**properties: Any) -> dict[str, Any]:
    """An object with all of these properties."""
    return {"type": "object", "required": [*properties], "properties": properties}


def api(parameters: dict[str, Any], envelope: Any, root_path: str = "", **listing: Any) -> Client:
    """An API that creates and lists things."""
    success = {"description": "Things.", "content": {"application/json": {"schema": envelope}}}
    made = {"$ref": "#/components/schemas/Thing"}
    shown = {"description": "One.", "content": {"application/json": {"schema": made}}}
    sent = {"content": {"application/json": {"schema": NEW}}}
    here = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    queried = [{"name": n, "in": "query", "schema": s} for n, s in parameters.items()]
    paths = {
        "/things": {
            "get": {
                "parameters": queried,
                "responses": {"200": success, "422": REFUSAL},
                **listing,
            },
            "post": {"requestBody": sent, "responses": {"201": shown}},
        },
        "/things/{id}": {
            "parameters": [here],
            "get": {"responses": {"200": shown}},
            "delete": {"responses": {"204": {"description": "Gone."}}},
        },
    }
    made = contract(paths, components={"schemas": {"Thing": THING}})
    return Client(made, root_path=root_path)


class Api:
    """The things in a space of an API."""

    def __init__(self, client: Client) -> None:
        self.client, self.base = client, "/~here/acme/things"

    def create(self, *names: str) -> None:
        """Create things."""
        for name in names:
            reply = self.client.post(self.base, {"name": name, "stars": len(name)})
            assert reply.status == 201, reply

    def get(self, query: str) -> Any:
        """The response to a request for a list."""
        reply = self.client.get(f"{self.base}?{query}", {"host": "mock.test"})
        assert reply.status == 200, reply
        assert reply.headers["x-greenroom-basis"] == "simulated"
        assert "the example" not in reply.headers.get("x-greenroom-reason", ""), reply
        return reply.json

    def delete(self, thing: dict[str, Any]) -> None:
        """Delete a thing."""
        assert self.client.send("DELETE", f"{self.base}/{thing['id']}").status == 204


def at(pointer: str) -> Callable[[Any], Any]:
    """Reads what is at a pointer, None where there is nothing."""

    def read(value: Any) -> Any:
        try:
            return ptr.look_up(value, pointer)
        except LookupError:
            return None

    return read


def last(items: str) -> Callable[[Any], Any]:
    """Reads the identifier of the last item, where there are more."""
    return lambda page: page["has_more"] and at(items)(page)[-1]["id"]


def query_of(pointer: str) -> Callable[[Any], Any]:
    """Reads the query of an address of this server, None without an address."""

    def read(page: Any) -> Any:
        url = at(pointer)(page)
        assert url is None or url.startswith("http://mock.test/~here/acme/things?"), url
        return url and url.partition("?")[2]

    return read


# By name: the parameters, the response, where its items are, the first query, and how a response
# leads to the next query: by its text, with the parameter before it.
FORMS: dict[str, tuple[dict[str, Any], Any, str, str, str, Callable[[Any], Any]]] = {
    "by the last identifier": (
        {"limit": NUMBER, "starting_after": TEXT, "ending_before": TEXT},
        shape(data=THINGS, has_more=FLAG), "/data", "limit=3", "limit=3&starting_after=",
        last("/data"),
    ),
    "after the last identifier": (
        {"limit": NUMBER, "after": TEXT}, shape(data=THINGS, has_more=FLAG),
        "/data", "limit=3", "limit=3&after=", last("/data"),
    ),
    "by a token beside an address": (
        {"count": NUMBER, "page_token": TEXT},
        shape(
            collection=THINGS,
            pagination={
                "type": "object",
                "properties": {"count": NUMBER, "next_page": LINK, "next_page_token": TEXT},
            },
        ),
        "/collection", "count=3", "count=3&page_token=", at("/pagination/next_page_token"),
    ),
    "by the address beside a token": (
        {"count": NUMBER, "page_token": TEXT},
        shape(
            collection=THINGS,
            pagination=shape(count=NUMBER, next_page=LINK, next_page_token=TEXT),
        ),
        "/collection", "count=3", "", query_of("/pagination/next_page"),
    ),
    "by next and previous": (
        {"page_size": NUMBER, "cursor": TEXT},
        {
            "type": "object",
            "properties": {"next": ANY, "previous": TEXT, "results": THINGS},
        },
        "/results", "page_size=3", "page_size=3&cursor=", at("/next"),
    ),
    "by cursors deep down": (
        {"limit": NUMBER, "cursor": TEXT},
        shape(data=THINGS, meta=shape(cursors=shape(previous=TEXT, current=TEXT, next=TEXT))),
        "/data", "limit=3", "limit=3&cursor=", at("/meta/cursors/next"),
    ),
    "by links": (
        {"limit": NUMBER, "cursor": TEXT},
        shape(data=THINGS, links={"type": "object", "properties": {"next": TEXT, "prev": TEXT}}),
        "/data", "limit=3", "", query_of("/links/next"),
    ),
    "by addresses and numbers": (
        {"PageSize": NUMBER, "Page": NUMBER, "PageToken": TEXT},
        shape(things=THINGS, meta=shape(page=NUMBER, next_page_url=LINK)),
        "/things", "PageSize=3", "", query_of("/meta/next_page_url"),
    ),
    "by a token that is left out at the end": (
        {"pageSize": NUMBER, "pageToken": TEXT},
        {"type": "object", "properties": {"items": THINGS, "nextPageToken": TEXT}},
        "/items", "pageSize=3", "pageSize=3&pageToken=", at("/nextPageToken"),
    ),
    "by a key of one name": (
        {"limit": NUMBER, "pagination_key": TEXT},
        {"type": "object", "properties": {"items": THINGS, "pagination_key": TEXT}},
        "/items", "limit=3", "limit=3&pagination_key=", at("/pagination_key"),
    ),
    "by objects of links": (
        {"page[size]": NUMBER, "page[after]": TEXT},
        shape(data=THINGS, links={"type": "object", "properties": {"next": shape(href=TEXT)}}),
        "/data", "page[size]=3", "", query_of("/links/next/href"),
    ),
    "by pages with an address": (
        {"per_page": NUMBER, "page": NUMBER}, shape(results=THINGS, count=NUMBER, next=LINK),
        "/results", "per_page=3", "", query_of("/next"),
    ),
    "by offsets with an address": (
        {"limit": NUMBER, "offset": NUMBER}, shape(results=THINGS, next=LINK),
        "/results", "limit=3", "", query_of("/next"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_every_record_is_got_once_though_others_are_made_meanwhile(name: str) -> None:
    """In the usual forms of pages, which no file has to declare."""
    parameters, envelope, items, query, before, way = FORMS[name]
    here = Api(api(parameters, envelope))
    names = [f"n{number:02}" for number in range(10)]
    here.create(*names)
    got, late = [], iter(("late", "later"))
    while query is not None:
        page = here.get(query)
        got += [each["name"] for each in at(items)(page)]
        here.create(*filter(None, [next(late, "")]))
        on = way(page)
        query = f"{before}{on}" if on else None
    assert got == [*names, "late", "later"]


DECLARED = {
    "x-pagination": {
        "size": "limit", "cursor": "cursor", "before": "until", "items": "/data",
        "next": "/next", "previous": "/previous", "more": "/more", "total": "/total",
    },
    "x-resource-operation": {"order": {"by": "sort"}},
}  # fmt: skip


@pytest.fixture
def here() -> Api:
    """Things of an API that declares its pages."""
    queried = {"limit": NUMBER, "cursor": TEXT, "until": TEXT, "sort": TEXT, "stars": NUMBER}
    envelope = shape(data=THINGS, next=ANY, previous=ANY, more=FLAG, total=NUMBER)
    found = Api(api(queried, envelope, **DECLARED))
    found.create("a", "bb", "ccc", "dd", "e")
    return found


def named(page: Any) -> str:
    """The names on a page."""
    return " ".join(each["name"] for each in page["data"])


@pytest.mark.parametrize(
    ("order", "pages"),
    [
        ("", ["a bb", "ccc dd", "e"]),
        ("&sort=name", ["a bb", "ccc dd", "e"]),
        ("&sort=stars", ["a e", "bb dd", "ccc"]),
        ("&sort=-stars", ["ccc dd", "bb e", "a"]),
        ("&stars=2", ["bb dd"]),
        ("&stars=9", [""]),
    ],
)
def test_a_cursor_leads_forwards_and_back(here: Api, order: str, pages: list[str]) -> None:
    """In every order, also of equal values."""
    page = here.get(f"limit=2{order}")
    seen = [named(page)]
    assert page["previous"] is None
    while page["next"]:
        page = here.get(f"limit=2{order}&cursor={page['next']}")
        seen.append(named(page))
    assert seen == pages
    assert not page["more"]
    for expected in pages[-2::-1]:
        page = here.get(f"limit=2{order}&cursor={page['previous']}")
        assert named(page) == expected
        assert page["more"]
    assert page["previous"] is None


def test_what_is_deleted_between_two_pages_shifts_nothing(here: Api) -> None:
    """Even if the cursor was made of it."""
    for order in ("", "&sort=-stars"):
        first = here.get(f"limit=2{order}")
        here.delete(first["data"][-1])
        second = here.get(f"limit=9{order}&cursor={first['next']}")
        assert not {each["id"] for each in first["data"]} & {e["id"] for e in second["data"]}
        assert second["total"] - len(second["data"]) == 1


def test_a_page_may_end_before_a_cursor(here: Api) -> None:
    """By the parameter that says so."""
    second = here.get(f"limit=2&cursor={here.get('limit=2')['next']}")
    assert named(here.get(f"limit=9&until={second['next']}")) == "a bb ccc"


def forged(place: bytes) -> str:
    """A cursor that someone who knows the code made of any text."""
    query = Query("Thing")
    return urlsafe_b64encode(_digest(query, place) + place).decode()


@pytest.mark.parametrize(
    "cursor",
    ["abc", "%00", "%FF", "a" * 5000, "\u00e9", "null", "====", forged(b"[]"), forged(b"5"),
     forged(b"[null,NaN,false]"), forged(b'[null,"1",false]'), forged(b'[{"a":[]},1]'),
     forged(b"[null,1,0]"), forged(b"[" * 5000)],
)  # fmt: skip
def test_a_cursor_that_nothing_made_is_the_documented_refusal(here: Api, cursor: str) -> None:
    """In the vendor's own shape."""
    reply = here.client.get(f"{here.base}?cursor={cursor}".encode())
    assert (reply.status, reply.kind, [*reply.json]) == (422, "invalid-request", ["error"])


def test_a_cursor_of_any_value_is_a_place_where_it_has_the_form(here: Api) -> None:
    """So that nothing a client makes up is a fault of the server."""
    for value in (b"null", b"[]", b'"x"', b"1e400", b"-1", b"true", b'{"a": 1}'):
        query = Query("Thing", order="/stars")
        place = b"[" + value + b",9" + b"9" * 40 + b",true]"
        made = urlsafe_b64encode(_digest(query, place) + place).decode()
        assert here.client.get(f"{here.base}?sort=stars&cursor={made}").status in (200, 422)


def test_a_cursor_belongs_to_its_list(here: Api) -> None:
    """With other filters, or another order, it would lead astray; pages may have any size."""
    cursor = here.get("limit=2&sort=stars")["next"]
    assert named(here.get(f"limit=1&sort=stars&cursor={cursor}")) == "bb"
    for other in ("sort=name", "sort=stars&stars=2", "limit=2"):
        reply = here.client.get(f"{here.base}?{other}&cursor={cursor}")
        assert (reply.status, reply.kind) == (422, "invalid-request")
    assert named(here.get("limit=2&cursor=")) == "a bb"


def test_pages_before_an_identifier_have_more_before_them() -> None:
    """As the clients of such an API expect that go backwards."""
    parameters, envelope, *_ = FORMS["by the last identifier"]
    here = Api(api(parameters, envelope))
    here.create(*"abcde")
    ids = [each["id"] for each in here.get("")["data"]]
    page = here.get(f"limit=2&ending_before={ids[-1]}")
    assert (named(page), page["has_more"]) == ("c d", True)
    page = here.get(f"limit=2&ending_before={ids[2]}")
    assert (named(page), page["has_more"]) == ("a b", False)
    reply = here.client.get(f"{here.base}?starting_after=nothing")
    assert (reply.status, reply.kind) == (422, "invalid-request")


STATED = {"x-pagination": {"size": "limit", "cursor": "starting_after", "items": "/data"}}


@pytest.mark.parametrize(
    ("statuses", "listing", "refused"),
    [((), {}, None), (("404",), {}, None), (("4XX",), {}, 400), (("default",), {}, 400),
     (("422",), {}, 422), (("400",), {}, 400), ((), STATED, 400)],
    ids=str,
)  # fmt: skip
def test_an_unknown_cursor_is_disregarded_where_neither_it_nor_a_refusal_is_documented(
    statuses: tuple[str, ...], listing: dict[str, Any], refused: int | None
) -> None:
    """The first page comes with a warning, also of what is before a cursor."""
    parameters, envelope, *_ = FORMS["by the last identifier"]
    content = {"application/json": {"schema": envelope}}
    responses = {"200": {"description": "Things.", "content": content}}
    responses |= dict.fromkeys(statuses, REFUSAL)
    here = Api(api(parameters, envelope, responses=responses, **listing))
    here.create(*"abc")
    for name in ("starting_after", *(() if listing else ("ending_before",))):
        reply = here.client.get(f"{here.base}?limit=2&{name}=nothing")
        warning = reply.headers.get("x-greenroom-warning", "")
        if refused is None:
            assert (reply.status, named(reply.json), reply.json["has_more"]) == (200, "a b", True)
            assert warning.startswith(f"query {name}: 'nothing' is no cursor of this list")
        else:
            assert (reply.status, warning) == (refused, "")


def test_an_address_is_that_by_which_a_client_came() -> None:
    """With the scheme, and with what a proxy takes off the path."""
    parameters, envelope, *_ = FORMS["by links"]
    plain = Api(api(parameters, envelope))
    front = Api(api(parameters, envelope, root_path="/mocks"))
    for here, scheme, start in ((plain, "https", "/~here"), (front, "http", "/mocks/~here")):
        here.create("a", "b")
        host = {"host": "api.acme.test:8443"}
        reply = here.client.get(f"{here.base}?limit=1&x=%20&cursor=", host, scheme=scheme)
        url = reply.json["links"]["next"]
        assert url.startswith(f"{scheme}://api.acme.test:8443{start}/acme/things?limit=1&x=%20&c")


def test_examples_are_the_same_whatever_the_cursor_is() -> None:
    """Outside of spaces nothing is paged by cursors."""
    parameters, envelope, *_ = FORMS["by next and previous"]
    client = api(parameters, envelope)
    assert client.get("/acme/things").body == client.get("/acme/things?cursor=x").body


RANKS = st.sampled_from([None, 1, 2, 2.5, "a", "b", True])


@settings(max_examples=60, deadline=None)
@given(
    ranks=st.lists(RANKS, max_size=12), deleted=st.data(), size=st.integers(1, 4),
    descending=st.booleans(), ordered=st.booleans(),
)  # fmt: skip
def test_whatever_is_deleted_meanwhile_nothing_else_is_lost(
    ranks: list[Any], deleted: st.DataObject, size: int, descending: bool, ordered: bool
) -> None:
    """Forwards and backwards, in every order, also of equal values."""
    store = MemoryStore()
    made = [Record(f"r{n}", {"rank": rank}) for n, rank in enumerate(ranks)]
    store.commit(Change("Thing", None, each) for each in made)
    query = Query("Thing", order="/rank" if ordered else "", descending=descending)
    listed = [each.id for each in store.page(query).records]
    for backwards in (False, True):
        left = {each.id for each in store.page(query).records}
        place, got = None, list[str]()
        edge = query._replace(limit=size, backwards=backwards)
        if backwards:
            edge = edge._replace(place=(None, -1) if descending else ("z", 99))
        while page := store.page(edge._replace(place=place or edge.place)).records:
            names = [each.id for each in page]
            got += names[::-1] if backwards else names
            place = _place_of(query, page[0] if backwards else page[-1])
            gone = deleted.draw(st.sampled_from([None, *page]))
            if gone is not None:
                store.commit([Change("Thing", gone, None)])
        expected = [name for name in listed if name in left]
        assert got == (expected[::-1] if backwards else expected)
