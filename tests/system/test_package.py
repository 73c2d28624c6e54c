# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Debian packages, built from a copy of the tree: what lintian says of them, and their life on a
machine where the project was never installed. Each test of that life begins without them."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest
from machine import Machine, booted

SOURCES = pathlib.Path(__file__).parent.parent.parent
NAMES = ("libprovclient-dev", "libprovclient1", "provd", "provsim")
SHELF = "/srv/packages"
CONFIGURATION = "/etc/provd/provd.conf"
DATABASE = "/var/lib/provd/provd.db"

PROGRAM = """#include <provclient.h>
int main(void)
{
    prov_client *client = 0;
    int r = prov_client_new(PROV_BUS_SYSTEM, &client);
    prov_client_free(client);
    return r < 0;
}
"""


class BareMachine(Machine):
    """A machine without provd, with the packages on a shelf."""

    def install(self, packages):
        self.prepare()
        shutil.copytree(packages, self.root / SHELF.lstrip("/"))
        for directory in ("etc/provd", "var/lib/provd"):
            shutil.rmtree(self.root / directory, ignore_errors=True)
        # The image of a container may forbid its packages to start anything. What man-db makes of
        # all pages anew takes longer than all the rest.
        for file in ("usr/sbin/policy-rc.d", "var/lib/man-db/auto-update"):
            (self.root / file).unlink(missing_ok=True)

    def apt(self, *command):
        """apt-get as it comes, without the hooks of other packages."""
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2", "--assume-yes"]
        apt += ["--no-install-recommends", "-o=Dir::Etc::Parts=/nonexistent"]
        print(self.run(*apt, *command, timeout=120).stdout)

    def shelf(self, pattern):
        return [f"{SHELF}/{path.name}" for path in self.path(SHELF).glob(pattern)]

    def purge(self):
        self.run("dpkg", "--purge", *NAMES)

    def version(self):
        return self.run("dpkg-query", "--show", "--showformat=${Version}", "provd").stdout

    def parameter(self, name):
        return self.run("provctl", "get", name).stdout.strip()

    def service(self):
        """How it stands: enabled or not, running or not, how often it had to be started again."""
        return tuple(map(self.show, ("UnitFileState", "ActiveState", "NRestarts")))

    def traces(self):
        """What has a name of ours among all that was written since the machine was made."""
        upper = self.directory / "upper"
        there = (path for path in upper.rglob("*") if not path.is_char_device())
        ours = (path for path in there if re.search("prov(d|ctl|client|sim)", path.name))
        paths = (f"/{path.relative_to(upper)}" for path in ours)
        return sorted(path for path in paths if not path.startswith(SHELF))


@pytest.fixture(scope="module")
def packages():
    """A directory with the packages, and what lintian wants to know of them."""
    if not shutil.which("dpkg-buildpackage"):
        pytest.skip("dpkg-buildpackage is not installed")
    lacking = subprocess.run(
        ["dpkg-checkbuilddeps"], cwd=SOURCES, stderr=subprocess.PIPE, text=True
    )
    if lacking.returncode != 0:
        pytest.skip(lacking.stderr.strip())
    with tempfile.TemporaryDirectory(prefix="provd-package-") as directory:
        tree = pathlib.Path(directory, "tree")
        others = shutil.ignore_patterns(".git", "build*", "node_modules")
        shutil.copytree(SOURCES, tree, ignore=others)
        done = subprocess.run(
            ["dpkg-buildpackage", "-us", "-uc", "-b"],
            cwd=tree,
            env=os.environ | {"DEB_BUILD_OPTIONS": "nocheck noautodbgsym"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-4000:]
        shutil.rmtree(tree)
        yield pathlib.Path(directory)


@pytest.fixture(scope="module")
def machine(packages):
    yield from booted(lambda: BareMachine(packages))


@pytest.fixture
def installed(machine):
    machine.purge()
    machine.apt("install", *machine.shelf("*_*.deb"))
    return machine


def test_lintian(packages):
    if not shutil.which("lintian"):
        pytest.skip("lintian is not installed")
    done = subprocess.run(
        ["lintian", "--allow-root", "--fail-on=error,warning", *packages.glob("*.changes")],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_version_is_that_of_the_program(packages, tmp_path):
    (package,) = packages.glob("provd_*.deb")
    subprocess.run(["dpkg-deb", "--extract", package, tmp_path], check=True)
    said = subprocess.check_output([tmp_path / "usr/sbin/provd", "--version"], text=True)
    version = subprocess.check_output(["dpkg-deb", "--field", package, "Version"], text=True)
    assert said == f"provd {version}"


def test_installed(installed):
    assert installed.service() == ("enabled", "active", "0")
    assert "State " in installed.run("provctl", "status", user="nobody").stdout
    assert "phone" in installed.run("provsim", "--help", user="nobody").stdout
    assert "A resync has started" in installed.run("journalctl", "--list-catalog").stdout
    installed.write("/root/program.c", PROGRAM)
    flags = installed.run("pkg-config", "--cflags", "--libs", "libprovclient").stdout.split()
    installed.run("cc", "/root/program.c", *flags, "-o", "/root/program")
    installed.run("/root/program")


def newer(machine):
    """Makes the package of a later version, with the same in it."""
    script = f"""set -e
        cd {SHELF}
        dpkg-deb --raw-extract provd_*.deb newer
        sed -i 's/^Version: .*/&+newer/' newer/DEBIAN/control
        dpkg-deb --root-owner-group --build newer
        rm -r newer"""
    machine.run("sh", "-c", script)
    return f"{SHELF}/newer.deb"


def test_upgraded(installed):
    machine = installed
    machine.run("provctl", "set", "GPP_A=kept")
    changed = machine.path(CONFIGURATION).read_text() + "[Defaults]\nGPP_B=of the maker\n"
    machine.write(CONFIGURATION, changed)
    former, version = machine.show("MainPID"), machine.version()
    machine.apt("install", newer(machine))
    assert machine.version() == f"{version}+newer"
    assert machine.service() == ("enabled", "active", "0")
    assert machine.show("MainPID") != former
    assert machine.path(CONFIGURATION).read_text() == changed
    assert (machine.parameter("GPP_A"), machine.parameter("GPP_B")) == ("kept", "of the maker")


def test_removed_and_back(installed):
    machine = installed
    machine.run("provctl", "set", "GPP_A=kept")
    machine.apt("remove", "provd")
    assert machine.show("LoadState") == "not-found"
    assert machine.run("sh", "-c", "pidof provd", check=False).stdout == ""
    assert machine.path(CONFIGURATION).exists() and machine.path(DATABASE).exists()
    machine.apt("install", *machine.shelf("provd_*.deb"))
    assert machine.service() == ("enabled", "active", "0")
    assert machine.parameter("GPP_A") == "kept"


def test_purged(installed):
    """All is gone but the users, which Debian keeps: a file may still belong to one of them."""
    machine = installed
    machine.run("provctl", "set", "GPP_A=gone")
    assert machine.path(DATABASE).exists() and machine.traces()
    machine.purge()
    assert machine.traces() == []
    assert machine.run("getent", "passwd", "provd").stdout
