# SPDX-License-Identifier: LGPL-2.1-or-later
"""Waiting for something that must come, and saying so where it does not."""

import queue
import threading
import time

INTERVAL = 0.05  # s


def wait_until(condition, what, timeout=20):
    """Waits until the condition holds, which is looked at again and again. `what` is said where it never does: a text, or a function
    that makes one then."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            text = what() if callable(what) else what
            raise AssertionError(f"not within {timeout} s: {text}")
        time.sleep(INTERVAL)


def wait_for_text(read, text, timeout=20):
    """Waits until a text is in what `read` returns."""
    wait_until(lambda: text in read(), lambda: f"{text!r} in {read()!r}", timeout)


class Lines:
    """The lines that a program prints, as they come; `seen` are those that were taken."""

    def __init__(self, pipe):
        self.seen = []
        self._queue = queue.Queue()
        threading.Thread(target=self._read, args=(pipe,), daemon=True).start()

    def _read(self, pipe):
        for line in pipe:
            self._queue.put(line.rstrip("\n"))

    def next(self, timeout=20):
        try:
            self.seen.append(self._queue.get(timeout=timeout))
        except queue.Empty:
            raise AssertionError(f"no line within {timeout} s after {self.seen}") from None
        return self.seen[-1]

    def until(self, condition):
        """Reads on, to the next line that fulfils a condition."""
        while not condition(self.next()):
            pass
        return self.seen[-1]
