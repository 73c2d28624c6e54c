# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program on a terminal of its own, as a person sees it."""

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata

SEQUENCES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def plain(text):
    """Text without escape sequences."""
    return SEQUENCES.sub("", text)


def width(line):
    """The columns of a line."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in plain(line)
    )


class Terminal:
    """Runs a command on a pseudo terminal; `screen` is all that it has written to it."""

    def __init__(self, command, environment, columns=80):
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.screen = ""
        self.process = subprocess.Popen(
            command,
            env={"TERM": "xterm"} | environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def read(self, until=None, timeout=20):
        """Reads until some text has come, or without one until the end."""
        deadline = time.monotonic() + timeout
        while until is None or until not in self.screen:
            left = deadline - time.monotonic()
            assert left > 0, f"no {until!r} on the screen: {self.screen!r}"
            if not select.select([self.master], [], [], left)[0]:
                continue
            try:
                data = os.read(self.master, 65536)
            except OSError:  # the other end is closed
                data = b""
            if not data:
                assert until is None, f"no {until!r} on the screen: {self.screen!r}"
                break
            self.screen += data.decode()
        return self.screen

    def type(self, text):
        os.write(self.master, text.encode())

    def close(self):
        """The exit status."""
        self.read()
        os.close(self.master)
        return self.process.wait(20)
