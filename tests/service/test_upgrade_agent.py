# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples of upgrade agents: a RAUC played by the test, and a unit's ExecStopPost=."""

import os
import pathlib
import shutil
import socket
import subprocess

import pytest
from bus import NAME, UPGRADE
from conftest import need
from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "upgrade-agent"
RAUC = "de.pengutronix.rauc"
INSTALLER = RAUC + ".Installer"


DRIVER = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")


class Rauc:
    """A service that says that an installation has completed, and why it failed."""

    def __init__(self, bus):
        self.connection = open_dbus_connection(bus=bus.address)
        self.connection.send_and_get_reply(new_method_call(DRIVER, "RequestName", "su", (RAUC, 4)))

    def complete(self, result, error=None):
        emitter = DBusAddress("/", interface=INSTALLER)
        self.connection.send(new_signal(emitter, "Completed", "i", (result,)))
        while error is not None:
            message = self.connection.receive(timeout=20)
            if message.header.message_type != MessageType.method_call:
                continue
            assert message.header.fields[HeaderFields.member] == "Get"
            assert message.body == (INSTALLER, "LastError")
            self.connection.send(new_method_return(message, "v", (("s", error),)))
            return

    def close(self):
        self.connection.close()


@pytest.fixture
def rauc(bus):
    rauc = Rauc(bus)
    yield rauc
    rauc.close()


@pytest.fixture
def agent(bus, tmp_path, rauc):
    """Started as systemd starts it, and ready when it says so."""
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(path))
        notify.settimeout(20)
        process = subprocess.Popen(
            [need("RAUC_AGENT"), "--session"],
            env=bus.environment() | {"NOTIFY_SOCKET": str(path)},
        )
        assert b"READY=1" in notify.recv(4096)
        yield process
    assert process.poll() is None
    process.kill()
    process.wait(10)


def test_rauc_success(agent, rauc, provd, client):
    rauc.complete(0)
    client.wait_for("LastSuccess", True, interface=UPGRADE)
    assert client.get("LastAttempt", UPGRADE) > 0
    assert client.get("LastMessage", UPGRADE) == ""


def test_rauc_failure(agent, rauc, provd, client):
    rauc.complete(1, "signature verification failed")
    client.wait_for("LastMessage", "signature verification failed", interface=UPGRADE)
    assert client.get("LastSuccess", UPGRADE) is False


def test_resyncs_after_upgrade(agent, rauc, provd, client):
    """What the article wants of a firmware upgrade: Resync_After_Upgrade_Attempt."""
    mark = client.mark()
    rauc.complete(0)
    assert client.wait("ResyncStarted", since=mark).body[1] == "upgrade"


def test_rauc_while_daemon_is_away(agent, rauc, make_provd, client):
    """What the daemon could not be told it is told when it comes."""
    provd = make_provd()
    rauc.complete(1, "no space left")
    provd.start()
    client.wait_for("LastMessage", "no space left", interface=UPGRADE)


class SlowProvd:
    """Has the daemon's name, and answers when the test says so."""

    def __init__(self, bus):
        self.connection = open_dbus_connection(bus=bus.address)
        self.connection.send_and_get_reply(new_method_call(DRIVER, "RequestName", "su", (NAME, 4)))

    def next_attempt(self):
        while True:
            message = self.connection.receive(timeout=20)
            if message.header.fields.get(HeaderFields.member) == "NotifyAttempt":
                return message

    def step_back(self):
        self.connection.send_and_get_reply(new_method_call(DRIVER, "ReleaseName", "s", (NAME,)))


def test_rauc_told_once(bus, rauc, agent):
    """A daemon that comes while the call to it is under way, which may be what starts it."""
    first = SlowProvd(bus)
    rauc.complete(1, "no space left")
    call = first.next_attempt()
    first.step_back()
    second = SlowProvd(bus)
    first.connection.send(new_method_return(call))
    rauc.complete(0)
    assert second.next_attempt().body == (True, "")


def tell(bus, *arguments, **environment):
    variables = {"PROVCTL": need("PROVCTL") + " --session"} | environment
    return bus.run([str(EXAMPLE / "tell-upgrade"), *arguments], environment=variables)


def test_stop_post(bus, provd, client):
    assert tell(bus, "exit-code", "7").returncode == 0
    assert client.get("LastMessage", UPGRADE) == "the updater ended with exit-code (7)"
    assert client.get("LastSuccess", UPGRADE) is False
    assert tell(bus, "success", "0").returncode == 0
    assert client.get("LastSuccess", UPGRADE) is True


def test_stop_post_nothing_to_do(bus, provd, client):
    assert tell(bus, "success", "3", NOTHING_TO_DO="3").returncode == 0
    assert client.get("LastAttempt", UPGRADE) == 0


def test_units(tmp_path):
    """systemd has nothing to say against them."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for name in ("rauc-agent", "tell-upgrade"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    updater = tmp_path / "updater.service"
    updater.write_text("[Service]\nType=oneshot\nExecStart=/bin/true\n")
    drop_in = tmp_path / "updater.service.d"
    drop_in.mkdir()
    for name, target in (("provd-rauc.service", tmp_path), ("provd-upgrade.conf", drop_in)):
        text = (EXAMPLE / name).read_text().replace("/usr/libexec/provd", str(tmp_path))
        (target / name).write_text(text)
    units = [str(updater), str(tmp_path / "provd-rauc.service")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    mine = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert not mine, done.stderr
