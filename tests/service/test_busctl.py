# SPDX-License-Identifier: LGPL-2.1-or-later
"""The bus as an operator types it: the lines of the README, by busctl."""

import json
import subprocess

import pytest
from bus import MAIN, NAME, PATH, SETTINGS
from waiting import Lines


@pytest.fixture
def busctl(bus, provd):
    def run(*arguments):
        return bus.run(["busctl", "--user", *arguments])

    return run


def succeeded(result):
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_introspect(busctl):
    out = succeeded(busctl("introspect", NAME, PATH))
    for interface in ("", ".Parameters", ".Settings", ".Upgrade", ".Sip"):
        assert f"{NAME}{interface} " in out
    lines = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.strip()}
    assert lines[".ResyncNow"][:3] == ["method", "a{sv}", "t"]
    assert lines[".State"] == ["property", "s", '"idle"', "emits-change"]
    assert lines[".ResyncPeriodic"] == ["property", "s", '"3600"', "emits-change", "writable"]
    assert lines[".ParametersChanged"][:2] == ["signal", "ass"]


def test_tree(busctl):
    assert PATH in succeeded(busctl("tree", NAME))


def test_get_property(busctl):
    assert succeeded(busctl("get-property", NAME, PATH, MAIN, "State")) == 's "idle"\n'
    out = succeeded(busctl("get-property", NAME, PATH, SETTINGS, "ProvisionEnable", "ResyncAt"))
    assert out == 'b true\ns ""\n'


def test_set_property(busctl, client):
    succeeded(busctl("set-property", NAME, PATH, SETTINGS, "ResyncPeriodic", "s", "1800,3600"))
    succeeded(busctl("set-property", NAME, PATH, SETTINGS, "ResyncRandomDelay", "u", "3"))
    succeeded(busctl("set-property", NAME, PATH, SETTINGS, "ResyncFromSIP", "b", "false"))
    assert client.parameter("Resync_Periodic") == "1800,3600"
    assert client.parameter("Resync_Random_Delay") == "3"
    assert client.parameter("Resync_From_SIP") == "No"


def test_set_property_refused(busctl, client):
    result = busctl("set-property", NAME, PATH, SETTINGS, "ResyncPeriodic", "s", "hourly")
    assert result.returncode != 0
    assert "Resync_Periodic" in result.stderr
    assert client.parameter("Resync_Periodic") == "3600"


def test_call(busctl):
    out = succeeded(
        busctl("call", NAME, PATH, NAME + ".Parameters", "SetParameter", "ss", "GPP_A", "a value")
    )
    assert out == ""
    out = succeeded(busctl("call", NAME, PATH, NAME + ".Parameters", "GetParameter", "s", "GPP_A"))
    assert out == 's "a value"\n'
    out = succeeded(
        busctl(
            "--json=short",
            "call",
            NAME,
            PATH,
            NAME + ".Parameters",
            "GetParameters",
            "as",
            "2",
            "GPP_A",
            "GPP_B",
        )
    )
    assert json.loads(out)["data"] == [{"GPP_A": "a value", "GPP_B": ""}]
    assert succeeded(busctl("call", NAME, PATH, NAME, "GetHistory", "u", "5")) == "a(tsttsssu) 0\n"
    assert succeeded(busctl("call", NAME, PATH, NAME, "GetChanges", "t", "1")) == "a(sss) 0\n"
    assert succeeded(busctl("call", NAME, PATH, NAME, "ResyncNow", "a{sv}", "0")).startswith("t ")


def test_call_refused(busctl):
    result = busctl("call", NAME, PATH, NAME + ".Parameters", "GetParameter", "s", "No_Such_Name")
    assert result.returncode != 0
    assert "No_Such_Name" in result.stderr


def test_monitor(bus, provd, client):
    """busctl monitor shows the signals of an attempt. It is ready when it is a monitor, and it
    says so on its standard error."""
    monitor = subprocess.Popen(
        ["busctl", "--user", "monitor", NAME],
        env=bus.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        lines = Lines(monitor.stdout)
        lines.until(lambda line: "Monitoring bus message stream" in line)
        client.resync()
        wanted = {"Member=ResyncStarted", "Member=ResyncFinished", "Member=PropertiesChanged"}
        lines.until(lambda line: wanted <= set(" ".join(lines.seen).split()))
    finally:
        monitor.terminate()
        monitor.wait(10)
