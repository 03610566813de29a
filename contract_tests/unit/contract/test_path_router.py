"""A path leads to the template that OpenAPI defines for it."""

from __future__ import annotations

import time

import pytest

from greenroom.contract.path_router import Router

TEMPLATES = [
    "/",
    "/things",
    "/things/{id}",
    "/things/mine",
    "/things/{id}/parts",
    "/things/{id}/parts/{part}",
    "/things/mine/parts/first",
    "/things/{id}/",
    "/{kind}/{id}/{action}",
    "/{kind}/latest/notes",
    "/files/{name}.{format}",
    "/files/{name}.json",
    "/files/{name}",
    "/jobs/{id}:cancel",
    "/jobs/{id}:cancel:now",
    "/jobs/{id}",
    "/jobs/pause:all",
    "/between/{from}..{to}/days",
    "/at/{lat},{lon}",
    "/v{version}/info",
    "/caf\u00e9/{table}",
    "/with%20space/{x}",
    "/with%20space",
    "/100%/{x}",
    "/odd/{a-b}/{a.b}/{a b}",
    "/braces/{}/{x",
]


@pytest.fixture(scope="module")
def router() -> Router[str]:
    """A router in which every template leads to itself."""
    found: Router[str] = Router()
    for template in TEMPLATES:
        found.add(template, template)
    return found


MATCHES: list[tuple[str, str, dict[str, str]]] = [
    ("/", "/", {}),
    ("/things", "/things", {}),
    ("/things/7", "/things/{id}", {"id": "7"}),
    # Concrete before templated, whatever the order in the contract.
    ("/things/mine", "/things/mine", {}),
    ("/files/a.json", "/files/{name}.json", {"name": "a"}),
    # The template is tried where the concrete segment does not match.
    ("/things/mine/parts", "/things/{id}/parts", {"id": "mine"}),
    ("/things/mine/parts/first", "/things/mine/parts/first", {}),
    ("/things/mine/parts/2", "/things/{id}/parts/{part}", {"id": "mine", "part": "2"}),
    (
        "/things/mine/sell",
        "/{kind}/{id}/{action}",
        {"kind": "things", "id": "mine", "action": "sell"},
    ),
    ("/x/latest/notes", "/{kind}/latest/notes", {"kind": "x"}),
    ("/x/latest/other", "/{kind}/{id}/{action}", {"kind": "x", "id": "latest", "action": "other"}),
    # Several expressions, or text around one, in a segment.
    ("/files/a.b.c", "/files/{name}.{format}", {"name": "a", "format": "b.c"}),
    ("/files/a", "/files/{name}", {"name": "a"}),
    ("/files/.a", "/files/{name}", {"name": ".a"}),
    ("/files/a.", "/files/{name}", {"name": "a."}),
    ("/files/..a", "/files/{name}.{format}", {"name": ".", "format": "a"}),
    ("/jobs/7:cancel", "/jobs/{id}:cancel", {"id": "7"}),
    ("/jobs/a:b:cancel", "/jobs/{id}:cancel", {"id": "a:b"}),
    ("/jobs/7:cancel:cancel", "/jobs/{id}:cancel", {"id": "7:cancel"}),
    ("/jobs/7:cancel:now", "/jobs/{id}:cancel:now", {"id": "7"}),
    ("/jobs/7:cancelled", "/jobs/{id}", {"id": "7:cancelled"}),
    ("/jobs/:cancel", "/jobs/{id}", {"id": ":cancel"}),
    ("/jobs/pause:all", "/jobs/pause:all", {}),
    ("/between/a..b/days", "/between/{from}..{to}/days", {"from": "a", "to": "b"}),
    ("/between/a....b/days", "/between/{from}..{to}/days", {"from": "a", "to": "..b"}),
    ("/at/1.5,-2", "/at/{lat},{lon}", {"lat": "1.5", "lon": "-2"}),
    ("/v2/info", "/v{version}/info", {"version": "2"}),
    # A value is as it was sent; an encoded slash is part of it.
    ("/things/a%2Fb", "/things/{id}", {"id": "a%2Fb"}),
    ("/things/a%2Fb/parts", "/things/{id}/parts", {"id": "a%2Fb"}),
    ("/things/%6Dine%20", "/things/{id}", {"id": "%6Dine%20"}),
    ("/things/..", "/things/{id}", {"id": ".."}),
    ("/things/%00", "/things/{id}", {"id": "%00"}),
    ("/things/a\nb", "/things/{id}", {"id": "a\nb"}),
    ("/jobs/a\nb:cancel", "/jobs/{id}:cancel", {"id": "a\nb"}),
    ("/things/100%", "/things/{id}", {"id": "100%"}),
    # Literal segments are the same however they are encoded (RFC 3986 section 6.2.2).
    ("/th%69ngs", "/things", {}),
    ("/%74hings/%6dine", "/things/mine", {}),
    ("/caf%C3%A9/1", "/caf\u00e9/{table}", {"table": "1"}),
    ("/caf\u00e9/1", "/caf\u00e9/{table}", {"table": "1"}),
    ("/with%20space", "/with%20space", {}),
    ("/with%20space/1", "/with%20space/{x}", {"x": "1"}),
    ("/with space/1", "/with%20space/{x}", {"x": "1"}),
    ("/100%25/1", "/100%/{x}", {"x": "1"}),
    # A trailing slash is part of a template.
    ("/things/7/", "/things/{id}/", {"id": "7"}),
    # Names are free text.
    ("/odd/1/2/3", "/odd/{a-b}/{a.b}/{a b}", {"a-b": "1", "a.b": "2", "a b": "3"}),
    ("/braces/{}/{x", "/braces/{}/{x", {}),
    ("/braces/%7B%7D/%7Bx", "/braces/{}/{x", {}),
]


@pytest.mark.parametrize(("path", "template", "values"), MATCHES)
def test_a_path_leads_to_its_template(
    router: Router[str], path: str, template: str, values: dict[str, str]
) -> None:
    """With the raw text of each parameter."""
    found = router.match(path)
    assert found is not None
    assert (found[0], dict(found[1])) == (template, values)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "*",
        "things",
        "/Things",
        "/things/",
        "//things",
        "//",
        "/things//parts",
        "/things//",
        "/things/7/parts/",
        "/a/b/c/d",
        "/jobs/",
        "/v/info",
        "/between/../days/",
        "/things%2Fmine",
        "/%2F/",
        "/odd/1/2/",
    ],
)
def test_any_other_path_leads_nowhere(router: Router[str], path: str) -> None:
    """Also with a slash too many, and with an empty segment for a parameter."""
    assert router.match(path) is None


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        ("/a/{x}", "/a/{y}", "/a/1"),
        ("/a/{x}.{y}", "/a/{z}.{w}", "/a/1.2"),
        ("/a/{x}/b", "/a/{y}/b", "/a/1/b"),
        ("/a", "/a", "/a"),
        ("/%61", "/a", "/%61"),
    ],
)
def test_the_first_of_two_equal_templates_wins(first: str, second: str, path: str) -> None:
    """With its own parameter names; OpenAPI forbids the second (3.1, 4.8.8.2)."""
    router: Router[int] = Router()
    router.add(first, 1)
    router.add(second, 2)
    found = router.match(path)
    assert found is not None
    assert found[0] == 1


def test_names_belong_to_the_template_that_matched() -> None:
    """Two templates may share their first segments under different names."""
    router: Router[str] = Router()
    router.add("/a/{x}/b", "b")
    router.add("/a/{y}/c", "c")
    assert router.match("/a/1/c") == ("c", {"y": "1"})


@pytest.mark.parametrize("order", [1, -1])
def test_a_segment_with_text_comes_before_a_bare_parameter(order: int) -> None:
    """It is more specific, so it is tried first, and the bare one matches the rest."""
    router: Router[str] = Router()
    for template in ["/{x}/a", "/{x}.json/a", "/{x}.json/{y}"][::order]:
        router.add(template, template)
    assert router.match("/1.json/a") == ("/{x}.json/a", {"x": "1"})
    assert router.match("/1.json/b") == ("/{x}.json/{y}", {"x": "1", "y": "b"})
    assert router.match("/1.xml/a") == ("/{x}/a", {"x": "1.xml"})


def test_values_of_a_failed_match_are_discarded() -> None:
    """Backtracking leaves nothing in the parameters."""
    router: Router[str] = Router()
    router.add("/{a}.{b}/x", "x")
    router.add("/{c}/{d}", "d")
    assert router.match("/1.2/y") == ("d", {"c": "1.2", "d": "y"})


@pytest.mark.parametrize("path", ["." * 60_000, "a." * 30_000, "." * 60_000 + ":x", "a" * 60_000])
def test_any_segment_is_matched_quickly(path: str) -> None:
    """Several expressions in a segment are found in one pass."""
    router: Router[str] = Router()
    router.add("/{a}.{b}.{c}.{d}:y", "y")
    started = time.process_time()
    router.match(f"/{path}")
    assert time.process_time() - started < 0.5


def test_any_path_is_matched_quickly() -> None:
    """Backtracking is bounded by the number of templates."""
    router: Router[str] = Router()
    for depth in range(1, 12):
        router.add("/a" * depth + "/{x}" * (12 - depth) + "/end", "end")
    started = time.process_time()
    assert router.match("/a" * 12 + "/no") is None
    assert router.match("/a" * 30_000) is None
    assert time.process_time() - started < 0.5
