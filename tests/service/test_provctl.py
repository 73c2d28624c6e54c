# SPDX-License-Identifier: LGPL-2.1-or-later
"""provctl against the daemon: what it prints, and its exit status."""

import json
import os
import pathlib
import shutil

import pytest
from conftest import need

DONE, FAILED, USAGE, UNREACHABLE, DENIED = range(5)


@pytest.fixture
def phone(provd, client, origin):
    """A daemon whose rule can be fetched."""
    origin.page("/a.xml", {"GPP_A": "one", "Opaque": "two"})
    client.put(Profile_Rule=origin.url("/a.xml"))
    return provd


def as_json(result):
    assert result.returncode == DONE, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_status(phone, provctl, client):
    first = provctl()
    assert (first.returncode, first.stderr) == (DONE, "")
    assert provctl("status").stdout == first.stdout
    assert "idle" in first.stdout.lower()
    assert isinstance(as_json(provctl("--json", "status")), dict)


def test_resync(phone, provctl, client):
    result = provctl("resync")
    assert result.returncode == DONE, result.stderr
    assert "GPP_A" in result.stdout and "Opaque" in result.stdout
    assert client.parameter("GPP_A") == "one"


def test_resync_fails(phone, provctl, client, origin):
    result = provctl("resync", "--rule", origin.url("/missing.xml"))
    assert result.returncode == FAILED
    assert "missing.xml" in result.stdout + result.stderr
    assert result.stderr.startswith("provctl: ")


def test_resync_no_wait(phone, provctl, client, origin):
    page = origin.pages["/a.xml"].hold()
    mark = client.mark()
    assert provctl("resync", "--no-wait").returncode == DONE
    page.wait_asked()
    assert client.get("State") == "resyncing"
    page.release()
    client.wait("ResyncFinished", since=mark)


def test_get(phone, provctl, client):
    client.put(GPP_A="a value", GPP_B="")
    assert provctl("get", "GPP_A").stdout == "a value\n"
    assert as_json(provctl("--json", "get", "GPP_A", "GPP_B")) == {"GPP_A": "a value", "GPP_B": ""}
    result = provctl("get", "Nope")
    assert result.returncode == FAILED
    assert result.stdout == ""
    assert result.stderr.startswith("provctl: ") and "Nope" in result.stderr
    assert "org.provd" not in result.stderr


def test_set(phone, provctl, client):
    result = provctl("set", "GPP_A=x=y", "GPP_B=", "Resync_Periodic=60")
    assert (result.returncode, result.stderr) == (DONE, "")
    assert client.parameters("GPP_A", "GPP_B", "Resync_Periodic") == {
        "GPP_A": "x=y",
        "GPP_B": "",
        "Resync_Periodic": "60",
    }
    result = provctl("set", "GPP_A=z", "Resync_Periodic=hourly")
    assert result.returncode == FAILED
    assert "Resync_Periodic" in result.stderr
    assert client.parameter("GPP_A") == "x=y"
    assert provctl("reset", "GPP_A", "Resync_Periodic").returncode == DONE
    assert client.parameters("GPP_A", "Resync_Periodic") == {"GPP_A": "", "Resync_Periodic": "3600"}


def test_list(phone, provctl, client):
    client.put(Opaque="mine")
    out = provctl("list").stdout
    assert "Resync_Periodic" in out and "Opaque" in out
    assert "Resync_Periodic" not in provctl("list", "Opaq*").stdout
    changed = provctl("list", "--changed").stdout
    assert "Opaque" in changed and "Resync_Periodic" not in changed
    assert as_json(provctl("--json", "list"))


def test_describe(phone, provctl):
    out = provctl("describe", "Resync_Random_Delay").stdout
    for word in ("Resync Random Delay", "65535", "20 s"):
        assert word in out
    assert as_json(provctl("--json", "describe", "Resync_Random_Delay"))
    assert provctl("describe", "Nope").returncode == FAILED


def test_history(phone, provctl, client, origin):
    client.resync()
    client.resync(origin.url("/missing.xml"))
    out = provctl("history").stdout
    assert "FileNotFound" in out and "request" in out
    assert len(as_json(provctl("--json", "history", "-n", "1"))) == 1
    assert len(as_json(provctl("--json", "history", "-n1"))) == 1
    assert len(as_json(provctl("--json", "history", "--number=1000"))) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["get"],
        ["set"],
        ["set", "GPP_A"],
        ["resync", "--colour"],
        ["--colour"],
        ["describe"],
        ["history", "-n", "many"],
        ["status", "stray"],
    ],
)
def test_wrong_usage(phone, provctl, arguments):
    result = provctl(*arguments)
    assert result.returncode == USAGE
    assert result.stdout == ""
    assert result.stderr.startswith("provctl: ")
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [["status"], ["resync"], ["get", "GPP_A"], ["set", "GPP_A=x"], ["history"], ["list"]],
)
def test_unreachable(provctl, arguments):
    result = provctl(*arguments)
    assert result.returncode == UNREACHABLE
    assert result.stderr.startswith("provctl: ")
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.fixture
def nobodys_provctl(bus):
    """Runs provctl as a user without rights, from where such a user can read it."""
    program = pathlib.Path(need("PROVCTL"))
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    for path in (program, *program.parent.parent.glob("libprovclient/*.so*")):
        if path.is_file():
            shutil.copy(path, bus.directory)

    def run(*arguments):
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        command = [*user, bus.directory / program.name, "--session", *arguments]
        return bus.run(command, environment={"LD_LIBRARY_PATH": str(bus.directory)})

    return run


def test_denied(phone, nobodys_provctl):
    for arguments in (["set", "GPP_A=x"], ["reset", "GPP_A"], ["resync", "--force"]):
        result = nobodys_provctl(*arguments)
        assert result.returncode == DENIED, result.stderr
        assert result.stderr.startswith("provctl: ")
