# SPDX-License-Identifier: LGPL-2.1-or-later
"""polkit as the daemon asks it: here it is the test that answers, late or not at all."""

import contextlib
import os
import threading

import pytest
from bus import ACCESS_DENIED, NAME, PARAMETERS, PATH, UPGRADE, Client, refused
from jeepney import (
    DBusAddress,
    MessageFlag,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import open_dbus_connection
from test_access import NOBODY, as_nobody

POLKIT = "org.freedesktop.PolicyKit1"
RESYNC = "org.provd.provisioning1.resync"
USER = "org.provd.provisioning1.set-user-parameters"
ADMINISTER = "org.provd.provisioning1.administer"
INTERACTIVE = 1

OTHER = 1  # the bus lets in only who has a name; it is "daemon" everywhere


class Polkit:
    """Answers CheckAuthorization: yes to the actions in `allowed`, and nothing at all to a question
    that a person would have to be asked for, while `person` is None."""

    def __init__(self, address):
        self.allowed = set()
        self.person = False
        self.asked = []
        self.held = []
        self.connection = open_dbus_connection(bus=address)
        driver = DBusAddress(
            "/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus"
        )
        request = new_method_call(driver, "RequestName", "su", (POLKIT, 0))
        self.connection.send_and_get_reply(request)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        with contextlib.suppress(Exception):
            while True:
                message = self.connection.receive()
                if message.header.message_type == MessageType.method_call:
                    self.take(message)

    def take(self, message):
        (_, subject), action, _, flags, _ = message.body
        self.asked.append((action, flags, subject["name"][1]))
        if flags & INTERACTIVE and self.person is None:
            self.held.append(message)
        else:
            self.answer(message, action in self.allowed)

    def answer(self, message, authorized):
        body = ((authorized, not authorized, {}),)
        self.connection.send(new_method_return(message, "(bba{ss})", body))

    def release(self, authorized):
        """Answers what was held back."""
        while self.held:
            self.answer(self.held.pop(0), authorized)

    def close(self):
        self.connection.close()


@pytest.fixture
def system(bus, make_provd):
    """The daemon as on a system bus."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    provd = make_provd()
    session_command = provd.command
    provd.command = lambda: [word for word in session_command() if word != "--session"]
    provd.environment["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
    return provd.start()


@pytest.fixture
def polkit(bus, system):
    polkit = Polkit(bus.address)
    yield polkit
    polkit.close()


@pytest.fixture
def run_as(bus, system):
    return lambda user, action: as_nobody(bus.address, action, user)


def set_parameter(name, value):
    """A SetParameter for which a person may be asked."""
    address = DBusAddress(PATH, bus_name=NAME, interface=PARAMETERS)
    message = new_method_call(address, "SetParameter", "ss", (name, value))
    message.header.flags |= MessageFlag.allow_interactive_authorization
    return message


def send(connections, calls):
    """Makes, on as many connections, as many calls for which a person may be asked."""

    def action(client):
        for _ in range(connections):
            other = Client(client.address)
            for _ in range(calls):
                other.connection.send(set_parameter("GPP_A", "x"))
            other.settle()

    return action


def test_questions_that_are_not_answered(polkit, run_as, client):
    """A user who is asked for a password again and again, and gives none, is in nobody's way."""
    polkit.person = None
    run_as(NOBODY, send(connections=12, calls=100))
    client.put(GPP_A="root's")
    assert client.parameter("GPP_A") == "root's"
    polkit.allowed = {RESYNC}
    assert run_as(OTHER, lambda c: c.request()) == 1
    assert 0 < len(polkit.held) <= 8


def test_password_is_given(polkit, run_as, client):
    """What was asked for happens when the answer comes, also where the caller does not wait."""
    polkit.person = None
    mark = client.mark()
    run_as(NOBODY, send(connections=1, calls=1))
    assert client.since(mark) == [] and client.parameter("GPP_A") == ""
    assert [question[:2] for question in polkit.asked] == [(ADMINISTER, INTERACTIVE)]
    polkit.release(True)
    assert client.wait("ParametersChanged", since=mark).body == (["GPP_A"], "local")
    assert client.parameter("GPP_A") == "x"


def test_polkit_leaves(polkit, run_as, client):
    """Whoever waits for it is refused."""
    polkit.person = None
    run_as(NOBODY, send(connections=1, calls=1))
    assert len(polkit.held) == 1
    polkit.close()
    assert refused(run_as, NOBODY, lambda c: c.put(GPP_A="y")).name == ACCESS_DENIED
    assert client.parameter("GPP_A") == ""


@pytest.mark.parametrize(
    "action, question",
    [
        (lambda c: c.request(), (RESYNC, 0)),
        (lambda c: c.request(force=True), (ADMINISTER, 0)),
        (lambda c: c.set("ResyncPeriodic", "s", "60"), (ADMINISTER, 0)),
        (lambda c: c.call("CancelResync"), (ADMINISTER, 0)),
        (lambda c: c.call("NotifyReboot", "s", "other", interface=UPGRADE), (ADMINISTER, 0)),
        (lambda c: c.put(Users_Own="1"), (USER, 0)),
        (lambda c: c.put(Users_Own="1", GPP_A="1"), (ADMINISTER, 0)),
    ],
)
def test_questions(polkit, run_as, client, origin, action, question):
    """Which question stands for which call; without a yes nothing happens, with one it does."""
    origin.page("/p.xml", b"<flat-profile><Users_Own ua='rw'>0</Users_Own></flat-profile>")
    client.resync(origin.url("/p.xml"))
    assert refused(run_as, NOBODY, action).name == ACCESS_DENIED
    polkit.allowed = {question[0]}
    run_as(NOBODY, action)
    assert {asked[:2] for asked in polkit.asked} == {question}


def test_parameter_that_is_refused_is_named(polkit, run_as, client, origin):
    """Not another one of the call, which the user may change."""
    origin.page("/p.xml", b"<flat-profile><A_Users ua='rw'>0</A_Users></flat-profile>")
    client.resync(origin.url("/p.xml"))
    polkit.allowed = {USER}
    run_as(NOBODY, lambda c: c.put(A_Users="1"))
    refusal = refused(run_as, NOBODY, lambda c: c.put(A_Users="2", GPP_A="2"))
    assert (refusal.name, refusal.text) == (ACCESS_DENIED, "You are not allowed to change GPP_A")
    assert client.parameter("A_Users") == "1"


@pytest.mark.parametrize("answer", ["error", "other types"])
def test_answers_that_are_none(polkit, run_as, client, answer):
    def take(message):
        if answer == "error":
            polkit.connection.send(new_error(message, "org.freedesktop.PolicyKit1.Error.Failed"))
        else:
            polkit.connection.send(new_method_return(message, "b", (True,)))

    polkit.take = take
    assert refused(run_as, NOBODY, lambda c: c.put(GPP_A="y")).name == ACCESS_DENIED
    assert client.parameter("GPP_A") == ""


def test_secrets(polkit, run_as, client):
    """They are shown to whom polkit calls an administrator; nobody is asked for a password to
    read what is not secret."""
    client.put(GPP_A="open", GPP_SA="hidden")
    assert run_as(NOBODY, lambda c: c.parameter("GPP_A")) == "open"
    assert polkit.asked == []
    assert run_as(NOBODY, lambda c: c.parameter("GPP_SA")) == "********"
    polkit.allowed = {ADMINISTER}
    assert run_as(NOBODY, lambda c: c.parameters("GPP_SA")) == {"GPP_SA": "hidden"}
