# SPDX-License-Identifier: LGPL-2.1-or-later
"""HTTP as old, small and peculiar provisioning servers speak it: all of it within the standards, or
so common that a device has to get on with it."""

import gzip
import socket

import pytest
from fetching import BODY, fetch, fetch_fails, fetch_ok
from servers import answer, digest_script

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def chunks(body, extension=b"", trailer=b""):
    pieces = [body[start : start + 7000] for start in range(0, len(body), 7000)]
    frames = [b"%X%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces]
    return b"".join(frames) + b"0\r\n" + trailer + b"\r\n"


ANSWERS = {
    "1.0": b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n" + BODY,
    "1.0-keeps": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + LENGTH + b"\r\n" + BODY,
    "until-the-end": OK + b"\r\n" + BODY,
    "no-reason": b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + BODY,
    "line-feeds": (OK + LENGTH).replace(b"\r", b"") + b"\n" + BODY,
    "lower-case": (OK + LENGTH).lower().replace(b"http", b"HTTP") + b"\r\n" + BODY,
    "html": OK + LENGTH + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + BODY,
    "folded": OK + LENGTH + b"X-Powered-By: a\r\n and b\r\n\r\n" + BODY,
    "length-twice": OK + LENGTH + LENGTH + b"\r\n" + BODY,
    "length-and-chunks": OK + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n" + chunks(BODY),
    "extensions": OK + CHUNKED + b"\r\n" + chunks(BODY, b";a=b", b'ETag: "trailer"\r\n'),
    "interim": b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nETag: "x"\r\n\r\n'
    + OK + LENGTH + b"\r\n" + BODY,
    "gzip-for-the-way": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n"
    + chunks(gzip.compress(BODY, 0)),
}  # fmt: skip


@pytest.mark.parametrize("way", ANSWERS)
def test_answer(scripted, way):
    def script(connection, request):
        connection.sendall(ANSWERS[way])
        connection.shutdown(socket.SHUT_WR)

    assert "etag" not in fetch_ok(scripted(script).url())


@pytest.mark.parametrize(
    "reply, failure, words",
    [
        (BODY, "Http", "not HTTP"),
        (OK + b"Content-Length: many\r\n\r\n" + BODY, "Http", "not HTTP"),
        (OK + CHUNKED + b"\r\n" + chunks(BODY)[:-5], "Unreachable", "broke off"),
        (OK + CHUNKED + b"\r\nnone\r\n", "Unreachable", "broke off"),
    ],
    ids=["0.9", "length", "last-chunk", "chunk"],
)
def test_no_answer(scripted, reply, failure, words):
    def script(connection, request):
        connection.sendall(reply)
        connection.shutdown(socket.SHUT_WR)

    fetch_fails(scripted(script).url(), failure, words)


@pytest.mark.parametrize(
    "location, path",
    [
        ("y.xml", "/deep/y.xml"),
        ("?mac=1", "/deep/x.xml?mac=1"),
        ("../y.xml#top", "/y.xml"),
        ("/a b", "/a%20b"),
        ("{}/y.xml", "/y.xml"),
        ("HTTP:{}/y.xml", "/y.xml"),
        ("http:{}?mac=1", "/?mac=1"),
    ],
)
def test_location(scripted, location, path):
    """{} is the server, with two slashes before it."""

    def script(connection, request):
        found = b" /deep/x.xml HTTP" not in request
        place = location.format(server.url("").removeprefix("http:").rstrip("/"))
        connection.sendall(
            answer(body=BODY) if found else answer("302 Found", b"x" * 300_000, Location=place)
        )

    server = scripted(script)
    fetch_ok(server.url("deep/x.xml"))
    assert server.requests[1].startswith(f"GET {path} HTTP/1.1\r\n".encode())


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("other", ["", 'Basic realm="phones", '])
def test_digest(scripted, algorithm, stale, other):
    """A nonce that is out of date is no wrong password; and a password that can stay secret does."""
    script = digest_script("phone", "secret", BODY, algorithm, stale, other)
    server = scripted(script)
    given = {"user": "phone", "password": "secret"}
    fetch_ok(server.url("x.xml?a=b"), **given)
    fetch_ok(server.url(), post="name=value", **given)
    assert fetch(server.url(), user="phone", password="no")["class"] == "AccessDenied"
    assert not any(b"authorization: basic" in request.lower() for request in server.requests)
