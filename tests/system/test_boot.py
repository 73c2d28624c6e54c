# SPDX-License-Identifier: LGPL-2.1-or-later
"""Boots, and what is kept over them. The server is one of this process, on the loopback interface
that the machine has too, and outlives it."""

import os
import shutil
import time

import pytest
from bus import UPGRADE


@pytest.fixture
def fleet(provd, origin):
    """A device that makes an attempt at every boot, as the maker's configuration wants it."""
    origin.page("/p.xml", {"GPP_B": "from the server"})
    provd.configure(
        Defaults={
            "Resync_On_Reset": "Yes",
            "Profile_Rule": origin.url("/p.xml"),
            "Resync_Error_Retry_Delay": "0",
        }
    )
    provd.restart()
    return provd


def reasons(client):
    return [row[1] for row in client.history()]


def settled(provd):
    """The reasons of all attempts, once nothing is due any more."""
    client = provd.client()
    client.wait_for("State", "scheduled")
    assert client.get("NextReason") == "periodic"
    return reasons(client)


def first_success(provd):
    client = provd.client()
    client.resync()
    assert settled(provd) == ["request"]
    return client


def test_one_resync_for_a_boot(machine, fleet):
    first_success(fleet)
    boot = machine.run("cat", "/proc/sys/kernel/random/boot_id").stdout
    machine.reboot()
    assert machine.run("cat", "/proc/sys/kernel/random/boot_id").stdout != boot
    assert settled(fleet) == ["boot", "request"]
    fleet.restart()
    time.sleep(6)  # what is due after a restart waits 5 s
    assert settled(fleet) == ["boot", "request"]
    assert fleet.client().parameter("GPP_B") == "from the server"


def test_no_resync_after_an_announced_boot(machine, fleet):
    client = first_success(fleet)
    client.call("NotifyReboot", "s", "upgrade", interface=UPGRADE)
    machine.reboot()
    time.sleep(2)
    assert settled(fleet) == ["request"]
    machine.reboot()
    assert settled(fleet) == ["boot", "request"]


def test_power_fails_during_an_attempt(machine, fleet, origin):
    client = first_success(fleet)
    client.put(GPP_A="set by hand")
    due = client.get("NextResync")
    page = origin.page("/p.xml", {"GPP_B": "newer"}).hold()
    client.request()
    page.wait_asked()
    machine.cut_power()
    page.release()
    assert due > 0

    machine.boot()
    assert settled(fleet) == ["boot", "request", "request"]
    client = fleet.client()
    assert client.history()[1][4:6] == ("failure", "Interrupted")
    assert client.parameters("GPP_A", "GPP_B") == {"GPP_A": "set by hand", "GPP_B": "newer"}
    assert fleet.restarts() == 0


def test_power_fails_while_values_are_set(machine, fleet):
    """What SetParameters has returned from is there after the power is back."""
    client = first_success(fleet)
    for n in range(50):
        client.put(GPP_A=str(n), GPP_C=str(n))
    machine.cut_power()
    machine.boot()
    assert fleet.client().parameters("GPP_A", "GPP_C") == {"GPP_A": "49", "GPP_C": "49"}
    assert not fleet.journal("MESSAGE_ID=64e5c8cc58ea4e458136745ec1fd4a86")


@pytest.fixture
def early(machine, fleet):
    """The first start of a device whose clock was never set: provd alone sees that clock."""
    shutil.copy(os.environ["EARLY_CLOCK"], machine.root / "usr/lib/early-clock.so")
    fleet.stop()
    machine.run("sh", "-c", "rm -rf /var/lib/provd/*")
    fleet.drop_in("[Service]\nEnvironment=LD_PRELOAD=/usr/lib/early-clock.so\n")
    fleet.start()
    return fleet


def test_first_boot_in_1970(machine, early):
    client = early.client()
    client.wait_for("Provisioned", True)
    assert reasons(client) == ["boot"]
    assert 0 < client.get("LastSuccess") < 86400 * 10**6
    assert client.parameter("GPP_B") == "from the server"
    client.put(Resync_At__HHmm_="0000")
    client.put(Resync_Periodic="0")
    assert client.get("NextResync") == 0  # the daily time waits for a clock

    machine.run("rm", "-r", "/etc/systemd/system/provd.service.d")
    machine.run("systemctl", "daemon-reload")
    early.restart()
    client = early.client()
    assert client.get("NextReason") == "at"
    assert client.get("NextResync") > time.time() * 1e6
    assert client.parameter("GPP_B") == "from the server"
    assert reasons(client) == ["boot"]


def test_certificate_in_1970(early, make_nginx, certificates):
    """The failure says whose fault it is."""
    nginx = make_nginx(certificates=["good"], store=certificates)
    early.configure(Tls={"CAFile": "/etc/provd-test-ca.pem"})
    with open(certificates.path("ca.pem")) as file:
        early.machine.write("/etc/provd-test-ca.pem", file.read())
    early.restart()
    finished = early.client().resync(rule=nginx.url("p.xml", "good"))
    assert (finished.result, finished.error) == ("failure", "Tls")
    assert "clock" in finished.message
