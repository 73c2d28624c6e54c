# SPDX-License-Identifier: LGPL-2.1-or-later
"""provd as the service of a machine: its unit, its configuration, its state, its journal."""

import signal
import time

from bus import Client
from daemon import IDENTITY, QUIET, configuration

STATE = "/var/lib/provd"
UNIT = "provd.service"
DROP_INS = "/etc/systemd/system/provd.service.d"
CONFIGURATION = "/etc/provd/provd.conf.d/test.conf"


class Provd:
    def __init__(self, machine):
        self.machine = machine
        self.clients = []
        self.begin = time.time_ns() // 1000

    # What it is given.

    def configure(self, **sections):
        sections.setdefault("Identity", IDENTITY)
        sections["Defaults"] = QUIET | sections.get("Defaults", {})
        self.machine.write(CONFIGURATION, configuration(**sections))

    def drop_in(self, text):
        """Adds to the unit, until the end of the test."""
        self.machine.write(f"{DROP_INS}/test.conf", text)
        self.machine.run("systemctl", "daemon-reload")

    def renew(self):
        """Brings it back to where it is after an installation, and starts it."""
        self.stop()
        self.machine.run("sh", "-c", f"umount -q {STATE}; rm -rf {STATE}/* {DROP_INS}")
        self.machine.run("systemctl", "daemon-reload")
        self.configure()
        self.start()

    # Its life.

    def start(self):
        self.machine.run("systemctl", "reset-failed", UNIT, check=False)
        self.machine.run("systemctl", "start", UNIT)

    def stop(self):
        self.machine.run("systemctl", "stop", UNIT)

    def restart(self):
        self.stop()
        self.start()

    def kill(self, number=signal.SIGKILL):
        self.machine.run("systemctl", "kill", "--signal", signal.Signals(number).name, UNIT)

    @property
    def pid(self):
        """As the machine counts; 0 where it does not run."""
        return int(self.machine.show("MainPID"))

    @property
    def state(self):
        return self.machine.show("ActiveState")

    def restarts(self):
        return int(self.machine.show("NRestarts"))

    def wait_restarted(self, former, timeout=30):
        """Waits until systemd has started it anew after it was that process."""
        self.machine.wait_until(
            lambda: self.state == "active" and self.pid not in (0, former), "restarted", timeout
        )

    # What it says.

    def client(self):
        client = Client(self.machine.bus_address)
        self.clients.append(client)
        return client

    def close(self):
        for client in self.clients:
            client.close()

    def journal(self, *matches):
        """Its entries of this test and this boot that match."""
        entries = self.machine.journal("_SYSTEMD_UNIT=provd.service", *matches)
        return [e for e in entries if int(e["__REALTIME_TIMESTAMP"]) >= self.begin]

    def messages(self, *matches):
        return [entry["MESSAGE"] for entry in self.journal(*matches)]

    def files(self):
        return sorted(path.name for path in self.machine.path(STATE).iterdir())
