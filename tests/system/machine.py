# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine of the tests' own: systemd as PID 1 in systemd-nspawn, over an overlay of this machine's
root, with the project installed into it.

This process moves into a mount and a network namespace of its own first, and systemd-nspawn into a
PID namespace. So the kernel takes every mount and process away when this process ends, however it
ends; nothing of it is ever seen from outside; and the servers of a test are on the loopback
interface that the machine has. The writable layer is a tmpfs.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid

import pytest
from waiting import wait_until

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000

# How systemd-nspawn says that the machine wants to be booted again.
FORCE_RESTART = 133

NEEDED = (
    "dbus-daemon",
    "ip",
    "meson",
    "mount",
    "nsenter",
    "setpriv",
    "systemd-nspawn",
    "umount",
    "unshare",
)

HOST_RUNS_SYSTEMD = pathlib.Path("/run/systemd/system").is_dir()


class Unavailable(Exception):
    """Why there can be no such machine here."""


def booted(make):
    """What a fixture yields from: a machine that runs until the tests are done with it."""
    try:
        machine = make()
    except Unavailable as reason:
        pytest.skip(str(reason))
    try:
        machine.boot()
        yield machine
    finally:
        machine.close()


def call_libc(function, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def step(*command):
    """Runs one of the commands that need rights; where it fails there can be no machine."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{command[0]}: {done.stderr.strip() or done.returncode}")


def enter_namespaces():
    if os.geteuid() != 0:
        raise Unavailable("booting a machine needs root")
    for program in NEEDED:
        if not shutil.which(program):
            raise Unavailable(f"{program} is not installed")
    try:
        call_libc("unshare", CLONE_NEWNS | CLONE_NEWNET)
    except OSError as error:
        raise Unavailable(f"no namespaces here: {error.strerror}") from None
    step("mount", "--make-rprivate", "/")
    step("ip", "link", "set", "lo", "up")


def children(pid):
    with contextlib.suppress(OSError):
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]
    return []


class Cgroups:
    """A control group for the machine where no systemd of the host gives it one: in each hierarchy
    that systemd keeps processes in."""

    def __init__(self, name):
        self.directories = []
        if HOST_RUNS_SYSTEMD:
            return
        for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, own = line.split(":", 2)
            base = self.hierarchy(controllers)
            if base:
                directory = base / own.strip("/") / name
                try:
                    directory.mkdir()
                except OSError as error:
                    raise Unavailable(f"{directory}: {error.strerror}") from None
                self.directories.append(directory)

    @staticmethod
    def hierarchy(controllers):
        root = pathlib.Path("/sys/fs/cgroup")
        if controllers == "name=systemd":
            return root / "systemd"
        if controllers == "":
            return root if (root / "cgroup.procs").exists() else root / "unified"
        return None

    def join(self):
        """Moves the calling process there."""
        for directory in self.directories:
            (directory / "cgroup.procs").write_text("0")

    def remove(self):
        """The last processes of a machine that was killed take a moment to be gone."""
        for _ in range(100):
            for top in self.directories:
                for directory, _, _ in os.walk(top, topdown=False):
                    with contextlib.suppress(OSError):
                        os.rmdir(directory)
            if not any(top.exists() for top in self.directories):
                return
            time.sleep(0.05)


class Machine:
    """The file system, made once, and the machine that is booted on it as often as a test likes."""

    def __init__(self, build):
        enter_namespaces()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="provd-machine-"))
        self.name = f"provd-test-{os.getpid()}"
        self.root = self.directory / "root"
        self.console = self.directory / "console"
        self.cgroups = None
        self.nspawn = None
        self.leader = None
        try:
            self.mount()
            self.install(build)
            self.cgroups = Cgroups(self.name)
        except BaseException:
            self.close()
            raise

    def mount(self):
        step("mount", "-t", "tmpfs", "-o", "size=1g,mode=755", "tmpfs", str(self.directory))
        for name in ("upper", "work", "root"):
            (self.directory / name).mkdir()
        layers = f"lowerdir=/,upperdir={self.directory}/upper,workdir={self.directory}/work"
        step("mount", "-t", "overlay", "-o", layers, "overlay", str(self.root))

    def prepare(self):
        """Of the host's services none is started at boot but those that the distribution starts by
        itself."""
        for wants in (self.root / "etc/systemd/system").glob("*.wants"):
            shutil.rmtree(wants)
        (self.root / "etc/machine-id").write_text(uuid.uuid4().hex + "\n")
        (self.root / "var/log/journal").mkdir(exist_ok=True)
        self.link("etc/systemd/system/default.target", "/lib/systemd/system/multi-user.target")

    def install(self, build):
        """Puts the project into the image."""
        self.prepare()
        subprocess.run(
            ["meson", "install", "-C", build, "--no-rebuild", "--quiet"],
            env=os.environ | {"DESTDIR": str(self.root)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        subprocess.run(
            ["systemctl", f"--root={self.root}", "--quiet", "enable", "provd.service"], check=True
        )

    def link(self, path, target):
        place = self.root / path
        place.unlink(missing_ok=True)
        place.symlink_to(target)

    def write(self, path, text, mode=0o644):
        """Writes a file of the image; of the running machine, too."""
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)

    # Life and death.

    def boot(self):
        """Boots it, and waits until every unit is up."""
        command = ["setpriv", "--pdeathsig", "KILL"]
        command += ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command += ["systemd-nspawn", "--quiet", "--boot"]
        command += ["--register=no", "--link-journal=no", "--resolv-conf=off", "--timezone=off"]
        command += [] if HOST_RUNS_SYSTEMD else ["--keep-unit"]
        command += ["--console=pipe", f"--machine={self.name}", f"--directory={self.root}"]
        with self.console.open("ab") as console:
            self.nspawn = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                preexec_fn=self.cgroups.join,
            )
        self.wait_booted()

    def wait_booted(self, timeout=60):
        """Waits for a leader, and then for it to have started everything."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.nspawn.poll() is not None:
                raise RuntimeError(f"it does not boot:\n{self.console.read_text()}")
            leader = self.find_leader()
            if leader and self.is_up(leader):
                self.leader = leader
                return
            time.sleep(0.05)
        raise RuntimeError(f"it is not up within {timeout} s:\n{self.console.read_text()}")

    def find_leader(self):
        """The grandchild of unshare, below systemd-nspawn, that is PID 1 of its machine."""
        for nspawn in children(self.nspawn.pid):
            for child in children(nspawn):
                with contextlib.suppress(OSError):
                    status = pathlib.Path(f"/proc/{child}/status").read_text()
                    if re.search(r"^NSpid:.*\t1$", status, re.MULTILINE):
                        return child
        return None

    def is_up(self, leader):
        if not pathlib.Path(f"/proc/{leader}/root/run/systemd/private").exists():
            return False
        state = self.run_in(leader, "systemctl", "is-system-running", check=False)
        return state.stdout.strip() in ("running", "degraded")

    def reboot(self):
        """As an operator does. systemd-nspawn leaves starting it again to who started it."""
        self.run("systemctl", "reboot", check=False)
        assert self.nspawn.wait(60) == FORCE_RESTART, self.console.read_text()
        self.boot()

    def cut_power(self):
        """As near to it as it gets without a disk that forgets: every process is gone at once."""
        os.kill(self.leader, signal.SIGKILL)
        self.nspawn.wait(20)
        self.nspawn = None

    def close(self):
        if self.nspawn:
            self.nspawn.kill()
            self.nspawn.wait(20)
        if self.cgroups:
            self.cgroups.remove()
        for mount in (self.root, self.directory):
            if mount.is_mount():
                subprocess.run(["umount", "--lazy", mount], check=True)
        self.directory.rmdir()

    # From outside, in it.

    def run_in(self, leader, *command, check=True, user=None, timeout=60, stdin=None):
        enter = ["nsenter", "-t", str(leader), "-m", "-u", "-i", "-p", "-C", "--"]
        become = ["runuser", "-u", user, "--"] if user else []
        done = subprocess.run(
            [*enter, *become, *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
            cwd="/",
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.returncode}: {done.stderr}")
        return done

    def run(self, *command, **options):
        """Runs a command in it, as root or as another user; its CompletedProcess."""
        return self.run_in(self.leader, *command, **options)

    @staticmethod
    def call(*command):
        """Runs a command beside the machine, in its network."""
        subprocess.run(command, check=True, capture_output=True)

    def path(self, path):
        """Where a file of the running machine is seen from here."""
        return pathlib.Path(f"/proc/{self.leader}/root") / path.lstrip("/")

    @property
    def bus_address(self):
        return f"unix:path={self.path('/run/dbus/system_bus_socket')}"

    # The journal.

    def journal(self, *matches):
        """The entries of the present boot that match, as dictionaries."""
        self.run("journalctl", "--sync")
        done = self.run("journalctl", "--boot", "--output=json", "--all", "--no-pager", *matches)
        return [json.loads(line) for line in done.stdout.splitlines()]

    # Units.

    def show(self, name, unit="provd.service"):
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", "--property", name, unit).stdout.strip()

    def wait_until(self, condition, what, timeout=30):
        wait_until(condition, what, timeout)
