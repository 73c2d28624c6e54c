# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a provisioning server must never be able to do to a phone, and a hundred rounds of it."""

import os
import random
import time

import pytest
from origin import ROOT, Silent, profile
from servers import hold_port

SECOND = 1_000_000
WARM_UP = 5
GROWTH = 1.05
SANITIZED = "PROVD_SANITIZED" in os.environ
ROUNDS = int(os.environ.get("ROUNDS", "10" if SANITIZED else "100"))

GOOD = {"GPP_A": "good", "Opaque": "good", "Line_Enable_1_": "Yes"}
LAUGHS = "".join(
    f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10))}">\n' for n in range(1, 10)
)

# What the server sends, the failure's class, and words of the message that say what was wrong.
FILES = {
    "truncated": (profile({f"Opaque_{n}": "bad" for n in range(500)})[:-400], "Corrupt", ["line"]),
    "html": (
        b"<!doctype html>\n<html><head><title>Error</title></head>"
        b"<body><h1>It works!</h1><p>Not here.<br></body></html>\n",
        "Corrupt",
        [],
    ),
    "xhtml": (
        b'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>404</h1></body></html>',
        "Corrupt",
        ["flat-profile"],
    ),
    "garbage": (random.Random(1).randbytes(5 * 1024 * 1024), "TooLarge", ["4"]),
    "small-garbage": (random.Random(2).randbytes(100_000), "Corrupt", []),
    "laughs": (
        f'<?xml version="1.0"?>\n<!DOCTYPE flat-profile [<!ENTITY l0 "lol">\n{LAUGHS}]>\n'
        "<flat-profile><GPP_A>&l9;</GPP_A></flat-profile>".encode(),
        "Corrupt",
        ["line 2", "document type"],
    ),
    "utf-8": (
        ROOT.format("<GPP_A>bad</GPP_A><GPP_B>\x00</GPP_B>").encode().replace(b"\x00", b"\xff\xfe"),
        "Corrupt",
        ["line 3"],
    ),
    "empty": (b"", "Corrupt", []),
    "unclosed": (b"<flat-profile><GPP_A>bad</GPP_B></flat-profile>", "Corrupt", ["line 1"]),
    "deep": (
        b"<flat-profile>" + b"<a>" * 100 + b"</a>" * 100 + b"</flat-profile>",
        "TooLarge",
        ["32"],
    ),
    "long-value": (profile({"GPP_A": "bad", "Long": "x" * (16 * 1024 + 1)}), "TooLarge", ["Long"]),
    "broken-off": (None, "Unreachable", []),
    "closed": (None, "Unreachable", []),
    "silent": (None, "Unreachable", []),
}


@pytest.fixture
def urls(nginx, origin):
    """Where each case is fetched from."""
    silent = Silent()
    unused = hold_port()
    urls = {}
    for name, (content, _, _) in FILES.items():
        if content is not None:
            urls[name] = nginx.put(f"{name}.xml", content)
    origin.page(
        "/broken-off.xml", profile({"GPP_A": "bad"}), Content_Length="5000", Connection="close"
    )
    urls["broken-off"] = origin.url("/broken-off.xml")
    urls["closed"] = f"http://127.0.0.1:{unused.getsockname()[1]}/profile.xml"
    urls["silent"] = silent.url("/profile.xml")
    urls["good"] = nginx.put("good.xml", profile(GOOD))
    yield urls
    silent.close()
    unused.close()


@pytest.fixture
def phone(make_provd, client, urls):
    """A provisioned phone, with a retry schedule that can be told from every other deadline."""
    provd = make_provd(
        Defaults={"Profile_Rule": urls["good"], "Resync_Error_Retry_Delay": "500+100"},
        Limits={"ConnectTimeout": "1", "FetchTimeout": "1"},
    ).start()
    assert client.resync().result == "success"
    return provd


def check_failure(client, urls, name, rule=None):
    """One round of one case: the class, the message, the retry, and nothing changed."""
    before = client.parameters()
    mark = client.mark()
    finished = client.resync(rule)
    _, error, words = FILES[name]
    assert (finished.result, finished.error) == ("failure", error), f"{name}: {finished}"
    for word in words:
        assert word in finished.message, f"{name}: {finished.message}"
    assert client.parameters() == before
    assert client.since(mark, "ParametersChanged") == []
    return finished


@pytest.mark.parametrize("name", FILES)
def test_failure(phone, client, urls, name):
    client.put(Profile_Rule=urls[name])
    finished = check_failure(client, urls, name)
    state = client.get_all()
    assert (state["State"], state["NextReason"]) == ("scheduled", "retry")
    ended = client.history(1)[0][3]
    assert 500 * SECOND <= state["NextResync"] - ended + SECOND // 4 <= 601 * SECOND
    assert state["LastError"] == finished.error
    assert state["LastErrorMessage"] == finished.message
    assert state["Failures"] == 1
    assert client.parameters("GPP_A", "Opaque", "Line_Enable_1_") == GOOD
    assert urls[name].split("/")[2] in finished.message or "Profile_Rule" in finished.message


def test_recovery(phone, client, urls):
    client.put(Profile_Rule=urls["truncated"])
    client.resync()
    client.put(Profile_Rule=urls["good"])
    assert client.resync()[1:] == ("success", "", "", 0)
    state = client.get_all()
    assert (state["NextReason"], state["Failures"], state["LastError"]) == ("periodic", 0, "")


def test_silent_is_not_for_ever(phone, client, urls):
    client.put(Profile_Rule=urls["silent"])
    begun = time.monotonic()
    client.resync()
    assert 0.9 < time.monotonic() - begun < 5


def test_a_hundred_rounds(phone, client, urls):
    """What the daemon has written to for itself alone stays where it was."""

    def rounds(count):
        for _ in range(count):
            for name in FILES:
                client.put(Profile_Rule=urls[name])
                check_failure(client, urls, name)

    rounds(WARM_UP)
    before = phone.private_dirty()
    rounds(ROUNDS)
    after = phone.private_dirty()
    failures = ROUNDS * len(FILES)
    print(f"Private_Dirty: {before} KiB before, {after} KiB after {failures} failed attempts")
    assert after <= GROWTH * before or SANITIZED
    assert client.get("Failures") == (WARM_UP + ROUNDS) * len(FILES)
