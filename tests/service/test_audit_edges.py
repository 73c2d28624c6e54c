# SPDX-License-Identifier: LGPL-2.1-or-later
"""The contract's numbers, one below and one above, and what a server may send that is odd."""

import gzip
import zlib

import pytest
from bus import ERROR, INVALID_ARGS, PARAMETERS, SIP, UPGRADE, refused

MIB = 1024 * 1024
HEAD, TAIL = b"<flat-profile><X>1</X>", b"</flat-profile>"


@pytest.fixture
def fetch(provd, client, origin):
    """Fetches a document that a server sends in some way; how that ended."""

    def fetch(body, status=200, **headers):
        if isinstance(body, str):
            body = f"<flat-profile>{body}</flat-profile>".encode()
        origin.page("/a", body, status, **headers)
        return client.resync(origin.url("/a"))

    return fetch


def padded(size):
    return HEAD + b" " * (size - len(HEAD) - len(TAIL)) + TAIL


@pytest.mark.parametrize("size, error", [(4 * MIB, ""), (4 * MIB + 1, "TooLarge")])
def test_fetched(fetch, size, error):
    assert fetch(padded(size)).error == error


@pytest.mark.parametrize("headers", [{}, {"Content_Encoding": "gzip"}])
@pytest.mark.parametrize("size, error", [(16 * MIB, ""), (16 * MIB + 1, "TooLarge")])
def test_decompressed(fetch, headers, size, error):
    assert fetch(gzip.compress(padded(size)), **headers).error == error


@pytest.mark.parametrize("depth, error", [(32, ""), (33, "TooLarge")])
def test_depth(fetch, depth, error):
    body = b"<d>" * (depth - 2) + HEAD + TAIL + b"</d>" * (depth - 2)
    assert fetch(body).error == error


def test_value_and_name(fetch, client):
    assert fetch(f"<X>{'v' * 16384}</X><{'n' * 128}>1</{'n' * 128}>").changed == 2
    assert fetch(f"<X>{'v' * 16385}</X>").error == "TooLarge"
    assert fetch(f"<X>  {'w' * 16384} </X><{'n' * 129}>1</{'n' * 129}>").changed == 1
    assert client.parameter("X") == "w" * 16384


def test_redirects(provd, client, origin):
    origin.page("/6", {"X": "1"})
    for number in range(6):
        origin.page(f"/{number}", b"", status=302, Location=f"/{number + 1}")
    assert client.resync(origin.url("/1")).result == "success"
    finished = client.resync(origin.url("/0"))
    assert (finished.error, "5 redirects" in finished.message) == ("Http", True)
    for location in (
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "tftp://127.0.0.1/x",
        "http://",
        "",
    ):
        origin.page("/r", b"", status=301, Location=location)
        assert client.resync(origin.url("/r")).error == "Http"


@pytest.mark.parametrize(
    "status, after, expected",
    [
        (503, "7200", 7200),
        (429, "7200", 7200),
        (503, "10", 3600),
        (503, "9999999", 86400),
        (503, "Thu, 31 Dec 2099 23:59:59 GMT", 86400),
        (503, "soon", 3600),
        (500, "7200", 3600),
        (404, "7200", 3600),
    ],
)
def test_retry_after(fetch, client, origin, status, after, expected):
    """The later of it and the schedule, and a day at most."""
    client.put(Profile_Rule=origin.url("/a"))
    origin.page("/a", b"", status, Retry_After=after)
    client.resync()
    assert client.get("NextReason") == "retry"
    waits = client.get("NextResync") - client.history(1)[0][3]
    assert abs(waits / 1e6 - expected) < 0.1


def test_retry_after_without_retries(fetch, client, origin):
    client.put(Profile_Rule=origin.url("/a"), Resync_Error_Retry_Delay="0")
    origin.page("/a", b"", 503, Retry_After="60")
    assert client.resync().error == "ServerError"
    assert client.get("State") == "idle"


CODINGS = [
    ("gzip", gzip.compress, ""),
    ("x-gzip", gzip.compress, ""),
    ("GZIP", gzip.compress, ""),
    ("deflate", zlib.compress, ""),
    ("deflate", lambda body: zlib.compress(body)[2:-4], ""),
    ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body)), ""),
    ("identity", bytes, ""),
    ("br", bytes, "Corrupt"),
    ("gzip", bytes, "Corrupt"),
    ("gzip", lambda body: gzip.compress(body)[:-4], "Corrupt"),
]


@pytest.mark.parametrize("coding, encode, error", CODINGS)
def test_coding(fetch, coding, encode, error):
    assert fetch(encode(HEAD + TAIL), Content_Encoding=coding).error == error


@pytest.mark.parametrize(
    "document, error",
    [
        (b"\xef\xbb\xbf<flat-profile><X>1</X></flat-profile>", ""),
        (b"<?xml version='1.1'?><flat-profile><X>1</X></flat-profile>", ""),
        (b"<a><flat-profile><Y>1</Y></flat-profile><flat-profile><X>1</X></flat-profile></a>", ""),
        (b"<p:flat-profile xmlns:p='urn:p'><p:X>1</p:X></p:flat-profile>", ""),
        (b"<flat-profile><A><B>1</B></A><X>1</X></flat-profile>", ""),
        (b"<Flat-Profile><X>1</X></Flat-Profile>", "Corrupt"),
        (b"<flat-profile><X>1</X></flat-profile>more", "Corrupt"),
        (b" <?xml version='1.0'?><flat-profile><X>1</X></flat-profile>", "Corrupt"),
        (b"<!DOCTYPE flat-profile><flat-profile><X>1</X></flat-profile>", "Corrupt"),
        (b"<flat-profile><X>\xe4</X></flat-profile>", "Corrupt"),
        (b"", "Corrupt"),
    ],
)
def test_document(fetch, client, document, error):
    assert fetch(document).error == error
    assert client.parameters().get("X") == (None if error else "1")
    assert "A" not in client.parameters()


@pytest.mark.parametrize(
    "status, error",
    [
        (401, "AccessDenied"),
        (403, "AccessDenied"),
        (407, "AccessDenied"),
        (404, "FileNotFound"),
        (410, "FileNotFound"),
        (500, "ServerError"),
        (599, "ServerError"),
        (429, "Http"),
        (400, "Http"),
        (206, "Http"),
        (204, "Http"),
        (304, "Http"),
        (302, "Http"),
    ],
)
def test_status(fetch, status, error):
    assert fetch(b"", status).error == error


@pytest.mark.parametrize(
    "member, signature, arguments, interface",
    [
        ("GetParameter", "u", (1,), PARAMETERS),
        ("GetParameters", "s", ("x",), PARAMETERS),
        ("SetParameter", "s", ("x",), PARAMETERS),
        ("SetParameters", "as", (["x"],), PARAMETERS),
        ("Notify", "u", (1,), SIP),
        ("SetLineActive", "ib", (1, True), SIP),
        ("NotifyAttempt", "b", (True,), UPGRADE),
        ("NotifyReboot", "s", ("boredom",), UPGRADE),
    ],
)
def test_wrong_arguments(provd, client, member, signature, arguments, interface):
    error = refused(client.call, member, signature, *arguments, interface=interface)
    assert error.name == INVALID_ARGS


@pytest.mark.parametrize("line", [0, 65, 4294967295])
def test_line(provd, client, line):
    for member in ("SetLineActive", "SetLineRegistered"):
        error = refused(client.call, member, "ub", line, True, interface=SIP)
        assert error.name == ERROR + "NoSuchLine"


def test_log_is_a_line_an_entry(provd, client, origin):
    """A value with a newline in it writes no entry of its own, and steers no terminal."""
    origin.page("/a", {"X": "1"})
    client.put(GPP_A="x\nforged: 1\x1b[31m", Log_Request_Msg="asking $A")
    client.resync('(Resync_Periodic = "a\\012forged: 2")! ' + origin.url("/a"))
    lines = provd.log_path.read_bytes().splitlines()
    assert sum(b"forged" in line for line in lines) == 2
    assert not [line for line in lines if line.startswith(b"forged") or b"\x1b" in line]
