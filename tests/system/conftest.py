# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine is booted once for a file of tests; each of them gets the service as it is after an
installation: running, with an empty state directory and nothing scheduled."""

import os
import pathlib
import signal
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "service"))

from machine import Machine, booted  # noqa: E402
from origin import Origin  # noqa: E402
from provd import Provd  # noqa: E402

pytest_plugins = ["servers", "tap"]

# Who ends the run, as meson does after a timeout, leaves time to clear up.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def machine():
    if os.environ.get("SANITIZED"):
        pytest.skip("a sanitizer does not run in the service's sandbox")
    yield from booted(lambda: Machine(os.environ["BUILD"]))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """The fixtures learn how the test itself ended."""
    report = (yield).get_result()
    if report.when == "call":
        item.failed = report.failed


@pytest.fixture
def provd(machine, request):
    provd = Provd(machine)
    provd.renew()
    yield provd
    if getattr(request.node, "failed", False):
        print(machine.run("journalctl", "--boot", "-n", "60", "--no-pager").stdout)
    provd.close()


@pytest.fixture
def client(provd):
    """An administrator, root, on the system bus."""
    return provd.client()


@pytest.fixture
def origin(machine):
    origin = Origin()
    yield origin
    origin.close()
