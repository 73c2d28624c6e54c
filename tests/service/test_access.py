# SPDX-License-Identifier: LGPL-2.1-or-later
"""A caller who is not an administrator: what he may read, and that he changes nothing."""

import os
import pickle
import signal

import pytest
from bus import (
    ACCESS_DENIED,
    BUS,
    ERROR,
    INTERFACES,
    NAME,
    PARAMETERS,
    PATH,
    SETTINGS,
    SIP,
    UPGRADE,
    BusError,
    Client,
    refused,
)
from jeepney import DBusAddress, new_method_call

NOBODY = 65534
MASK = "********"


def as_nobody(address, action, user=NOBODY):
    """Runs action with a client whose process is nobody's, or another user's; its result or its
    BusError."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            result = True, action(Client(address))
        except BusError as error:
            result = False, (error.name, error.text)
        except BaseException as error:
            result = False, ("failed", repr(error))
        os.write(writing, pickle.dumps(result))
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        done, value = pickle.loads(pipe.read())
    os.waitpid(child, 0)
    if not done:
        raise BusError(*value)
    return value


@pytest.fixture
def nobody(bus, provd):
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    return lambda action: as_nobody(bus.address, action)


def test_may_read(nobody, client):
    """State, history, descriptions and every parameter that is no secret."""
    client.put(GPP_A="open", GPP_SA="hidden")
    assert nobody(lambda c: c.get("State")) == "idle"
    for interface in INTERFACES:
        assert nobody(lambda c: c.get_all(interface)) == client.get_all(interface)
    assert nobody(lambda c: c.parameter("GPP_A")) == "open"
    assert nobody(lambda c: c.history()) == []
    assert nobody(lambda c: c.call("GetChanges", "t", 1)) == []
    assert nobody(lambda c: c.describe("GPP_A")) == client.describe("GPP_A")
    assert (
        nobody(lambda c: c.call("CheckParameters", "a{ss}", {"GPP_A": ""}, interface=PARAMETERS))
        == {}
    )


FORBIDDEN = {
    "SetParameter": lambda c: c.call("SetParameter", "ss", "GPP_A", "x", interface=PARAMETERS),
    "SetParameters": lambda c: c.put(GPP_A="x"),
    "SetParameters, none": lambda c: c.put(GPP_A="open"),
    "ResetParameter": lambda c: c.reset("GPP_A"),
    "FactoryReset": lambda c: c.call("FactoryReset"),
    "CancelResync": lambda c: c.call("CancelResync"),
    "ResyncNow": lambda c: c.request(),
    "ResyncNow with rule": lambda c: c.request("http://127.0.0.1:1/a.xml"),
    "ResyncNow with force": lambda c: c.request(force=True),
    "Set": lambda c: c.set("ResyncPeriodic", "s", "60"),
    "Set of a Bool": lambda c: c.set("ProvisionEnable", "b", False),
    "Notify": lambda c: c.call("Notify", "s", "resync", interface=SIP),
    "SetLineActive": lambda c: c.call("SetLineActive", "ub", 1, True, interface=SIP),
    "SetLineRegistered": lambda c: c.call("SetLineRegistered", "ub", 1, True, interface=SIP),
    "NotifyAttempt": lambda c: c.call("NotifyAttempt", "bs", True, "", interface=UPGRADE),
    "NotifyReboot": lambda c: c.call("NotifyReboot", "s", "upgrade", interface=UPGRADE),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_may_not(nobody, client, what):
    client.put(GPP_A="open")
    before = client.parameters(), client.get_all(), client.get_all(SIP), client.get_all(UPGRADE)
    settings = client.get_all(SETTINGS)
    mark = client.mark()
    assert refused(nobody, FORBIDDEN[what]).name == ACCESS_DENIED
    assert client.since(mark) == []
    assert before == (
        client.parameters(),
        client.get_all(),
        client.get_all(SIP),
        client.get_all(UPGRADE),
    )
    assert client.get_all(SETTINGS) == settings


def test_secrets_are_masked(nobody, client, origin):
    """By name, and the credentials inside a rule; an empty one too tells nothing."""
    rule = "[--uid joe --pwd opensesame]http://ann:opensesame@127.0.0.1/$PN.xml"
    client.put(
        GPP_SA="opensesame",
        Password_1_="opensesame",
        User_Password="opensesame",
        Profile_Rule_B=rule,
    )
    origin.page("/a.xml", {"Admin_Password": "opensesame", "GPP_A": "open"})
    id = client.resync(origin.url("/a.xml")).id
    values = nobody(lambda c: c.parameters())
    assert values.keys() == client.parameters().keys()
    for name in ("GPP_SA", "Password_1_", "User_Password", "Admin_Password"):
        assert values[name] == MASK
        assert nobody(lambda c: c.parameter(name)) == MASK
        assert client.parameter(name) == "opensesame"
    assert "opensesame" not in repr(values)
    assert MASK in values["Profile_Rule_B"] and "127.0.0.1/$PN.xml" in values["Profile_Rule_B"]
    assert client.parameter("Profile_Rule_B") == rule
    for action in (
        lambda c: c.describe(),
        lambda c: c.history(),
        lambda c: c.call("GetChanges", "t", id),
        lambda c: c.call("Explain", "s", ""),
    ):
        assert "opensesame" not in repr(nobody(action))


def test_caller_that_has_left(bus, provd, client):
    """Nobody can tell any more who it was, so it may do nothing; the log says why."""
    address = DBusAddress(PATH, bus_name=NAME, interface=PARAMETERS)
    other = Client(bus.address)
    os.kill(provd.pid, signal.SIGSTOP)
    other.connection.send(new_method_call(address, "SetParameter", "ss", ("GPP_A", "x")))
    other.call("GetId", **BUS)
    other.close()
    while client.owner(other.connection.unique_name):
        pass
    os.kill(provd.pid, signal.SIGCONT)
    client.settle()
    assert client.parameter("GPP_A") == ""
    assert "A call of SetParameter is denied: its caller has left the bus" in provd.log()


def test_user_configurable_resync_off(nobody, client):
    client.put(User_Configurable_Resync="No")
    error = refused(nobody, lambda c: c.request())
    assert error.name == ERROR + "Refused"
    assert "User_Configurable_Resync" in error.text
    assert client.history() == []
