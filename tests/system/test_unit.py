# SPDX-License-Identifier: LGPL-2.1-or-later
"""The installed files by the judgement of the programs that read them."""

import re


def test_verify(machine):
    done = machine.run("systemd-analyze", "verify", "provd.service")
    assert (done.stdout, done.stderr) == ("", "")


def test_exposure(machine):
    done = machine.run(
        "systemd-analyze", "security", "--no-pager", "--threshold=15", "provd.service"
    )
    exposure = re.search(r"Overall exposure level for provd.service: (\S+)", done.stdout)[1]
    print(f"exposure: {exposure}")
    assert float(exposure) <= 1.5


def complaints(machine):
    """The bus's own, but for a limit that is the container's."""
    entries = machine.journal("_SYSTEMD_UNIT=dbus.service", "--priority=warning")
    return [e["MESSAGE"] for e in entries if "Failed to set fd limit" not in e["MESSAGE"]]


def test_bus_policy_is_read_without_complaint(machine):
    assert complaints(machine) == []
    machine.run("systemctl", "reload", "dbus.service")
    assert complaints(machine) == []


def test_users_and_groups(machine):
    for group in ("provd", "provd-admin", "provd-sip", "provd-upgrade"):
        assert machine.run("getent", "group", group).stdout.startswith(group + ":")
    assert "/usr/sbin/nologin" in machine.run("getent", "passwd", "provd").stdout


def test_manual_pages(machine):
    for page in ("provd.8", "provd.conf.5", "provctl.1"):
        assert machine.run("sh", "-c", f"ls /usr/share/man/man?/{page}*").stdout
