# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example of a SIP stack under provd, end to end on loopback: baresip is the phone, sipp plays
its registrar, its callers and the server that sends NOTIFYs."""

import pathlib
import shutil
import socket
import subprocess

import pytest
from bus import SIP
from conftest import need
from servers import LOOPBACK, free_port, stop, wait_for_port
from waiting import wait_for_text

SCENARIOS = pathlib.Path(__file__).parent / "sip"
MODULES = pathlib.Path("/usr/lib/baresip/modules")

BARESIP = """module_path {modules}
module g711.so
module aubridge.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {host}:{control}
sip_listen {host}:{sip}
audio_player aubridge,nil
audio_source aubridge,nil
audio_alert aubridge,nil
"""


def sip_port():
    """A port that is free both for UDP and for TCP, and the next one too, which SIP has for TLS."""
    while True:
        port = free_port(socket.SOCK_DGRAM)
        try:
            for number in (port, port + 1):
                socket.create_server((LOOPBACK, number)).close()
            return port
        except (OSError, OverflowError):
            continue


class Baresip:
    def __init__(self, directory):
        directory.mkdir()
        self.directory = directory
        self.control, self.sip = free_port(), sip_port()
        (directory / "config").write_text(
            BARESIP.format(modules=MODULES, host=LOOPBACK, control=self.control, sip=self.sip)
        )
        for name in ("accounts", "contacts"):
            (directory / name).touch()
        self.start()

    def start(self):
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                ["baresip", "-f", str(self.directory)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_for_port(self.control, self.process)


class Sipp:
    """A scenario that is being played; `messages` is what went over the network."""

    def __init__(self, scenario, *arguments):
        self.port = sip_port()
        self.log = scenario.with_suffix(".log")
        own = ["-i", LOOPBACK, "-p", str(self.port), "-nostdin", "-deadcall_wait", "0"]
        trace = ["-trace_msg", "-message_file", str(self.log)]
        self.process = subprocess.Popen(
            ["sipp", "-sf", str(scenario), *own, *trace, *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=scenario.parent,
        )

    def messages(self):
        return self.log.read_text() if self.log.exists() else ""

    def wait(self, timeout=30):
        """Waits until the scenario has been played to its end, as it was written."""
        status = self.process.wait(timeout)
        assert status == 0, f"sipp ended with {status}:\n{self.messages()[-3000:]}"


class Phone:
    """provd is there; baresip, the bridge and the registrar are made here."""

    def __init__(self, bus, directory):
        self.bus = bus
        self.directory = directory
        self.running = []
        self.baresip = Baresip(directory / "baresip")
        self.running.append(self.baresip)
        self.notify_port = sip_port()
        self.log = (directory / "bridge.log").open("ab")
        self.bridge = subprocess.Popen(
            [
                need("SIP_BRIDGE"),
                "--session",
                f"{LOOPBACK}:{self.baresip.control}",
                f"{LOOPBACK}:{self.notify_port}",
            ],
            stderr=self.log,
            env=bus.environment(),
        )

    def sipp(self, scenario, *arguments, **words):
        """Plays a scenario, with what its words in capitals stand for."""
        text = (SCENARIOS / f"{scenario}.xml").read_text()
        for word, value in words.items():
            text = text.replace(word, str(value))
        path = self.directory / f"{scenario}-{len(self.running)}.xml"
        path.write_text(text)
        self.running.append(Sipp(path, *arguments))
        return self.running[-1]

    def registrar(self, user, password):
        return self.sipp("registrar", USER=user, PASSWORD=password)

    def call(self, user, seconds):
        to = f"{LOOPBACK}:{self.baresip.sip}"
        return self.sipp("call", to, "-s", user, "-m", 1, "-d", int(seconds * 1000))

    def notify(self, event, expected):
        """A NOTIFY with that event, which must be answered so."""
        to = f"{LOOPBACK}:{self.notify_port}"
        self.sipp("notify", to, "-m", 1, EVENT=event, EXPECTED=expected).wait()

    def said(self):
        return (self.directory / "bridge.log").read_text()

    def close(self):
        self.bridge.terminate()
        status = self.bridge.wait(20)
        self.log.close()
        for part in self.running:
            stop(part.process)
        assert status == 0, self.said()


@pytest.fixture
def phone(bus, provd, tmp_path):
    if not shutil.which("baresip") or not (MODULES / "ctrl_tcp.so").exists():
        pytest.skip("baresip-core is not installed")
    if not shutil.which("sipp"):
        pytest.skip("sip-tester is not installed")
    phone = Phone(bus, tmp_path)
    yield phone
    phone.close()


def account(registrar, user="1001", password="secret"):
    return {
        "User_ID_1_": user,
        "Password_1_": password,
        "Proxy_1_": f"{LOOPBACK}:{registrar.port}",
    }


def test_registers(phone, client):
    """The account of the parameters registers, and the line is told as registered."""
    registrar = phone.registrar("1001", "secret")
    client.put(account(registrar))
    client.wait_for("RegisteredLines", [1], interface=SIP)
    assert client.get("ActiveLines", SIP) == []


def test_wrong_password(phone, client):
    registrar = phone.registrar("1001", "secret")
    client.put(account(registrar, password="wrong"))
    wait_for_text(registrar.messages, "403 Forbidden")
    assert client.get("RegisteredLines", SIP) == []
    client.put(account(registrar))
    client.wait_for("RegisteredLines", [1], interface=SIP)


def test_resync_changes_account(phone, client, origin):
    """A profile with another account: the old one is given up, the new one registers."""
    first, second = phone.registrar("1001", "secret"), phone.registrar("2002", "other")
    client.put(account(first))
    client.wait_for("RegisteredLines", [1], interface=SIP)
    origin.page("/p.xml", account(second, "2002", "other"))
    client.put(Profile_Rule=origin.url("/p.xml"))
    client.request()
    wait_for_text(phone.said, "registering sip:2002@")
    wait_for_text(second.messages, "sip:2002@")
    wait_for_text(first.messages, "expires=0")
    client.wait_for("RegisteredLines", [1], interface=SIP)


def test_call_holds_resync_back(phone, client, origin):
    """A resync that comes due in a call waits for its end, as does the change of the account."""
    registrar = phone.registrar("1001", "secret")
    client.put(account(registrar))
    client.wait_for("RegisteredLines", [1], interface=SIP)
    origin.page("/p.xml", {"GPP_A": "x"})
    client.put(Profile_Rule=origin.url("/p.xml"))
    call = phone.call("1001", seconds=3)
    client.wait_for("ActiveLines", [1], interface=SIP)
    id = client.request()
    client.wait_for("State", "deferred")
    assert call.process.poll() is None
    assert client.finished(id).result == "success"
    call.wait()
    assert client.get("ActiveLines", SIP) == []


def test_account_changes_after_call(phone, client):
    first, second = phone.registrar("1001", "secret"), phone.registrar("1001", "secret")
    client.put(account(first))
    client.wait_for("RegisteredLines", [1], interface=SIP)
    call = phone.call("1001", seconds=2)
    client.wait_for("ActiveLines", [1], interface=SIP)
    client.put(account(second))
    call.wait()
    wait_for_text(second.messages, "200 OK")


@pytest.mark.parametrize("event", ["resync", "check-sync", "check-sync;reboot=false"])
def test_notify_resyncs(phone, client, origin, event):
    origin.page("/p.xml", {"GPP_A": "x"})
    client.put(Profile_Rule=origin.url("/p.xml"))
    mark = client.mark()
    phone.notify(event, expected=200)
    assert client.wait("ResyncStarted", since=mark).body[1] == "sip"
    assert client.wait("ResyncFinished", since=mark).body[1] == "success"


@pytest.mark.parametrize(
    "event, expected", [("message-summary", 489), ("reboot_now", 501), ("restart_now", 200)]
)
def test_notify_others(phone, client, event, expected):
    mark = client.mark()
    phone.notify(event, expected)
    assert client.since(mark, "ResyncStarted") == []


def test_notify_refused(phone, client):
    client.put(Resync_From_SIP="No")
    phone.notify("resync", expected=403)


def test_baresip_goes_and_comes(phone, client):
    registrar = phone.registrar("1001", "secret")
    client.put(account(registrar))
    client.wait_for("RegisteredLines", [1], interface=SIP)
    stop(phone.baresip.process)
    client.wait_for("RegisteredLines", [], interface=SIP)
    phone.baresip.start()
    client.wait_for("RegisteredLines", [1], interface=SIP)


def test_password_that_cannot_be_said(phone, client):
    registrar = phone.registrar("1001", "se;cret")
    client.put(account(registrar, password="se;cret"))
    wait_for_text(phone.said, "no way to say Password_1_")
    assert "se;cret" not in phone.said()
