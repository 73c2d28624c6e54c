# SPDX-License-Identifier: LGPL-2.1-or-later
"""Waiting for something that must come, and saying so where it does not."""

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
