# SPDX-License-Identifier: LGPL-2.1-or-later
"""provd as a process: its configuration, its state directory, its log, its life and death."""

import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from bus import Client

# Whatever of this is in a log, a test has found something.
ALARMS = re.compile(
    r"ERROR: \w+Sanitizer|runtime error:|Sanitizer: |provd-(CRITICAL|WARNING)|Assertion .* failed"
)

IDENTITY = {
    "Mac": "02:00:5e:10:00:01",
    "Vendor": "Example",
    "ProductName": "EX-8851",
    "ProductSeries": "EX8851",
    "Serial": "EX0001",
    "SoftwareVersion": "1.2.3",
    "HardwareVersion": "1",
}

# Nothing happens by itself: what a test wants to see due, it asks for.
QUIET = {"Resync_On_Reset": "No", "Resync_Random_Delay": "0"}


def configuration(**sections):
    """The text of a provd.conf: a section for each keyword, a dictionary of its keys."""
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())
        for name, keys in sections.items()
        if keys
    )


class Provd:
    """One state directory and the daemon on it, started and stopped as often as a test likes."""

    def __init__(self, bus, directory, log_level="debug", **sections):
        self.bus = bus
        self.log_level = log_level
        self.directory = pathlib.Path(directory)
        self.state = self.directory / "state"
        self.state.mkdir(exist_ok=True)
        self.log_path = self.directory / "provd.log"
        self.config_path = self.directory / "provd.conf"
        self.environment = {}
        self.process = None
        self.configure(**sections)

    def configure(self, **sections):
        sections.setdefault("Identity", IDENTITY)
        sections["Defaults"] = QUIET | sections.get("Defaults", {})
        self.config_path.write_text(configuration(**sections))

    def command(self):
        """The command line."""
        return [
            os.environ["PROVD"],
            "--session",
            "--config",
            str(self.config_path),
            "--state-directory",
            str(self.state),
            "--log-level",
            self.log_level,
        ]

    def spawn(self):
        """Starts the process and waits for nothing."""
        assert self.process is None
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                env=self.bus.environment() | self.environment,
            )
        return self

    def start(self):
        """Starts it and waits until it owns its name, or is gone."""
        watcher = Client(self.bus.address)
        try:
            self.spawn()
            for _ in range(150):
                if watcher.listen(0.2, until="NameOwnerChanged"):
                    return self
                assert self.process.poll() is None, "provd ended at start"
            raise AssertionError("provd does not take its name")
        except AssertionError as error:
            raise AssertionError(f"{error}:\n{self.log()[-4000:]}") from None
        finally:
            watcher.close()

    @property
    def pid(self):
        return self.process.pid

    def kill(self):
        """What a power cut is to a process."""
        self.process.kill()
        self._gone(-signal.SIGKILL)

    def stop(self):
        """Ends it as systemd does. It must end well."""
        if self.process is None:
            return
        self.process.terminate()
        self._gone(0)
        self.check_log()

    def restart(self):
        self.stop()
        return self.start()

    def _gone(self, expected):
        """Waits for the end, and until the bus has noticed it too."""
        process, self.process = self.process, None
        status = process.wait(30)
        assert status == expected, f"provd ended with {status}:\n{self.log()[-4000:]}"
        watcher = Client(self.bus.address)
        try:
            if watcher.owner() is not None:
                watcher.wait("NameOwnerChanged", 10, 0, lambda s: not s.body[2])
        finally:
            watcher.close()

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def check_log(self):
        alarm = ALARMS.search(self.log())
        assert alarm is None, f"in the log: {self.log()[alarm.start():][:4000]}"

    def private_dirty(self):
        """KiB that this process alone has written to."""
        text = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return int(re.search(r"^Private_Dirty:\s+(\d+) kB", text, re.MULTILINE)[1])

    def peak_memory(self):
        """KiB that this process has ever had in memory at a time."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB", text, re.MULTILINE)[1])

    def database(self, query):
        """Reads a copy of the store; the store itself is the daemon's alone."""
        with tempfile.TemporaryDirectory() as directory:
            for name in ("provd.db", "provd.db-wal"):
                if (self.state / name).exists():
                    shutil.copy(self.state / name, directory)
            connection = sqlite3.connect(pathlib.Path(directory) / "provd.db")
            try:
                return connection.execute(query).fetchall()
            finally:
                connection.close()

    def client(self):
        return Client(self.bus.address)
