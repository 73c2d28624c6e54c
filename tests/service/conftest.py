# SPDX-License-Identifier: LGPL-2.1-or-later
"""What every service test stands on: a bus of its own, the daemon on it, a client.

The programs come from the environment: PROVD and PROVCTL, which meson sets.
"""

import os
import pathlib
import shutil

import pytest
from bus import Client, PrivateBus
from daemon import Provd
from origin import Origin

pytest_plugins = ["servers", "tap"]


def need(variable):
    """The program that an environment variable names; without it the test is skipped."""
    path = os.environ.get(variable)
    if not path or not pathlib.Path(path).exists():
        pytest.skip(f"{variable} names no program")
    return path


@pytest.fixture
def bus():
    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed")
    bus = PrivateBus()
    yield bus
    bus.close()


@pytest.fixture
def make_provd(bus, tmp_path):
    """Makes daemons, not started yet, by the sections of their configuration; each must end well,
    unless the test has ended it."""
    need("PROVD")
    made = []

    def make(**sections):
        directory = tmp_path / f"provd{len(made)}"
        directory.mkdir()
        made.append(Provd(bus, directory, **sections))
        return made[-1]

    yield make
    for provd in made:
        provd.stop()


@pytest.fixture
def provd(make_provd):
    """The daemon, running, with nothing scheduled."""
    return make_provd().start()


@pytest.fixture
def client(bus):
    """An administrator: a caller with the daemon's own uid."""
    client = Client(bus.address)
    yield client
    client.close()


@pytest.fixture
def provctl(bus):
    """Runs provctl as an operator would; the completed process."""
    program = need("PROVCTL")

    def run(*arguments, **options):
        return bus.run([program, "--session", *arguments], **options)

    return run


@pytest.fixture
def origin():
    """An HTTP server in this process, whose pages can be held back."""
    origin = Origin()
    yield origin
    origin.close()


@pytest.fixture
def nginx(make_nginx):
    """nginx with an empty document root."""
    return make_nginx()
