# SPDX-License-Identifier: LGPL-2.1-or-later
"""The administrator's page on a booted machine: logins with and without rights. Run where the page
was built; the names of the browser's programs come from the environment."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

LOGIN = pathlib.Path(__file__).parent.parent / "web" / "login.mjs"
ADDRESS = "http://127.0.0.1:9090"
PASSWORD = "Long-enough-for-a-test"
NEEDED = ("/usr/lib/cockpit/cockpit-ws", "/usr/bin/cockpit-bridge", "/usr/bin/chromium")


@pytest.fixture
def cockpit(machine):
    """Cockpit, listening for logins."""
    for program in NEEDED:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    machine.run("systemd-run", "--quiet", "--unit=test-cockpit", NEEDED[0], "--no-tls",
                "--address=127.0.0.1", "--port=9090")
    yield machine
    machine.run("systemctl", "stop", "test-cockpit")


@pytest.fixture
def user(machine):
    """Makes users who can log in."""
    made = []

    def make(name, *options):
        machine.run("useradd", "--create-home", "--shell", "/bin/bash", *options, name)
        machine.run("chpasswd", stdin=f"{name}:{PASSWORD}\n")
        made.append(name)
        return name

    yield make
    for name in made:
        machine.run("userdel", "--force", "--remove", name, check=False)


def visit(name, *change):
    """What the user sees, after a change of a field's value if one is given."""
    done = subprocess.run(
        ["node", LOGIN, ADDRESS, name, PASSWORD, *change],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    return json.loads(done.stdout)


def test_user_without_rights_may_look(cockpit, provd, client, user):
    client.put(GPP_SA="hidden", Station_Name="Front")
    seen = visit(user("looker"))
    assert "administrator" in seen["reason"][0]
    assert seen["writable"] == 0
    assert seen["readOnly"] == 38
    assert seen["secret"] == "********"
    assert seen["editButtons"] == 0
    assert seen["resyncRefused"] == "true"
    assert seen["state"] == ["idle"]
    assert seen["audit"] == []


def test_administrator_may_change(cockpit, provd, client, user):
    client.put(GPP_SA="shown")
    seen = visit(user("keeper", "--groups", "provd-admin"), "Forced Resync Delay", "4321")
    assert seen["outcome"][0].endswith("All changes are stored")
    assert client.parameter("Forced_Resync_Delay") == "4321"
    assert seen["reason"] == []
    assert seen["readOnly"] == 0
    assert seen["secret"] == "shown"
    assert seen["resyncRefused"] is None


def test_page_paints_within_a_second(cockpit, provd, user):
    paints = [visit(user("looker"))["firstPaint"]]
    paints += [visit("looker")["firstPaint"] for _ in range(2)]
    assert min(paint["ours"] for paint in paints) <= 1000, paints
