# SPDX-License-Identifier: LGPL-2.1-or-later
"""The daemon does its whole job inside the unit's sandbox, against real servers."""

import pathlib
import re
import shutil
import socket
import struct
import threading

import pytest
from bus import PARAMETERS
from origin import profile
from servers import LOOPBACK
from tokens import make_token, need_tokens

CREDENTIALS = "/etc/credstore"


class NameServer:
    """A name server that knows one name: what `name` asks for is on the loopback interface."""

    def __init__(self, name):
        self.name = name
        self.asked = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(1024)
            except OSError:
                return
            end = query.index(b"\0", 12) + 5
            labels = b"".join(bytes([len(part)]) + part.encode() for part in self.name.split("."))
            known = query[12 : end - 5] == labels
            of_type_a = query[end - 4 : end - 2] == b"\0\1"
            self.asked += known
            answers = 1 if known and of_type_a else 0
            flags = 0x8180 if known else 0x8183
            header = query[:2] + struct.pack("!HHHHH", flags, 1, answers, 0, 0)
            record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + socket.inet_aton(LOOPBACK)
            self.socket.sendto(header + query[12:end] + record * answers, peer)

    def close(self):
        self.socket.close()


@pytest.fixture
def name_server(machine):
    machine.write("/etc/resolv.conf", f"nameserver {LOOPBACK}\n")
    server = NameServer("provisioning.example")
    yield server
    server.close()


@pytest.fixture
def credentials(machine, provd, certificates):
    """The certificates as an operator gives them to the service."""
    given = {"provd.ca": "ca.pem", "provd.cert": "client.pem", "provd.key": "client.key"}
    for name, file in given.items():
        content = pathlib.Path(certificates.path(file)).read_text()
        machine.write(f"{CREDENTIALS}/{name}", content, mode=0o600)
    provd.restart()
    yield
    for name in given:
        (machine.root / CREDENTIALS.lstrip("/") / name).unlink()


def resync(client, rule):
    client.put(Profile_Rule=rule)
    finished = client.resync()
    assert finished.result == "success", finished.message
    return client.parameter("GPP_B")


def test_http(client, origin):
    origin.page("/p.xml", {"GPP_B": "by HTTP"})
    assert resync(client, origin.url("/p.xml")) == "by HTTP"


def test_https_with_client_certificate(provd, credentials, make_nginx, certificates):
    nginx = make_nginx(certificates=["ask"], store=certificates)
    nginx.put("p.xml", profile({"GPP_B": "by HTTPS"}))
    client = provd.client()
    assert resync(client, nginx.url("p.xml", "ask")) == "by HTTPS"
    assert nginx.log()[0]["client"] == "CN=client"


def test_https_without_credentials(client, make_nginx, certificates):
    nginx = make_nginx(certificates=["good"], store=certificates)
    client.put(Profile_Rule=nginx.url("p.xml", "good"))
    assert client.resync().error == "Tls"


def test_tftp(client, make_tftp):
    server = make_tftp(files={"p.xml": profile({"GPP_B": "by TFTP"})})
    assert resync(client, server.url("p.xml")) == "by TFTP"


def test_name_server(client, origin, name_server):
    origin.page("/p.xml", {"GPP_B": "by name"})
    url = f"http://provisioning.example:{origin.port}/p.xml"
    assert resync(client, url) == "by name"
    assert name_server.asked
    client.put(Profile_Rule=url.replace("provisioning", "nowhere"))
    assert client.resync().error == "Unreachable"


def expand(client, text):
    """What macros expand to in a rule, as Explain tells."""
    entries = client.call("Explain", "s", f"http://server.invalid/{text}")
    return [entry["url"][1] for entry in entries if "url" in entry][0].rsplit("/", 1)[1]


def test_interface(machine, provd):
    """One with a hardware address but no address: the phone has its name, and says so. An address
    that it gets later is seen without a restart."""
    add = ["ip", "link", "add", "phone0", "address", "02:00:5e:10:00:77", "type", "veth"]
    machine.call(*add, "peer", "name", "wire0")
    try:
        provd.configure(Identity={"Interface": "phone0"})
        provd.restart()
        client = provd.client()
        assert expand(client, "$MA,$IP,") == "02005e100077,,"
        machine.call("ip", "address", "add", "192.0.2.7/24", "dev", "phone0")
        machine.call("ip", "link", "set", "phone0", "up")
        client.resync()
        assert expand(client, "$MA,$IP,") == "02005e100077,192.0.2.7,"
    finally:
        machine.call("ip", "link", "delete", "phone0")


def test_time_zone(machine, provd, client):
    client.put(Resync_At__HHmm_="1200", Resync_At_Random_Delay="0", Profile_Rule="#")
    before = client.get("NextResync")
    for zone in ("Asia/Tokyo", "America/New_York"):
        machine.run("ln", "-sfn", f"/usr/share/zoneinfo/{zone}", "/etc/localtime.new")
        machine.run("mv", "-T", "/etc/localtime.new", "/etc/localtime")
        machine.wait_until(lambda: f"The time zone is {zone} now" in provd.messages(), "told")
    assert client.get("NextResync") != before


def test_clock_jumps_are_watched(machine, provd):
    """The clock of this machine must not be set for a test; the timer that tells of it is armed."""
    infos = machine.run("sh", "-c", f"cat /proc/{provd.pid}/fdinfo/*").stdout
    timers = re.findall(r"clockid: (\d)\n.*\n?settime flags: (\d+)", infos)
    assert ("0", "03") in timers  # CLOCK_REALTIME; absolute, cancelled when the clock is set


def test_nothing_that_it_does_not_need(machine, provd, client):
    status = machine.run("cat", f"/proc/{provd.pid}/status").stdout
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert re.search(rf"^{name}:\t0000000000000000$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\t1$", status, re.MULTILINE)
    assert re.search(r"^Seccomp:\t2$", status, re.MULTILINE)
    uid = machine.run("id", "-u", "provd").stdout.strip()
    assert re.search(rf"^Uid:\t{uid}\t{uid}\t{uid}\t{uid}$", status, re.MULTILINE)
    limits = machine.run("cat", f"/proc/{provd.pid}/limits").stdout
    assert "Max core file size        0" in limits
    client.put(GPP_A="stored")
    assert client.call("GetParameter", "s", "GPP_A", interface=PARAMETERS) == "stored"


def test_key_in_a_token(machine, provd, make_nginx, certificates, tmp_path):
    """The key never leaves the PKCS#11 token, here one of softhsm in the state directory."""
    need_tokens()
    environment = make_token(tmp_path, certificates)
    machine.run("mkdir", "/var/lib/provd/tokens")
    shutil.copytree(tmp_path / "tokens", machine.path("/var/lib/provd/tokens"), dirs_exist_ok=True)
    machine.run("chown", "-R", "provd:provd", "/var/lib/provd/tokens")
    text = pathlib.Path(environment["SOFTHSM2_CONF"]).read_text()
    machine.write("/etc/softhsm-test.conf", text.replace(str(tmp_path), "/var/lib/provd"))
    machine.write("/etc/provd-test.pem", pathlib.Path(certificates.path("client.pem")).read_text())
    machine.write("/etc/provd-test-ca.pem", pathlib.Path(certificates.path("ca.pem")).read_text())
    provd.configure(
        Tls={
            "CAFile": "/etc/provd-test-ca.pem",
            "CertificateFile": "/etc/provd-test.pem",
            "KeyFile": "pkcs11:token=phone;id=%01;pin-value=4711",
        }
    )
    provd.drop_in(
        "[Service]\nEnvironment=SOFTHSM2_CONF=/etc/softhsm-test.conf"
        f" PKCS11_MODULE_PATH={environment['PKCS11_MODULE_PATH']}\n"
    )
    provd.restart()
    nginx = make_nginx(certificates=["ask"], store=certificates)
    nginx.put("p.xml", profile({"GPP_B": "by a token"}))
    assert resync(provd.client(), nginx.url("p.xml", "ask")) == "by a token"
