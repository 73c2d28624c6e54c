# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fetcher and TFTP: options, errors, loss."""

import os
import socket

import pytest
from fetching import BODY, fetch, fetch_fails, fetch_ok
from servers import LOOPBACK


# TFTP


def test_tftp(atftpd):
    (atftpd.directory / "x.xml").write_bytes(BODY)
    result = fetch_ok(atftpd.url("x.xml"))
    assert (result["server_ip"], result["server_port"]) == (LOOPBACK, str(atftpd.port))
    fetch_fails(atftpd.url("nope.xml"), "FileNotFound", "no such file")


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1428, 2856, 100_000])
def test_tftp_sizes(make_tftp, size):
    body = os.urandom(size)
    server = make_tftp(files={"dir/x": body})
    fetch_ok(server.url("dir/x"), body=body)
    assert server.requests[0][:2] == ("dir/x", "octet")


def test_tftp_server_without_options(make_tftp):
    fetch_ok(make_tftp(files={"x": BODY}, understand=False).url("x"))


@pytest.mark.parametrize(
    "code, failure",
    [
        (0, "ServerError"),
        (1, "FileNotFound"),
        (2, "AccessDenied"),
        (3, "ServerError"),
        (4, "ServerError"),
        (5, "ServerError"),
        (6, "ServerError"),
        (7, "ServerError"),
        (8, "ServerError"),
        (99, "ServerError"),
    ],
)
def test_tftp_errors(make_tftp, code, failure):
    server = make_tftp(files={"x": BODY}, refuse=lambda options: code)
    assert fetch(server.url("x"))["class"] == failure


@pytest.mark.parametrize("code", [0, 4, 8])
def test_tftp_server_that_stumbles_over_options(make_tftp, code):
    server = make_tftp(files={"x": BODY}, refuse=lambda options: code if options else None)
    fetch_ok(server.url("x"))
    first, second = server.requests
    assert first[2] and not second[2]


@pytest.mark.parametrize("lose", [0, 1, 2, 3, 4])
def test_tftp_loss(make_tftp, lose):
    """The request, the first answer, its acknowledgement, and so on. How soon a packet is sent
    again depends on the time there is."""
    server = make_tftp(files={"x": BODY[:20_000]}, lose={lose})
    fetch_ok(server.url("x"), body=BODY[:20_000], timeout=6)


def test_tftp_too_large(make_tftp):
    fetch_fails(
        make_tftp(files={"x": BODY}).url("x"), "TooLarge", "larger than 5000 bytes", size=5000
    )


def test_tftp_silence():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((LOOPBACK, 0))
        url = f"tftp://{LOOPBACK}:{silent.getsockname()[1]}/x"
        fetch_fails(url, "Unreachable", "did not answer within 2 s", timeout=2)
        fetch_fails(url, "Unreachable", "did not answer within", connect_timeout=2)
