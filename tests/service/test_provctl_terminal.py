# SPDX-License-Identifier: LGPL-2.1-or-later
"""provctl on a terminal: colours, widths, progress, interruption."""

import os

import pytest
from bus import UPGRADE
from conftest import need
from terminal import Terminal, plain, width

DONE, FAILED = 0, 1


@pytest.fixture
def terminal(bus):
    """Starts provctl on a terminal."""
    program = need("PROVCTL")

    def start(*arguments, columns=80, **environment):
        return Terminal(
            [program, "--session", *arguments], bus.environment() | environment, columns
        )

    return start


@pytest.fixture
def slow(provd, client, origin):
    """A page whose last byte is held back, and which is the rule."""
    page = origin.page("/slow.xml", {"GPP_A": "one"}).hold()
    client.put(Profile_Rule=origin.url("/slow.xml"))
    return page


def lines(screen):
    return screen.replace("\r\n", "\n").splitlines()


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_fits(provd, client, origin, terminal, columns):
    client.put(Profile_Rule="https://" + "provisioning." * 12 + "example.com/設定/$MA.xml")
    client.resync(origin.url("/" + "missing" * 20))
    for arguments in (["status"], ["list"], ["list", "profile"], ["history"]):
        shown = terminal(*arguments, columns=columns)
        assert shown.close() == DONE
        for line in lines(shown.screen):
            assert width(line) <= columns, line
    words = "".join(plain(shown.screen).split())
    assert "FileNotFound" in words or columns == 40


def test_narrow(provd, client, origin, terminal):
    """Beside its labels a phone's own screen has no room for anything."""
    client.resync(origin.url("/missing"))
    shown = terminal("status", columns=20)
    assert shown.close() == DONE
    for line in lines(shown.screen):
        assert width(line) <= 20, line
    assert "State\n  idle\n" in plain(shown.screen).replace("\r", "")


def test_class_of_failure_is_not_cut(provd, client, origin, terminal):
    """Where one attempt has a long reason and another a long error."""
    client.resync(origin.url("/" + "missing" * 20))
    mark = client.mark()
    client.call("NotifyAttempt", "bs", True, "", interface=UPGRADE)
    client.wait("ResyncFinished", since=mark)
    shown = terminal("history")
    shown.close()
    assert "FileNotFound" in plain(shown.screen)


def test_failure_is_not_cut(provd, client, origin, terminal):
    client.resync(origin.url("/" + "missing" * 20))
    shown = terminal("status")
    shown.close()
    assert "missing" * 20 in "".join(plain(shown.screen).split())


def test_colours(provd, terminal):
    coloured = terminal("status")
    coloured.close()
    assert "\x1b[" in coloured.screen
    for arguments, environment in (
        (["--no-color", "status"], {}),
        (["status", "--no-color"], {}),
        (["status"], {"NO_COLOR": "1"}),
        (["status"], {"TERM": "dumb"}),
    ):
        shown = terminal(*arguments, **environment)
        shown.close()
        assert "\x1b" not in shown.screen
        assert lines(shown.screen) == lines(plain(coloured.screen))


def test_relative_times(provd, client, origin, terminal, provctl):
    origin.page("/a.xml", {"GPP_A": "one"})
    client.resync(origin.url("/a.xml"))
    shown = terminal("--no-color", "status")
    shown.close()
    assert " ago)" in shown.screen and "(in " in shown.screen
    assert " ago)" not in provctl("status").stdout
    assert "\x1b" not in provctl("status").stdout


def test_values_cannot_steer_it(provd, client, terminal, provctl):
    client.put(Opaque="red\u009b31m")
    for arguments in (["get", "Opaque"], ["list", "Opaque"], ["describe", "Opaque"]):
        shown = terminal("--no-color", *arguments)
        shown.close()
        assert "\u009b" not in shown.screen
        assert "red\ufffd31m" in shown.screen
    assert provctl("get", "Opaque").stdout == "red\u009b31m\n"


def test_progress(slow, terminal):
    shown = terminal("resync")
    shown.read("Profile_Rule: receiving")
    slow.release()
    assert shown.close() == DONE
    assert plain(shown.screen).endswith("one\r\n")


def test_progress_on_a_dumb_terminal(slow, terminal):
    """It can write no line again, and would show the sequences that ask for that."""
    shown = terminal("resync", TERM="dumb")
    slow.wait_asked()
    slow.release()
    assert shown.close() == DONE
    assert "\x1b" not in shown.screen
    assert shown.screen.startswith("The resync succeeded")


def test_deferred(provd, client, origin, terminal):
    origin.page("/a.xml", {"GPP_A": "one"})
    client.put(Profile_Rule=origin.url("/a.xml"))
    line = terminal("line", "1", "active")
    client.wait_for("ActiveLines", [1], interface="org.provd.Provisioning1.Sip")
    shown = terminal("resync")
    shown.read("waiting for the lines")
    line.type("\x03")
    assert line.close() == DONE
    assert shown.close() == DONE
    assert client.parameter("GPP_A") == "one"


def test_interrupted(slow, client, terminal):
    shown = terminal("resync")
    slow.wait_asked()
    mark = client.mark()
    shown.type("\x03")
    assert shown.close() == FAILED
    assert "the resync goes on" in shown.screen
    slow.release()
    assert client.wait("ResyncFinished", since=mark).body[1] == "success"


def test_factory_reset_asks(provd, client, terminal, provctl):
    client.put(GPP_A="mine")
    for answer in ("n", "", "nonsense"):
        shown = terminal("factory-reset")
        shown.read("[y/N]")
        shown.type(answer + "\n")
        assert shown.close() == FAILED
    assert client.parameter("GPP_A") == "mine"
    assert provctl("factory-reset", stdin=os.open(os.devnull, os.O_RDONLY)).returncode == 2
    assert client.parameter("GPP_A") == "mine"
    shown = terminal("factory-reset")
    shown.read("[y/N]")
    shown.type("y\n")
    assert shown.close() == DONE
    assert client.parameter("GPP_A") == ""
