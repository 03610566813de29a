"""A curl line repeats a request in a shell, with a variable for the credential."""

from __future__ import annotations

import base64
import subprocess

import pytest

from greenroom.http.curl import curl_line, with_variable
from greenroom.http.exchange import Request

SECRET = "s3cret-key"


def run(request: Request, secret: str = SECRET) -> list[str]:
    """The arguments that a shell gives to curl, with the variable set."""
    line = curl_line(with_variable(request, secret, "KEY"), "KEY")
    assert SECRET not in line
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}; KEY={SECRET}; {line}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True, timeout=10)
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize(
    ("request_", "arguments"),
    [
        (Request("GET", "http://a.example/x?y=1&z=2"), ["-i", "http://a.example/x?y=1&z=2"]),
        (Request("DELETE", "http://a.example/x"), ["-i", "-X", "DELETE", "http://a.example/x"]),
        (Request("HEAD", "http://a.example/x"), ["-i", "--head", "http://a.example/x"]),
        (
            Request("GET", "http://a.example/", (("X-Key", SECRET), ("User-Agent", "u"))),
            ["-i", "http://a.example/", "-H", f"X-Key: {SECRET}"],
        ),
        (
            Request("GET", "http://a.example/", (("Authorization", f"Bearer {SECRET}"),)),
            ["-i", "http://a.example/", "-H", f"Authorization: Bearer {SECRET}"],
        ),
        (
            Request("GET", f"http://a.example/?key={SECRET}&q=$HOME`id`"),
            ["-i", f"http://a.example/?key={SECRET}&q=$HOME`id`"],
        ),
        (
            Request("POST", "http://a.example/", (("X-Empty", ""),), b'{"a": "it\'s $5"}'),
            ["-i", "http://a.example/", "-H", "X-Empty;", "--data-raw", '{"a": "it\'s $5"}'],
        ),
        (
            Request("PUT", "http://a.example/", (), b"a"),
            ["-i", "-X", "PUT", "http://a.example/", "--data-raw", "a"],
        ),
        (
            Request("GET", "http://a.example/x?p[a]={1}"),
            ["-i", "--globoff", "http://a.example/x?p[a]={1}"],
        ),
        (
            Request("GET", "http://a.example/", (("@/etc/hostname", "x"), ("X", "a\x1b[2Jb"))),
            ["-i", "http://a.example/", "-H", "X: a [2Jb"],
        ),
        (
            Request("POST", "http://a.example/", (), b"a\r\nb"),
            ["-i", "http://a.example/", "--data-binary", "@-"],
        ),
        (
            Request("POST", "http://a.example/", (), b"\x00\xff"),
            ["-i", "http://a.example/", "--data-binary", "@-"],
        ),
    ],
)
def test_a_shell_makes_the_request_again(request_: Request, arguments: list[str]) -> None:
    """Word for word, whatever characters it has."""
    assert run(request_) == arguments


def test_basic_authentication_is_given_as_user_and_password() -> None:
    """Its base64 would hide the credential from whoever looks for it."""
    encoded = base64.b64encode(f"user:{SECRET}".encode()).decode()
    request = Request("GET", "http://a.example/", (("Authorization", f"Basic {encoded}"),))
    assert run(request) == ["-i", "http://a.example/", "-u", f"user:{SECRET}"]
    assert encoded not in curl_line(with_variable(request, SECRET, "KEY"), "KEY")


@pytest.mark.parametrize("secret", ["a", "test", "1"])
def test_a_short_credential_is_replaced_only_where_it_is_a_whole_value(secret: str) -> None:
    """Not in names, paths, bodies and other values that have the same letters."""
    url = f"http://test1a.example/{secret}/latest1?at1={secret}&key={secret}"
    headers = (("X-Key", secret), ("Cookie", f"s={secret}; t=a{secret}"), ("X-Note", f"a1{secret}"))
    request = Request("POST", url, headers, f'{{"a":"{secret}"}}'.encode())
    line = curl_line(with_variable(request, secret, "KEY"), "KEY")

    assert "/latest1?at1=${KEY}&key=${KEY}" in line
    assert '-H "X-Key: ${KEY}"' in line
    assert f'-H "Cookie: s=${{KEY}}; t=a{secret}"' in line
    assert f"-H 'X-Note: a1{secret}' --data-raw '{{\"a\":\"{secret}\"}}'" in line
    assert f"http://test1a.example/{secret}/" in line


FORM = (("Content-Type", "multipart/form-data; boundary=b"),)
PART = 'Content-Disposition: form-data; name="%s"\r\n%s\r\n%s'


@pytest.mark.parametrize(
    ("part", "arguments"),
    [
        (PART % ("a", "", "@x;y"), ["--form-string", "a=@x;y"]),
        (
            PART % ('cv"; filename="f', "Content-Type: text/csv\r\n", '@"\\'),
            ["-F", 'cv="@\\"\\\\";type=text/csv;filename=f'],
        ),
        # No option of curl sends these.
        (PART % ("a=b", "", "x"), ["--data-binary", "@-"]),
        (PART % ('a"; filename="f', "", "x"), ["--data-binary", "@-"]),
        (
            PART % ("a", "Content-Type: a/b;headers=@/etc/hostname\r\n", "x"),
            ["--data-binary", "@-"],
        ),
        (PART % ("a", "X-Of: part\r\n", "x"), ["--data-binary", "@-"]),
        (PART % ("a", "", "l1\r\nl2"), ["--data-binary", "@-"]),
        (PART % ("a", "", "\x1b[2J"), ["--data-binary", "@-"]),
    ],
)
def test_a_form_is_sent_in_parts_where_curl_can(part: str, arguments: list[str]) -> None:
    """So that a person can read it; otherwise it is piped, byte for byte."""
    body = f"--b\r\n{part}\r\n--b--\r\n".encode()
    made = run(Request("POST", "http://a.example/", FORM, body))

    assert made[-2:] == arguments
    assert ("-H" in made) == (arguments[0] == "--data-binary")
