# SPDX-License-Identifier: LGPL-2.1-or-later
"""Resync_Trigger_1 and _2 in the daemon: conditions over what calls of clients and profiles change,
often several things in one. None may fire on a mixture of before and after."""

import pytest
from bus import SIP, UPGRADE, Client

TRIGGER = '"$A" eq "x"'


@pytest.fixture
def page(origin):
    return origin.page("/a.xml", {"Opaque": "one"})


@pytest.fixture
def provd(make_provd, origin, page):
    return make_provd(Defaults={"Profile_Rule": origin.url("/a.xml")}).start()


def reasons(client, seconds=0.5):
    """Of all attempts, the first one first, once nothing has come up for a while."""
    client.listen(seconds)
    return [entry[1] for entry in reversed(client.history())]


def test_turns_true(provd, client):
    client.put(Resync_Trigger_1=TRIGGER)
    assert client.get("State") == "idle"
    client.put(GPP_A="x")
    assert reasons(client) == ["trigger"]
    client.put(GPP_A="y")
    assert reasons(client) == ["trigger"]


def test_set_with_what_makes_it_true(provd, client):
    client.put(Resync_Trigger_1=TRIGGER, GPP_A="x")
    assert reasons(client) == ["trigger"]


def test_set_with_what_makes_it_false(provd, client):
    client.put(GPP_A="x")
    client.put(Resync_Trigger_1=TRIGGER, GPP_A="y")
    assert client.get("State") == "idle"
    assert reasons(client) == []


def test_enabled_with_what_makes_it_true(provd, client):
    """Nothing is due at once."""
    client.put(Resync_Trigger_1=TRIGGER)
    client.put(Provision_Enable="No")
    client.put(Provision_Enable="Yes", GPP_A="x")
    assert reasons(client) == []


def test_profile_sets_it_with_what_makes_it_false(provd, client, origin):
    client.put(GPP_A="x")
    origin.page("/a.xml", {"Resync_Trigger_1": TRIGGER, "GPP_A": "y"})
    client.resync()
    assert client.parameter("Resync_Trigger_1") == TRIGGER
    assert reasons(client) == ["request"]


def test_true_only_during_an_attempt(provd, client, origin):
    """It is looked at again when the attempt ends."""
    page = origin.page("/a.xml", {"GPP_A": "y"}).hold()
    client.put(Resync_Trigger_1=TRIGGER)
    client.request()
    page.wait_asked()
    client.put(GPP_A="x")
    page.release()
    assert reasons(client) == ["request"]
    assert client.parameter("GPP_A") == "y"


def test_upgrade_error_goes_with_its_timer(provd, client):
    trigger = '"$UPGERR" eq "bad" and $UPGTMR lt 2'
    client.put(Resync_After_Upgrade_Attempt="No", Resync_Trigger_1=trigger)
    client.call("NotifyAttempt", "bs", False, "bad", interface=UPGRADE)
    assert reasons(client, 2.5) == ["trigger"]
    client.put(Resync_Trigger_2=trigger)
    client.call("NotifyAttempt", "bs", True, "", interface=UPGRADE)
    assert reasons(client) == ["trigger"]


def test_lines_of_a_client_that_leaves(provd, client, bus):
    """All of them are unknown at once, not one registered and the other still lost."""
    client.put(Resync_Trigger_1="$REGTMR1 eq 0 and $REGTMR2 ge 1")
    stack = Client(bus.address)
    for line in (1, 2):
        stack.call("SetLineRegistered", "ub", line, False, interface=SIP)
    assert reasons(client, 1.5) == []
    stack.close()
    assert reasons(client) == []
