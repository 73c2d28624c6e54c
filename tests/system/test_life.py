# SPDX-License-Identifier: LGPL-2.1-or-later
"""The service's life under systemd: start, activation, reload, and everything that can end it."""

import re
import signal

import pytest
from bus import NAME, PATH


def test_active_after_boot(machine):
    assert machine.show("ActiveState") == "active"
    assert machine.show("UnitFileState") == "enabled"
    assert machine.show("NRestarts") == "0"


def test_call_starts_it(machine, provd):
    """Whoever gets an answer gets it from a service that has said READY=1: systemd would still call
    it "activating" otherwise."""
    for _ in range(5):
        provd.stop()
        machine.run("systemctl", "reset-failed", check=False)
        client = provd.client()
        assert client.owner() is None
        assert client.get("State") == "idle"
        assert provd.state == "active"


def test_call_by_busctl_starts_it(machine, provd):
    provd.stop()
    question = f"busctl call {NAME} {PATH} {NAME}.Parameters GetParameter s Profile_Rule"
    done = machine.run(*question.split(), user="nobody")
    assert done.stdout == 's "/$PSN.xml"\n'
    assert provd.state == "active"


def test_status_text(machine, provd, client):
    assert machine.show("StatusText") == "Nothing is scheduled"
    client.put(Provision_Enable="No")
    assert machine.show("StatusText") == "Switched off by Provision_Enable"
    client.put(Provision_Enable="Yes", Resync_At__HHmm_="2400", Profile_Rule="#")
    assert re.fullmatch(
        r"Scheduled: at resync at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*", machine.show("StatusText")
    )
    assert 'Status: "Scheduled: at resync' in machine.run("systemctl", "status", "provd").stdout


def test_hung_daemon_is_restarted(provd, client):
    provd.drop_in("[Service]\nWatchdogSec=1\n")
    provd.restart()
    client.put(GPP_A="kept")
    former = provd.pid
    provd.kill(signal.SIGSTOP)
    provd.wait_restarted(former)
    assert provd.restarts() == 1
    assert provd.client().parameter("GPP_A") == "kept"
    assert provd.machine.journal("_PID=1", "UNIT=provd.service", "UNIT_RESULT=watchdog")


def begin_attempt(client, origin):
    """Requests an attempt, and returns where the server holds back the last byte."""
    page = origin.page("/p.xml", {"GPP_B": "new"}).hold()
    client.put(GPP_A="kept", Profile_Rule=origin.url("/p.xml"), Resync_Error_Retry_Delay="1")
    client.request()
    page.wait_asked()
    return page


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_attempt_that_is_cut_off(provd, origin, client, how):
    provd.drop_in("[Service]\nRestartSec=100ms\n")
    page = begin_attempt(client, origin)
    former = provd.pid
    if how == "killed":
        provd.kill()
        provd.wait_restarted(former)
        assert provd.restarts() == 1
    else:
        provd.restart()
    client = provd.client()
    assert client.parameters("GPP_A", "GPP_B") == {"GPP_A": "kept", "GPP_B": ""}
    assert client.history()[0][4:6] == ("failure", "Interrupted")
    assert client.get("LastError") == "Interrupted"
    assert provd.journal("PROVD_ERROR=Interrupted", "PROVD_ATTEMPT=1")

    page.release()
    client.wait_for("LastResult", "success", timeout=20)
    assert [row[1] for row in client.history()] == ["retry", "request"]
    assert client.parameter("GPP_B") == "new"


def test_reload(machine, provd, client):
    provd.configure(Defaults={"GPP_C": "of the maker"})
    machine.run("systemctl", "reload", "provd")
    machine.wait_until(lambda: client.parameter("GPP_C") == "of the maker", "read again")
    assert "The configuration was read again" in provd.messages()
    assert provd.state == "active" and provd.restarts() == 0


def test_reload_of_an_error(machine, provd, client):
    pid = provd.pid
    provd.configure(Defaults={"GPP_C": "of the maker"}, Limits={"ProfileSize": "-1"})
    machine.run("systemctl", "reload", "provd")
    machine.wait_until(lambda: any("[Limits] ProfileSize=" in m for m in provd.messages()), "told")
    assert client.parameter("GPP_C") == ""
    assert provd.state == "active" and provd.pid == pid


def test_wrong_configuration_is_no_crash_loop(machine, provd):
    provd.configure(Limits={"ProfileSize": "-1"})
    provd.stop()
    assert machine.run("systemctl", "start", "provd", check=False).returncode != 0
    assert machine.show("ExecMainStatus") == "2"
    assert (provd.state, provd.restarts()) == ("failed", 0)

    for _ in range(30):  # as calls on the bus do
        machine.run("systemctl", "start", "provd", check=False)
    assert len(provd.journal("MESSAGE_ID=a61a0879ed5842768dbb758ef09e2d8f")) <= 20
    provd.configure()
    provd.start()
    assert provd.client().get("State") == "idle"


def test_log_level(machine, provd, client, origin):
    origin.page("/p.xml", {})
    client.put(Profile_Rule=origin.url("/p.xml"))
    assert machine.run("systemctl", "service-log-level", "provd").stdout == "info\n"
    machine.run("systemctl", "service-log-level", "provd", "debug")
    assert machine.run("systemctl", "service-log-level", "provd").stdout == "debug\n"
    assert machine.run("systemctl", "service-log-target", "provd").stdout == "journal\n"
    client.resync()
    assert [m for m in provd.messages("PRIORITY=7") if "to fetch" in m]
    machine.run("systemctl", "service-log-level", "provd", "err")
    before = len(provd.messages())
    client.resync()
    assert len(provd.messages()) == before
    refused = machine.run(
        "systemctl", "service-log-level", "provd", "debug", user="nobody", check=False
    )
    assert refused.returncode != 0


def test_bus_is_restarted(machine, provd, client):
    client.put(GPP_A="kept")
    former = provd.pid
    machine.run("systemctl", "restart", "dbus.service")
    provd.wait_restarted(former)
    assert "The bus has closed the connection" in provd.messages()
    assert provd.client().parameter("GPP_A") == "kept"


@pytest.mark.parametrize("user", ["nobody", "admin", "sip", "upgrade"])
def test_nobody_else_owns_the_name(machine, provd, user):
    if user != "nobody":
        machine.run("useradd", "--groups", f"provd-{user}", user)
    provd.stop()
    bus = "org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus"
    request = f"busctl call {bus} RequestName su {NAME} 0"
    done = machine.run(*request.split(), user=user, check=False)
    assert (done.returncode, done.stderr) == (1, "Call failed: Access denied\n")


def test_second_daemon_is_refused(machine, provd):
    done = machine.run("provd", "--state-directory", "/tmp/other", user="provd", check=False)
    assert done.returncode == 1
    assert "another program owns it" in done.stderr
    done = machine.run("provd", user="provd", check=False)
    assert done.returncode == 1
    assert "is provd running already?" in done.stderr
    assert provd.client().get("State") == "idle"


def test_modes(machine, provd, client):
    client.put(GPP_SA="hidden")
    files = "/var/lib/provd /var/lib/provd/provd.db /etc/provd /usr/sbin/provd".split()
    stat = machine.run("stat", "-c", "%U:%G %a %n", *files)
    assert stat.stdout.splitlines() == [
        "provd:provd 700 /var/lib/provd",
        "provd:provd 600 /var/lib/provd/provd.db",
        "root:root 755 /etc/provd",
        "root:root 755 /usr/sbin/provd",
    ]
    assert {path.stat().st_mode & 0o777 for path in machine.path("/var/lib/provd").iterdir()} == {
        0o600
    }


def test_secret_is_nowhere_to_be_seen(machine, provd, origin, client):
    page = origin.page("/p.xml", {"Password_1_": "s3cret-line"}).hold()
    client.put(
        GPP_SA="s3cret-gpp", Profile_Rule="[--pwd s3cret-pwd --uid me]" + origin.url("/p.xml")
    )
    client.request()
    page.wait_asked()
    main = provd.pid
    seen = machine.run("sh", "-c", f"cat /proc/{main}/cmdline /proc/{main}/environ").stdout
    page.release()
    client.wait_for("LastResult", "success")
    client.put(Profile_Rule="[--pwd s3cret-pwd]http://me:s3cret-url@127.0.0.1:1/")
    client.resync()
    assert seen.split("\0")[0] == "/usr/sbin/provd"
    seen += machine.run("journalctl", "--boot", "--all", "--output=export").stdout
    assert "s3cret" not in seen
    for path in ("/var/lib/provd", "/var/lib/provd/provd.db"):
        assert machine.run("cat", path, user="nobody", check=False).returncode != 0
