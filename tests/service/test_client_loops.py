# SPDX-License-Identifier: LGPL-2.1-or-later
"""libprovclient against the real daemon, in each kind of loop: what a program that does nothing of
its own is told, and that the daemon knows of its lines whatever happens to the daemon or the bus."""

import subprocess
import time

import pytest
from bus import SIP, Client
from conftest import need
from waiting import Lines, wait_until

LINE = 3


class Program:
    """A loop-tool."""

    def __init__(self, bus, loop):
        self.process = subprocess.Popen(
            [need("LOOP_TOOL"), loop, str(LINE)],
            env=bus.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = Lines(self.process.stdout)

    def expect(self, line):
        """Reads on until that line has come."""
        self.lines.until(lambda found: found == line)

    def close(self):
        self.process.kill()
        self.process.wait(10)


@pytest.fixture(params=["sd-event", "glib", "poll"])
def program(bus, provd, request):
    program = Program(bus, request.param)
    yield program
    program.close()


def ready(program):
    """Both calls of the program were answered."""
    program.expect("told")
    program.expect("told")


def lines_of(client):
    return client.get("ActiveLines", SIP), client.get("RegisteredLines", SIP)


def wait_for_lines(bus, timeout):
    """How long it took from now on until the daemon knew of the line."""
    begin = time.monotonic()
    client = Client(bus.address)
    try:
        wait_until(lambda: lines_of(client) == ([LINE], [LINE]), lambda: lines_of(client), timeout)
        return time.monotonic() - begin
    finally:
        client.close()


def test_told(program, client, origin):
    """A status, a resync and its end, live."""
    ready(program)
    program.expect("status idle")
    assert lines_of(client) == ([LINE], [LINE])
    origin.page("/a.xml", {"GPP_A": "x"})
    client.request(rule=origin.url("/a.xml"), force=True)
    program.expect("status resyncing")
    program.expect("finished success")


def test_daemon_killed(program, provd, bus):
    ready(program)
    provd.kill()
    program.expect("vanished")
    provd.start()
    assert wait_for_lines(bus, timeout=1) < 1
    program.expect("appeared")


def test_line_counts_after_restart(program, provd, client):
    """What was announced again holds a resync back as it did before."""
    ready(program)
    provd.kill()
    provd.start()
    client.wait_for("ActiveLines", [LINE], interface=SIP)
    client.request()
    client.wait_for("State", "deferred")
    program.close()
    client.wait("ResyncFinished")


def test_bus_restarted(program, provd, bus):
    """A bus that comes back at its address is found again, and all goes on."""
    ready(program)
    provd.kill()
    bus.restart()
    provd.start()
    wait_for_lines(bus, timeout=10)
    program.expect("appeared")
