# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fetcher and TFTP: options, errors, loss."""

import os
import shutil
import socket
import time

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


@pytest.mark.parametrize(
    "path, name",
    [
        ("phone.php?mac=1&pn=a/b", "phone.php?mac=1&pn=a/b"),
        ("a%20b%3fc", "a b?c"),
        ("a;b", "a;b"),
        ("x;mode=netascii", "x"),
        ("x?y;mode=octet", "x?y"),
        ("/srv/x", "/srv/x"),
    ],
)
def test_tftp_names(make_tftp, path, name):
    server = make_tftp(files={name: BODY})
    fetch_ok(server.url(path))
    assert server.requests[0][:2] == (name, "octet")


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


@pytest.mark.parametrize("code", [0, 3, 4, 5, 6, 7, 8, 99])
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


@pytest.fixture
def dual(tmp_path):
    """Has a fetch see a name, dual.example, with an address of each family, IPv6's first."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("a file system of its own cannot be made")
    hosts = tmp_path / "hosts"
    hosts.write_text("::1 dual.example\n127.0.0.1 dual.example\n")
    script = f'mount --bind {hosts} /etc/hosts && exec "$@"'
    return ["unshare", "-m", "sh", "-c", script, "sh"]


@pytest.mark.parametrize("stumbles", [False, True])
def test_tftp_server_of_one_family(make_tftp, dual, stumbles):
    """The address that comes first is not the only one that is asked."""
    refuse = (lambda options: 8 if options else None) if stumbles else (lambda options: None)
    server = make_tftp(files={"x": BODY}, refuse=refuse)
    started = time.monotonic()
    result = fetch_ok(f"tftp://dual.example:{server.port}/x", wrapper=dual)
    assert result["server_ip"] == LOOPBACK
    assert time.monotonic() - started < 6
    assert [bool(options) for *_, options in server.requests] == [True, False][: 1 + stumbles]


def test_tftp_server_of_one_family_without_the_file(make_tftp, dual):
    url = f"tftp://dual.example:{make_tftp().port}/x"
    fetch_fails(url, "FileNotFound", "no such file", wrapper=dual)


def test_tftp_silence_of_both_families(dual):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as silent:
        silent.bind(("::1", 0))
        url = f"tftp://dual.example:{silent.getsockname()[1]}/x"
        fetch_fails(url, "Unreachable", "did not answer within", connect_timeout=3, wrapper=dual)
        fetch_fails(url, "Unreachable", "did not answer within 3 s", timeout=3, wrapper=dual)
