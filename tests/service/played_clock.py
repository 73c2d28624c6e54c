# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clocks and a time zone of the daemon's own, which a test sets as it likes."""

import datetime
import os
import pathlib
import signal
import struct
import time
import uuid
import zoneinfo

from conftest import need

ZONES = pathlib.Path("/usr/share/zoneinfo")


class PlayedClock:
    """What played-clock.c, preloaded into the daemon, finds in its directory."""

    def __init__(self, directory):
        self.directory = directory
        self.localtime = directory / "localtime"
        self.offsets = directory / "offsets"
        self.offsets.touch()
        self.wall = self.boottime = 0.0  # how far they are ahead of the machine's clocks, s
        self.zone = None
        self.set_zone("UTC")
        self.environment = {
            "LD_PRELOAD": need("PLAYED_CLOCK_LIBRARY"),
            "PLAYED_CLOCK": str(directory),
        }
        self.boot()

    def boot(self):
        """For a daemon that is started next, the device has just booted."""
        self.boottime = 1 - time.clock_gettime(time.CLOCK_BOOTTIME)
        self.write()
        self.environment["PROVD_BOOT_ID"] = uuid.uuid4().hex

    def set_zone(self, name):
        self.zone = zoneinfo.ZoneInfo(name)
        link = self.directory / "localtime.new"
        link.symlink_to(ZONES / name)
        link.rename(self.localtime)

    def set_wall(self, local, pid):
        """Lets wall time jump to a local time; the process is told."""
        wall = datetime.datetime.fromisoformat(local).replace(tzinfo=self.zone)
        self.wall = wall.timestamp() - time.time()
        self.write()
        os.kill(pid, signal.SIGUSR1)

    def write(self):
        """Into the file as it is: the daemon has mapped it."""
        with self.offsets.open("r+b") as file:
            file.write(struct.pack("=qq", round(self.wall * 1e9), round(self.boottime * 1e9)))
