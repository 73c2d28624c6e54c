# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example of a phone's user interface, on a terminal of 80 by 24: what a person sees there. The
screens are printed, so that a run with --verbose shows them."""

import fcntl
import os
import select
import struct
import termios
import time

import pytest
from conftest import need
from terminal import Terminal

pyte = pytest.importorskip("pyte", reason="python3-pyte is not installed")


class PhoneUi(Terminal):
    """`rows` of the screen as a terminal shows them."""

    def __init__(self, bus):
        self.display = pyte.Screen(80, 24)
        self.stream = pyte.Stream(self.display)
        super().__init__([need("PHONE_UI"), "--session"], bus.environment())

    def feed(self, timeout):
        if not select.select([self.master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            return False
        self.stream.feed(data.decode())
        return True

    @property
    def text(self):
        return "\n".join(row.rstrip() for row in self.display.display)

    def see(self, *texts, timeout=20):
        """Waits until all of that is on the screen at once."""
        deadline = time.monotonic() + timeout
        while not all(text in self.text for text in texts):
            assert time.monotonic() < deadline, f"no {texts} on the screen:\n{self.text}"
            self.feed(0.2)
        print(self.text)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.display.resize(rows, columns)

    def close(self):
        while self.process.poll() is None:
            self.feed(0.2)
        os.close(self.master)
        return self.process.returncode


@pytest.fixture
def ui(bus):
    ui = PhoneUi(bus)
    yield ui
    if ui.process.poll() is None:
        ui.process.kill()
        ui.close()


def test_key_resyncs(ui, provd, client, origin):
    page = origin.page("/a.xml", {"GPP_A": "x" * 4000}).hold()
    client.put(Profile_Rule=origin.url("/a.xml"))
    ui.see("Nothing is scheduled", "never", "R Resync now")
    ui.type("r")
    page.wait_asked()
    ui.see("Resyncing ...", "Profile_Rule receiving", "[####")
    page.release()
    ui.see("Up to date", "in 1:00:00 (periodic)", "success", "Resynced, 1 changed", "request")
    ui.see("in 59:5")
    ui.type("q")
    assert ui.close() == 0


def test_failure_is_shown(ui, provd, client, origin):
    client.put(Profile_Rule=origin.url("/missing.xml"))
    ui.see("Nothing is scheduled")
    ui.type("R")
    ui.see("Not up to date", "failure", "Not resynced: ", "FileNotFound", "(retry)")
    assert ui.text.splitlines()[-1] == "  R Resync now   Q Quit"


def test_refusal_is_shown(ui, provd, client):
    client.put(Provision_Enable="No")
    ui.see("Provisioning is off")
    ui.type("r")
    ui.see("No resync: ", "Provision_Enable")


def test_waits_for_a_call(ui, provd, client, provctl):
    ui.see("Nothing is scheduled")
    client.call("SetLineActive", "ub", 1, True, interface="org.provd.Provisioning1.Sip")
    ui.type("r")
    ui.see("Waiting for the call to end", "in 4:00:00 (request)")


def test_daemon_goes_and_comes(ui, provd):
    ui.see("Nothing is scheduled")
    provd.kill()
    ui.see("provd is not running")
    provd.start()
    ui.see("Nothing is scheduled")


def test_resized(ui, provd):
    ui.see("Nothing is scheduled")
    ui.resize(12, 50)
    ui.see("R Resync now")
    assert ui.text.splitlines()[11].startswith("  R Resync now")
