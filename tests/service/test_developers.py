# SPDX-License-Identifier: LGPL-2.1-or-later
"""The way of a developer from outside: the programs of the README and of docs/developers.md, as they
stand there, built against an installed tree by what is said there, and run against the daemon."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess

import pytest
from bus import SIP, UPGRADE
from conftest import need
from waiting import wait_until

ROOT = pathlib.Path(__file__).parents[2]
STRICT = ["-Wall", "-Wextra", "-Werror"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A tree as a package would have it; what pkg-config needs to find it elsewhere than in /."""
    for program in ("cc", "pkg-config", "meson"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    if os.environ.get("PROVD_SANITIZED"):
        pytest.skip("a library with sanitizers does not link with a program without")
    root = tmp_path_factory.mktemp("installed")
    subprocess.run(
        ["meson", "install", "-C", need("BUILD_ROOT"), "--no-rebuild", "--quiet"],
        env=os.environ | {"DESTDIR": str(root)},
        check=True,
        capture_output=True,
    )
    [description] = root.glob("usr/lib/**/pkgconfig/libprovclient.pc")
    return root, {
        "PKG_CONFIG_PATH": str(description.parent),
        "PKG_CONFIG_SYSROOT_DIR": str(root),
        "LD_LIBRARY_PATH": str(description.parents[1]),
    }


def programs_of(name):
    return re.findall(r"^```c\n(.*?)^```$", (ROOT / name).read_text(), re.M | re.S)


@pytest.fixture
def build(installed, tmp_path):
    """Compiles a program, by the command that the text has; what runs it."""
    environment = os.environ | installed[1]

    def run(text, name):
        source = tmp_path / f"{name}.c"
        source.write_text(text)
        flags = subprocess.check_output(
            ["pkg-config", "--cflags", "--libs", "libprovclient"], env=environment, text=True
        )
        command = ["cc", *STRICT, str(source), *shlex.split(flags), "-o", str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [str(tmp_path / name)]

    return run


@pytest.fixture
def system(bus, installed):
    """The environment in which the test's bus is the system's."""
    library = {"LD_LIBRARY_PATH": installed[1]["LD_LIBRARY_PATH"]}
    return bus.environment() | {"DBUS_SYSTEM_BUS_ADDRESS": bus.address} | library


class Running:
    def __init__(self, command, environment, log):
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)

    def expect(self, *lines):
        """Waits until those lines are there, in this order."""
        pattern = re.compile(".*".join(rf"^{re.escape(line)}$" for line in lines), re.M | re.S)
        wait_until(
            lambda: pattern.search(self.log.read_text()),
            lambda: f"{lines} in {self.log.read_text()!r}",
        )

    def close(self):
        self.process.kill()
        self.process.wait(10)


def test_readme(build, system, provd, client, origin, tmp_path):
    """Forty lines that print the state and react to a resync."""
    [program] = programs_of("README.md")
    assert len(program.splitlines()) <= 40
    assert (
        "cc watch.c $(pkg-config --cflags --libs libprovclient)" in (ROOT / "README.md").read_text()
    )
    watch = Running(build(program, "watch"), system, tmp_path / "log")
    watch.expect("idle")
    origin.page("/p.xml", {"GPP_A": "x"})
    client.put(Profile_Rule=origin.url("/p.xml"))
    client.resync()
    watch.expect("Profile_Rule has changed", "resyncing", "GPP_A has changed", "scheduled")
    watch.expect("resync: success, 1 changed")
    provd.kill()
    watch.expect("provd is not running")
    watch.close()


def test_upgrade_agent(build, system, provd, client):
    agent = build(programs_of("docs/developers.md")[0], "agent")
    assert subprocess.run([*agent, "no space left"], env=system).returncode == 0
    assert client.get("LastMessage", UPGRADE) == "no space left"
    assert subprocess.run(agent, env=system).returncode == 0
    assert client.get("LastSuccess", UPGRADE) is True
    provd.stop()
    done = subprocess.run(agent, env=system, capture_output=True, text=True)
    assert (done.returncode, done.stderr[:7]) == (1, "provd: ")


def test_sip_stack(build, system, provd, client, tmp_path):
    stack = Running(build(programs_of("docs/developers.md")[1], "stack"), system, tmp_path / "log")
    client.put(User_ID_1_="1001")
    stack.expect("register as 1001")
    client.wait_for("RegisteredLines", [1], interface=SIP)
    client.put(User_ID_1_="2002")
    stack.expect("register as 2002")
    stack.close()
    client.wait_for("RegisteredLines", [], interface=SIP)


def test_every_program_is_run():
    """One that is added to the text is to be added here."""
    assert len(programs_of("docs/developers.md")) == 2


def test_manual_and_header(build):
    """The program of both, which is the same but for what it includes."""
    page = (ROOT / "docs" / "libprovclient.3.scd").read_text()
    header = (ROOT / "libprovclient" / "provclient.h").read_text()
    [program] = re.findall(r"^```\n(#include.*?)^```$", page, re.M | re.S)
    build(program, "manual")
    [program] = re.findall(
        r"^ \*     static void.*?^ \*     }\n \*\n \* Errors", header, re.M | re.S
    )
    lines = [line[7:] for line in program.splitlines()[:-2]]
    build("#include <provclient.h>\n#include <stdio.h>\n" + "\n".join(lines), "header")


def test_manual_names_what_there_is():
    page = (ROOT / "docs" / "libprovclient.3.scd").read_text().replace("\\", "")
    header = (ROOT / "libprovclient" / "provclient.h").read_text()
    named = set(re.findall(r"\*?(prov_[a-z_]+)\*?\(", page))
    assert named > {"prov_client_new", "prov_client_watch"}
    assert not {name for name in named if f"{name}(" not in header}
