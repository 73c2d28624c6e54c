# SPDX-License-Identifier: LGPL-2.1-or-later
"""A private message bus, and a client on it that keeps every signal it has seen.

A client's `log` grows by one Signal for each signal that arrives while one of its methods runs;
nothing is ever taken out. A test takes a `mark()`, does something, and asks for what came `since()`
that mark or waits for one thing that must come.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
from collections import deque
from typing import NamedTuple

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

NAME = "org.provd.Provisioning1"
PATH = "/org/provd/Provisioning1"
MAIN = NAME
PARAMETERS = NAME + ".Parameters"
SETTINGS = NAME + ".Settings"
UPGRADE = NAME + ".Upgrade"
SIP = NAME + ".Sip"
INTERFACES = (MAIN, PARAMETERS, SETTINGS, UPGRADE, SIP)
ERROR = NAME + ".Error."
PROPERTIES = "org.freedesktop.DBus.Properties"
INVALID_ARGS = "org.freedesktop.DBus.Error.InvalidArgs"
ACCESS_DENIED = "org.freedesktop.DBus.Error.AccessDenied"

# The bus itself, as arguments of Client.call().
BUS = {
    "interface": "org.freedesktop.DBus",
    "path": "/org/freedesktop/DBus",
    "destination": "org.freedesktop.DBus",
}

# What a client listens to, unless it is told otherwise.
EVERYTHING = (
    f"type='signal',sender='{NAME}'",
    f"type='signal',member='NameOwnerChanged',arg0='{NAME}'",
)

# Other users may come in, so that a test can be one who has no rights.
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class PrivateBus:
    """A dbus-daemon of the test's own; in a short directory, for a socket's path has a limit."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="provd-bus-"))
        self.directory.chmod(0o755)
        self.config = self.directory / "bus.conf"
        self.config.write_text(CONFIG.format(directory=self.directory))
        self.address = self.start().split(",guid=")[0]

    def start(self):
        self.process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={self.config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            text=True,
        )
        address = self.process.stdout.readline().strip()
        if not address:
            raise RuntimeError("dbus-daemon did not start")
        return address

    def restart(self):
        """Another bus at the same address; whoever was on the old one is not on this."""
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()
        self.start()

    def environment(self):
        """What a program needs to find this bus as its session bus, and no other."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DBUS_", "XDG_RUNTIME", "NOTIFY_", "JOURNAL_", "WATCHDOG_"))
        }
        return environment | {"DBUS_SESSION_BUS_ADDRESS": self.address, "LC_ALL": "C.UTF-8"}

    def run(self, command, timeout=60, environment=None, **options):
        """Runs a program to its end with this bus as its session bus; its CompletedProcess."""
        return subprocess.run(
            command,
            env=self.environment() | (environment or {}),
            capture_output=True,
            text=True,
            timeout=timeout,
            **options,
        )

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
        shutil.rmtree(self.directory)


class BusError(Exception):
    """An error reply: `name` as D-Bus has it, `text` for a person."""

    def __init__(self, name, text):
        super().__init__(f"{name}: {text}")
        self.name = name
        self.text = text


class Signal(NamedTuple):
    interface: str
    member: str
    body: tuple
    sender: str
    when: float


class Finished(NamedTuple):
    """The arguments of ResyncFinished."""

    id: int
    result: str
    error: str
    message: str
    changed: int


def plain(value):
    """A value without the signatures of its variants, of which the tests mostly know the type."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        return value[1]
    return value


class Client:
    """A connection to the bus. It is blocking: signals are read while a method of it runs."""

    def __init__(self, address, rules=EVERYTHING):
        self.address = address
        self.connection = open_dbus_connection(bus=address)
        self.log = []
        self._queue = deque()
        self._filter = self.connection.filter(MatchRule(type="signal"), queue=self._queue)
        self._filter.__enter__()
        for rule in rules:
            self.call("AddMatch", "s", rule, **BUS)

    def close(self):
        self.connection.close()

    def call(
        self,
        member,
        signature="",
        *arguments,
        interface=MAIN,
        path=PATH,
        destination=NAME,
        timeout=20,
    ):
        """The reply's arguments: None, the one, or a tuple of them."""
        address = DBusAddress(path, bus_name=destination, interface=interface)
        message = new_method_call(address, member, signature, arguments)
        reply = self.connection.send_and_get_reply(message, timeout=timeout)
        self._keep()
        if reply.header.message_type == MessageType.error:
            raise BusError(
                reply.header.fields[HeaderFields.error_name], reply.body[0] if reply.body else ""
            )
        if not reply.body:
            return None
        return reply.body[0] if len(reply.body) == 1 else reply.body

    def get(self, name, interface=MAIN):
        return self.call("Get", "ss", interface, name, interface=PROPERTIES)[1]

    def get_all(self, interface=MAIN):
        values = self.call("GetAll", "s", interface, interface=PROPERTIES)
        return {name: value for name, (_, value) in values.items()}

    def set(self, name, signature, value, interface=SETTINGS):
        self.call("Set", "ssv", interface, name, (signature, value), interface=PROPERTIES)

    def owner(self, name=NAME):
        """The unique name behind a name, or None."""
        try:
            return self.call("GetNameOwner", "s", name, **BUS)
        except BusError:
            return None

    # Parameters.

    def parameters(self, *names):
        return self.call("GetParameters", "as", list(names), interface=PARAMETERS)

    def parameter(self, name):
        return self.call("GetParameter", "s", name, interface=PARAMETERS)

    def put(self, values=None, **more):
        self.call("SetParameters", "a{ss}", {**(values or {}), **more}, interface=PARAMETERS)

    def reset(self, name):
        self.call("ResetParameter", "s", name, interface=PARAMETERS)

    def describe(self, *names):
        rows = self.call("DescribeParameters", "as", list(names), interface=PARAMETERS)
        return {
            name: {key: plain(value) for key, value in row.items()} for name, row in rows.items()
        }

    # Resyncs.

    def request(self, rule=None, force=None, **more):
        """ResyncNow; the attempt's id."""
        options = dict(more)
        if rule is not None:
            options["rule"] = ("s", rule)
        if force is not None:
            options["force"] = ("b", force)
        return self.call("ResyncNow", "a{sv}", options)

    def finished(self, id, timeout=30, since=0):
        """Waits for the attempt's ResyncFinished."""
        return Finished(
            *self.wait("ResyncFinished", timeout, since, lambda s: s.body[0] == id).body
        )

    def resync(self, rule=None, force=None, timeout=30):
        """Requests an attempt and waits for its end."""
        mark = self.mark()
        return self.finished(self.request(rule, force), timeout, mark)

    def history(self, most=200):
        return self.call("GetHistory", "u", most)

    # Signals.

    def _keep(self):
        while self._queue:
            message = self._queue.popleft()
            fields = message.header.fields
            self.log.append(
                Signal(
                    fields[HeaderFields.interface],
                    fields[HeaderFields.member],
                    message.body,
                    fields[HeaderFields.sender],
                    time.monotonic(),
                )
            )

    def mark(self):
        """A place in the log: all that the daemon has sent by now is before it."""
        self.settle()
        return len(self.log)

    def settle(self):
        """Waits until what the daemon had to say has arrived; it may gather it for a turn of its
        loop, so one round trip is not enough. Without a daemon there is nothing to wait for."""
        for _ in range(3):
            try:
                self.call("Ping", interface="org.freedesktop.DBus.Peer")
            except BusError:
                return

    def since(self, mark, member=None):
        """The signals after a mark, all or those of a name."""
        self.settle()
        return [s for s in self.log[mark:] if member in (None, s.member)]

    def wait(self, member, timeout=20, since=None, matching=lambda signal: True):
        """The first signal of that name after the mark (by default: from now on)."""
        position = len(self.log) if since is None else since
        deadline = time.monotonic() + timeout
        while True:
            while position < len(self.log):
                signal = self.log[position]
                position += 1
                if signal.member == member and matching(signal):
                    return signal
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no {member} within {timeout} s; seen: {self.log[-10:]}")
            try:
                self.connection.recv_messages(timeout=left)
            except TimeoutError:
                pass
            self._keep()

    def listen(self, seconds, until=None):
        """Reads signals for a while, where the absence of one is the point, or until one of that
        name has come; whether it has."""
        position = len(self.log)
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                self.connection.recv_messages(timeout=left)
            except TimeoutError:
                pass
            self._keep()
            if until in [signal.member for signal in self.log[position:]]:
                return True
        return False

    def changed_properties(self, mark, interface=MAIN):
        """The changes of PropertiesChanged since a mark, a dictionary for each signal."""
        return [
            {name: plain(value) for name, value in signal.body[1].items()}
            for signal in self.since(mark, "PropertiesChanged")
            if signal.body[0] == interface
        ]

    def wait_for(self, name, value, timeout=20, interface=MAIN):
        """Waits until a property has a value, woken by PropertiesChanged."""
        deadline = time.monotonic() + timeout
        while self.get(name, interface) != value:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{name} is {self.get(name, interface)!r}, never {value!r}")
            try:
                self.wait("PropertiesChanged", left)
            except TimeoutError:
                pass


def refused(action, *arguments, **named):
    """The BusError of an action that must be refused."""
    try:
        action(*arguments, **named)
    except BusError as error:
        return error
    raise AssertionError("it was not refused")
