# SPDX-License-Identifier: LGPL-2.1-or-later
"""How the tests of the fetcher run fetch-tool and read what it prints."""

import hashlib
import os
import subprocess
import time

import pytest

BODY = b"<flat-profile><GPP_A>" + b"x" * 100_000 + b"</GPP_A></flat-profile>"
MIB = 1024 * 1024


def options(**given):
    """connect_timeout=1 as --connect-timeout=1; True is a flag."""
    names = {key: "--" + key.replace("_", "-") for key in given}
    return [
        names[key] if value is True else f"{names[key]}={value}" for key, value in given.items()
    ]


def parse(block):
    return dict(line.split("=", 1) for line in block.splitlines())


def fetch_all(*urls, env=None, wrapper=(), **given):
    """What came of each URL: a dictionary of strings, as fetch-tool prints them."""
    tool = os.environ.get("FETCH_TOOL")
    if not tool:
        pytest.skip("FETCH_TOOL names no program")
    clean = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    done = subprocess.run(
        [*wrapper, tool, *options(**given), *urls],
        capture_output=True,
        text=True,
        timeout=60,
        env={**clean, **(env or {})},
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    blocks = done.stdout.removesuffix("idle\n").split("\n\n")
    return [parse(block) for block in blocks if block]


def fetch(url, **given):
    (result,) = fetch_all(url, **given)
    return result


def fetch_ok(url, body=BODY, **given):
    result = fetch(url, **given)
    assert result["class"] == "ok", result["message"]
    assert result["sha256"] == hashlib.sha256(body).hexdigest()
    return result


def fetch_fails(url, failure, words, **given):
    """Fails in a class, with a message that begins with where and holds these words."""
    result = fetch(url, **given)
    assert result["class"] == failure, result.get("message")
    assert result["message"].startswith(f"{url}: ")
    assert words in result["message"]
    assert "sha256" not in result
    return result


def drip(connection, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.1)
