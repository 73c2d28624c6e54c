# SPDX-License-Identifier: LGPL-2.1-or-later
"""The daemon as a process: command line, configuration, readiness, exit codes."""

import os
import signal
import socket

import pytest
from bus import PrivateBus, refused
from daemon import IDENTITY, configuration
from waiting import wait_for_text


@pytest.fixture
def run(bus, make_provd):
    """Runs provd to its end with other arguments."""
    make_provd()

    def run(*arguments, **environment):
        return bus.run([os.environ["PROVD"], *arguments], timeout=20, environment=environment)

    return run


def test_version(run, provd, client):
    result = run("--version")
    assert result.returncode == 0
    assert client.get("Version") in result.stdout


@pytest.mark.parametrize("arguments", [["--colour"], ["--log-level", "loud"], ["stray"]])
def test_wrong_usage(run, tmp_path, arguments):
    result = run("--session", "--state-directory", str(tmp_path / "state"), *arguments)
    assert result.returncode == 2
    assert arguments[-1] in result.stderr


@pytest.mark.parametrize(
    "section, key, value",
    [
        ("Defaults", "Resync_Periodic", "hourly"),
        ("Defaults", "Profile_Rule", "("),
        ("Identity", "Mac", "zz"),
        ("Limits", "FetchTimeout", "0"),
        ("Limits", "FetchTimeout", "121"),
        ("Limits", "ConnectTimeout", "soon"),
        ("Limits", "ProfileSize", "99999999"),
        ("Limits", "Parameters", "16385"),
    ],
)
def test_bad_configuration(run, tmp_path, section, key, value):
    """The file and the key are named."""
    path = tmp_path / "bad.conf"
    path.write_text(configuration(**{section: {key: value}}))
    result = run("--session", "--config", str(path), "--state-directory", str(tmp_path / "state"))
    assert result.returncode == 2
    assert str(path) in result.stderr
    assert key in result.stderr


def test_missing_configuration(run, tmp_path):
    path = tmp_path / "none.conf"
    result = run("--session", "--config", str(path), "--state-directory", str(tmp_path / "state"))
    assert result.returncode == 2
    assert str(path) in result.stderr


def test_unknown_key(make_provd, client):
    """A warning that names it and its file; nothing else."""
    provd = make_provd(Identity=IDENTITY | {"Colour": "blue"}, Furniture={"Chair": "1"}).start()
    warned = [line for line in provd.log().splitlines() if str(provd.config_path) in line]
    assert any("Colour" in line for line in warned)
    assert any("Furniture" in line for line in warned)
    assert client.get("State") == "idle"


def test_no_hardware_address(make_provd, client):
    """Of an interface that may come later: a warning that names it, once."""
    identity = {key: value for key, value in IDENTITY.items() if key != "Mac"}
    provd = make_provd(Identity=identity | {"Interface": "none7"}).start()
    client.resync("/x")
    client.resync("/x")
    assert provd.log().count("none7") == 1
    assert client.get("State") == "idle"


def test_makers_defaults(make_provd, client):
    """They stand over the built-in ones, are normalized, and are what a reset goes back to."""
    make_provd(
        Defaults={
            "Resync_Periodic": "7200",
            "Resync_From_SIP": "false",
            "GPP_A": r"a\sb $MA",
            "Opaque": "made",
        }
    ).start()
    wanted = {
        "Resync_Periodic": "7200",
        "Resync_From_SIP": "No",
        "GPP_A": r"a\sb $MA",
        "Opaque": "made",
    }
    assert client.parameters(*wanted) == wanted
    assert client.describe("Resync_Periodic")["Resync_Periodic"]["default"] == "7200"
    client.put({name: "1" for name in wanted})
    client.call("FactoryReset")
    assert client.parameters(*wanted) == wanted


def test_ready(bus, make_provd, client, tmp_path):
    """READY=1 comes when the name is owned; STATUS= is a line; a stop is announced."""
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(path))
        notify.settimeout(10)
        provd = make_provd()
        provd.environment["NOTIFY_SOCKET"] = str(path)
        provd.spawn()
        seen = []
        while not any(line == "READY=1" for line in seen):
            seen += notify.recv(4096).decode().splitlines()
        assert client.get("State") == "idle"
        while not any(line.startswith("STATUS=") for line in seen):
            seen += notify.recv(4096).decode().splitlines()
        provd.stop()
        while "STOPPING=1" not in seen:
            seen += notify.recv(4096).decode().splitlines()


def test_reload(make_provd, client):
    """SIGHUP reads the configuration again; an error leaves everything as it was."""
    provd = make_provd().start()
    mark = client.mark()
    provd.configure(Defaults={"Resync_Periodic": "7200"})
    os.kill(provd.pid, signal.SIGHUP)
    client.wait("ParametersChanged", since=mark)
    assert client.parameter("Resync_Periodic") == "7200"
    provd.configure(Defaults={"Resync_Periodic": "hourly"})
    os.kill(provd.pid, signal.SIGHUP)
    wait_for_text(provd.log, "hourly")
    assert client.parameter("Resync_Periodic") == "7200"


def test_reset_to_defaults_that_wait(make_provd, client, origin):
    """A configuration that is read during an attempt is in force at its end, also where a factory
    reset is what ends it."""
    provd = make_provd().start()
    page = origin.page("/a", {"X": "1"}).hold()
    client.request(origin.url("/a"))
    page.wait_asked()
    provd.configure(Defaults={"Resync_Periodic": "7200"})
    os.kill(provd.pid, signal.SIGHUP)
    wait_for_text(provd.log, "was read again")
    assert client.parameter("Resync_Periodic") == "3600"
    client.call("FactoryReset")
    assert client.parameter("Resync_Periodic") == "7200"


def test_name_is_taken(run, provd, tmp_path):
    """A second daemon on the same bus ends with a failure that says why."""
    result = run(
        "--session",
        "--config",
        str(provd.config_path),
        "--state-directory",
        str(tmp_path / "other"),
    )
    assert result.returncode == 1
    assert "org.provd.Provisioning1" in result.stderr


def test_state_is_in_use(bus, provd, tmp_path):
    """A second daemon on the same state, from another bus, is refused it."""
    other = PrivateBus()
    try:
        result = other.run(provd.command(), timeout=20)
    finally:
        other.close()
    assert result.returncode == 1
    assert str(provd.state) in result.stderr


def test_interrupt(make_provd):
    provd = make_provd().start()
    os.kill(provd.pid, signal.SIGINT)
    provd._gone(0)


def test_bus_is_gone(bus, make_provd):
    """Without its bus it cannot serve anybody: it ends, and says so."""
    provd = make_provd().start()
    bus.process.terminate()
    process, provd.process = provd.process, None
    assert process.wait(10) == 1
    assert provd.log().splitlines()[-1]


def test_modes(provd):
    """Secrets are in the database: it is its owner's alone."""
    assert (provd.state / "provd.db").stat().st_mode & 0o777 == 0o600


def test_log_level(make_provd, client):
    """`systemctl service-log-level` sets it while the daemon runs."""
    where = {"interface": "org.freedesktop.DBus.Properties", "path": "/org/freedesktop/LogControl1"}
    provd = make_provd(log_level="warning").start()
    control = "org.freedesktop.LogControl1"
    assert client.call("Get", "ss", control, "LogLevel", **where) == ("s", "warning")
    assert client.call("Get", "ss", control, "SyslogIdentifier", **where) == ("s", "provd")
    client.put(Profile_Rule="")
    client.resync()
    assert "Attempt" not in provd.log()
    client.call("Set", "ssv", control, "LogLevel", ("s", "debug"), **where)
    client.resync()
    assert "Attempt 2 took" in provd.log()


def test_unknown_member(provd, client):
    for action in (
        lambda: client.call("NoSuchMethod"),
        lambda: client.get("NoSuchProperty"),
        lambda: client.call(
            "Ping", path="/org/provd/Elsewhere", interface="org.provd.Provisioning1"
        ),
    ):
        assert refused(action).name.startswith("org.freedesktop.DBus.Error.Unknown")


def test_other_bus_does_not_matter(run):
    result = run("--session", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
    assert result.returncode == 1
    assert result.stderr
