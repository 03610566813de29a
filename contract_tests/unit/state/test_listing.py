"""Lists are filtered, ordered and paged as they are asked for."""

from __future__ import annotations

from copy import deepcopy

import pytest
from contracts import Client
from featured import Featured, contract

from greenroom.contract.catalog import build

STARS = {"one": 1, "two": 2, "ten": 10, "ugh": 2}


@pytest.fixture(scope="module")
def here() -> Featured:
    """A space with five projects, one of them documented."""
    found = Featured()
    for slug, stars in STARS.items():
        body = {"slug": slug, "name": slug.title(), "stars": stars, "note": f"About {slug}"}
        assert found.post("/projects", body).status == 201
    return found


LISTS = [
    ("limit=50", ["documented", "one", "two", "ten", "ugh"]),
    ("", ["documented", "one", "two"]),
    ("offset=3", ["ten", "ugh"]),
    ("offset=9", []),
    ("limit=2&offset=1", ["one", "two"]),
    ("stars=2", ["two", "ugh"]),
    ("stars=2&name=Two", ["two"]),
    ("stars=2&name=Ten", []),
    ("active=true&limit=1", ["documented"]),
    ("active=false", []),
    ("q=ABOUT%20t", ["two", "ten"]),
    ("q=docu", ["documented"]),
    ("stars_from=3&limit=9", ["documented", "ten"]),
    ("stars_to=2&limit=9", ["one", "two", "ugh"]),
    ("stars_from=2&stars_to=3", ["documented", "two", "ugh"]),
    ("sort=stars&limit=9", ["one", "two", "ugh", "documented", "ten"]),
    ("sort=stars&direction=DESC&limit=9", ["ten", "documented", "ugh", "two", "one"]),
    ("sort=stars&direction=ASC&limit=2&offset=1", ["two", "ugh"]),
    ("sort=name&limit=2", ["documented", "one"]),
    ("sort=stars&direction=DESC&stars=2", ["ugh", "two"]),
]


@pytest.mark.parametrize(("query", "slugs"), LISTS)
def test_a_list_has_what_is_asked_for(here: Featured, query: str, slugs: list[str]) -> None:
    """All filters hold together; equal ones are in the order of creation."""
    assert [each["slug"] for each in here.get(f"/projects?{query}").json["data"]] == slugs


def test_an_array_selects_any_of_its_values(here: Featured) -> None:
    """As do several values of one name."""
    ids = [each["id"] for each in here.get("/projects?limit=9").json["data"]]
    found = here.get(f"/projects?ids={ids[1]}&ids={ids[3]}").json
    assert [each["id"] for each in found["data"]] == [ids[1], ids[3]]


def test_a_record_with_an_array_is_found_by_each_of_its_items(here: Featured) -> None:
    """Once."""
    here.post("/members", {"name": "Ada", "tags": ["b", "b", "c"]})
    for tag, names in (("a", ["Grace"]), ("b", ["Grace", "Ada"]), ("c", ["Ada"]), ("d", [])):
        members = here.get(f"/members?tags={tag}").json["members"]
        assert [each["name"] for each in members] == names


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("limit=2", (5, True, 2, 0)),
        ("limit=2&offset=3", (5, False, 2, 3)),
        ("stars=2&limit=1", (2, True, 1, 0)),
        ("stars=7", (0, False, 3, 0)),
        ("offset=99", (5, False, 3, 99)),
    ],
)
def test_the_numbers_are_those_of_the_list(
    here: Featured, query: str, numbers: tuple[int, bool, int, int]
) -> None:
    """The total is of what passes the filters, whatever the page."""
    found = here.get(f"/projects?{query}").json
    assert (found["total"], found["has_more"], found["limit"], found["offset"]) == numbers


@pytest.mark.parametrize(
    ("query", "count", "numbers"),
    [
        ("offset=-1", 1, (3, 0)),
        ("offset=-9&limit=2", 1, (2, 0)),
        ("offset=-9&sort=stars&direction=DESC", 1, (3, 0)),
        ("offset=-9&stars=7", 0, (3, 0)),
        ("limit=-1", 0, (0, 0)),
    ],
)
def test_a_negative_number_is_nought_where_the_contract_allows_one(
    query: str, count: int, numbers: tuple[int, int]
) -> None:
    """No list has anything before its first record."""
    document = deepcopy(dict(contract().written))
    for parameter in document["paths"]["/projects"]["get"]["parameters"][:2]:
        parameter["schema"].pop("minimum")
    client = Client(build(document, "features", "features.yaml"))
    found = client.get(f"/~here/features/projects?{query}").json
    assert len(found["data"]) == count
    assert (found["limit"], found["offset"]) == numbers


def test_pages_are_numbered_as_the_contract_says(here: Featured) -> None:
    """From nought here."""
    path = "/projects/prj_a1b2c3/tasks"
    for title in "abc":
        here.post(path, {"title": title})
    pages = [here.get(f"{path}?per_page=3&page={page}").json for page in range(3)]
    assert [[each["title"] for each in page] for page in pages] == [
        ["Documented", "a", "b"], ["c"], [],
    ]  # fmt: skip
    assert here.get(f"{path}?per_page=3").json == pages[0]


def test_a_parameter_without_effect_is_named(here: Featured) -> None:
    """So that nobody takes the list for a filtered one."""
    reply = here.get("/projects?nothing=x&limit=1")
    assert reply.headers["x-greenroom-reason"] == "not filtered by: nothing"
    assert reply.json["total"] == 5
