# SPDX-License-Identifier: LGPL-2.1-or-later
"""The hook of DHCP clients, and the daemon on what it has written."""

import os
import pathlib
import subprocess

import pytest

HOOK = pathlib.Path(__file__).parents[2] / "examples" / "dhcp" / "50-provd"


@pytest.fixture
def systemctl(tmp_path):
    """A stand-in on the path; how it was called."""
    program = tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@" >>"${0%/*}/calls"\n')
    program.chmod(0o755)
    calls = program.parent / "calls"
    return lambda: calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def drop_in(tmp_path):
    return tmp_path / "conf.d" / "dhcp.conf"


@pytest.fixture
def hook(tmp_path, systemctl, drop_in):
    def run(event, server=None, arguments=True, name="DHCP4_TFTP_SERVER_NAME", interface="eth0"):
        """As NetworkManager runs it, with arguments, or as dhclient reads it, with a reason."""
        path = f"{tmp_path}/bin:{os.environ['PATH']}"
        environment = {"PATH": path, "PROVD_DROP_IN": str(drop_in)}
        if server is not None:
            environment[name] = server
        command = [HOOK, interface, event] if arguments else ["sh", "-eu", "-c", f". {HOOK}"]
        if not arguments:
            environment |= {"reason": event, "interface": interface}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    return run


def text(server, interface="eth0"):
    return f"# {interface}\n[Network]\nProvisioningServer={server}\n"


@pytest.mark.parametrize(
    "given, taken",
    [
        ("192.0.2.1", "192.0.2.1"),
        ("prov.example.com:69", "prov.example.com:69"),
        ("prov.example.com:59999", "prov.example.com:59999"),
        ("prov.example.com:65535", "prov.example.com:65535"),
        ("prov.example.com:65536", None),
        ("prov.example.com:0", None),
        ("https://prov.example.com/", "https://prov.example.com"),
        ("http://[::::]", None),
        pytest.param("p" * 253 + ":69", "p" * 253 + ":69", id="longest-name"),
        pytest.param("p" * 254, None, id="longer-name"),
        ("http://prov.example.com/path/$MA.xml", None),
        ("ftp://prov.example.com", None),
        ("prov\n[Defaults]\nProvision_Enable=No", None),
        ("http://user:secret@host", None),
        ("", None),
        (None, None),
    ],
)
def test_what_is_taken(hook, drop_in, systemctl, given, taken):
    hook("up", given)
    assert (drop_in.read_text() if drop_in.exists() else None) == (taken and text(taken))
    assert systemctl() == (["try-reload-or-restart provd.service"] if taken else [])


def test_only_changes_are_told(hook, drop_in, systemctl):
    hook("up", "one")
    hook("dhcp4-change", "one")
    hook("down", "two")
    assert (len(systemctl()), drop_in.read_text()) == (1, text("one"))
    hook("up", "two")
    assert (len(systemctl()), drop_in.read_text()) == (2, text("two"))
    hook("up")
    assert (len(systemctl()), drop_in.exists()) == (3, False)


@pytest.mark.parametrize(
    "way", [{}, {"arguments": False, "name": "new_tftp_server_name"}], ids=["manager", "dhclient"]
)
def test_several_interfaces(hook, drop_in, way):
    """One that says nothing, such as the loopback's, does not take back what another one said."""
    event = "BOUND" if way else "up"
    hook(event, "one", **way)
    for other in ("lo", "eth01", "th0", "eth."):
        hook(event, interface=other, **way)
        assert drop_in.read_text() == text("one")
    hook(event, "two", interface="wlan0", **way)
    hook(event, **way)
    assert drop_in.read_text() == text("two", "wlan0")
    hook(event, interface="wlan0", **way)
    assert not drop_in.exists()


def test_dhclient(hook, drop_in):
    hook("BOUND", "one", arguments=False, name="new_tftp_server_name")
    assert drop_in.read_text() == text("one")
    hook("EXPIRE", arguments=False)
    assert drop_in.exists()


def test_the_daemon_takes_it(hook, drop_in, make_provd, client):
    hook("up", "http://127.0.0.1:9/")
    provd = make_provd()
    provd.config_path.write_text(provd.config_path.read_text() + drop_in.read_text())
    provd.start()
    assert client.resync("/phone.xml").message.startswith("http://127.0.0.1:9/phone.xml: ")
