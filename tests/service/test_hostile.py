# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a server or a caller may send to do harm: afterwards everything is as usable as before."""

import gzip
import itertools
import os
import time

import pytest
from bus import ERROR, PARAMETERS, SIP, BusError, Client
from origin import profile

LIMITS_EXCEEDED = "org.freedesktop.DBus.Error.LimitsExceeded"


def usable(provd, client, finished):
    """Whether a failure can be seen everywhere, now and after a restart."""
    for _ in range(2):
        assert client.get_all()["LastErrorMessage"] == finished.message
        assert client.history(1)[0][6] == finished.message
        provd.restart()
    assert "damaged" not in provd.log()


# U+FFFE is UTF-8, but no text that the bus takes.
@pytest.mark.parametrize(
    "header, words",
    [
        (b"302 Found\r\nLocation: ftp://h\xff\xfe/", "its host is not ASCII"),
        (b"302 Found\r\nLocation: http://h%ff/", "its host is not ASCII"),
        (b"302 Found\r\nLocation: http://[::1%25\xff]/", "its host is not ASCII"),
        (b"302 Found\r\nLocation: ftp://[::1%\xff]/", "its host is not ASCII"),
        (b"302 Found\r\nLocation: ftp://h/\xff?\xff#\xff", "ftp://h/%ff?%ff,"),
        (b"302 Found\r\nLocation: http://\xef\xbf\xbe/", "its host is not ASCII"),
        (b"200 OK\r\nContent-Encoding: x\xff", "content coding “x?”"),
        (b"200 OK\r\nContent-Encoding: x\xef\xbf\xbe", "content coding “x???”"),
    ],
)
def test_header_that_is_no_text(provd, client, scripted, header, words):
    server = scripted(
        lambda connection, request: connection.sendall(
            b"HTTP/1.1 " + header + b"\r\nContent-Length: 2\r\n\r\nxx"
        )
    )
    finished = client.resync(server.url(), timeout=10)
    assert words in finished.message
    usable(provd, client, finished)


@pytest.mark.skipif("PROVD_SANITIZED" in os.environ, reason="a sanitizer keeps memory")
def test_memory_is_given_back(provd, client, origin):
    page = origin.page("/a", {"X": "1"})
    client.resync(origin.url("/a"))
    before = provd.private_dirty()
    for element in (b"<A>12</A>" * 1_500_000, b"<n\xc3\xa9/>" * 2_000_000):
        page.body = gzip.compress(b"<flat-profile>" + element + b"</flat-profile>", 1)
        page.headers["Content-Length"] = str(len(page.body))
        client.resync(origin.url("/a"))
        client.settle()
        assert provd.private_dirty() < before + 2048


def many(count, size):
    return {f"n{number:0{size}}": "x" for number in range(count)}


@pytest.mark.skipif("PROVD_SANITIZED" in os.environ, reason="a sanitizer keeps memory")
@pytest.mark.parametrize(
    "member, signature, argument",
    [
        ("CheckParameters", "a{ss}", many(300_000, 6)),
        ("CheckParameters", "a{ss}", many(100_000, 200)),
        ("CheckParameters", "a{ss}", {"Profile_Rule": "x" * 30_000_000}),
        ("SetParameters", "a{ss}", many(300_000, 6)),
        ("GetParameters", "as", list(many(300_000, 6))),
        ("DescribeParameters", "as", list(many(100_000, 200))),
        ("GetParameter", "s", "x" * 30_000_000),
    ],
    ids=str.split("check check-long check-value set get describe name"),
)
def test_memory_of_a_large_call_is_given_back(make_provd, client, member, signature, argument):
    provd = make_provd()
    provd.environment["G_SLICE"] = "always-malloc"  # as in the unit
    provd.start()
    client.parameters()
    before = provd.private_dirty()
    for _ in range(3):
        try:
            client.call(member, signature, argument, interface=PARAMETERS)
        except BusError:
            pass
    deadline = time.monotonic() + 5
    while provd.private_dirty() > before + 2048:  # it comes back when there is nothing else to do
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("member", ["GetParameters", "DescribeParameters"])
def test_one_name_many_times(provd, client, member):
    names = ["HTTP_User_Agent_Name"] * 200_000
    assert list(client.call(member, "as", names, interface=PARAMETERS)) == names[:1]


def of_one_hash(count):
    """Names that are all the same to the hash that GLib has for strings."""
    pairs = itertools.product(("bB", "c!"), repeat=17)
    return ["".join(pair) for pair in itertools.islice(pairs, count)]


def test_names_of_one_hash(provd, client):
    values = dict.fromkeys(of_one_hash(100_000), "")
    problems = client.call("CheckParameters", "a{ss}", values, interface=PARAMETERS)
    assert problems.keys() == values.keys() - {"bB" * 17}


# What anybody may call is not to take the memory that a phone has for all of its programs.
@pytest.mark.skipif("PROVD_SANITIZED" in os.environ, reason="a sanitizer keeps memory")
@pytest.mark.parametrize(
    "member, signature, argument, error",
    [
        ("GetParameters", "as", list(many(500_000, 6)), ERROR + "NoSuchParameter"),
        ("DescribeParameters", "as", list(many(500_000, 6)), ERROR + "NoSuchParameter"),
        ("CheckParameters", "a{ss}", many(500_000, 6), LIMITS_EXCEEDED),
        ("SetParameters", "a{ss}", many(500_000, 6), LIMITS_EXCEEDED),
    ],
    ids=str.split("get describe check set"),
)
def test_names_without_end(provd, client, member, signature, argument, error):
    before = provd.peak_memory()
    with pytest.raises(BusError) as refusal:
        client.call(member, signature, argument, interface=PARAMETERS)
    assert refusal.value.name == error
    assert provd.peak_memory() < before + 32 * 1024


# The bus disconnects who sends a message that is larger than it carries.


def refused_as_too_large(client, *arguments, **options):
    with pytest.raises(BusError) as refusal:
        client.call(*arguments, **options)
    assert refusal.value.name == LIMITS_EXCEEDED and "MiB" in refusal.value.text
    assert client.get("State")


def test_too_many_values(provd, client, origin):
    for page in "abc":
        values = {f"{page}{number}": "x" * 16000 for number in range(800)}
        origin.page(f"/{page}", gzip.compress(profile(values), 1))
        assert client.resync(origin.url(f"/{page}")).changed == 800
    refused_as_too_large(client, "GetParameters", "as", [], interface=PARAMETERS)
    assert len(client.parameters(*values)) == 800


def test_too_many_problems(provd, client):
    values = {f"{number:0200}": "" for number in range(100_000)}
    refused_as_too_large(client, "CheckParameters", "a{ss}", values, interface=PARAMETERS)


def test_too_long_an_explanation(provd, client):
    client.put(GPP_B="b" * 16384)
    refused_as_too_large(client, "Explain", "s", "(" + 'A="$B$B$B$B";' * 1200 + ")!")


def restart_with_limit(bus, client, name, value):
    limit = f'<limit name="{name}">{value}</limit></busconfig>'
    bus.config.write_text(bus.config.read_text().replace("</busconfig>", limit))
    client.close()
    bus.restart()


def test_name_that_fills_a_message(bus, make_provd, client):
    largest = 32 * 1024 * 1024  # as on the system bus
    restart_with_limit(bus, client, "max_message_size", largest)
    make_provd().start()
    caller = Client(bus.address)
    for name in ("x" * (largest - 200), "ü" * (largest // 2 - 100)):
        with pytest.raises(BusError) as refusal:
            caller.call("SetParameter", "ss", name, "", interface=PARAMETERS)
        assert refusal.value.name == ERROR + "InvalidValue"
        assert refusal.value.text.startswith("“" + name[:1000])
        assert refusal.value.text.endswith(name[0] + "…")
    caller.close()


def test_more_clients_than_can_be_watched(bus, make_provd, client):
    restart_with_limit(bus, client, "max_match_rules_per_connection", 4)
    make_provd().start()
    stacks = [Client(bus.address, ()) for _ in range(8)]
    for line, stack in enumerate(stacks, start=1):
        stack.call("SetLineActive", "ub", line, True, interface=SIP)
    assert stacks[0].get("ActiveLines", SIP) == list(range(1, 9))
    stacks[0].call("SetLineActive", "ub", 1, False, interface=SIP)
    assert stacks[1].get("ActiveLines", SIP) == list(range(2, 9))
    for stack in stacks:
        stack.close()
