# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the fetcher holds between fetches, and that nothing blocks the loop."""

import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest
from fetching import BODY, drip, fetch, fetch_all, fetch_fails, options
from servers import hang
from waiting import wait_for_text


# The loop


class Idle:
    """fetch-tool after its last fetch."""

    def __init__(self, *urls, **given):
        tool = os.environ.get("FETCH_TOOL")
        if not tool:
            pytest.skip("FETCH_TOOL names no program")
        # AddressSanitizer is not to count what it holds back
        asan = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0"
        self.process = subprocess.Popen(
            [tool, "--wait", *options(**given), *urls],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "ASAN_OPTIONS": asan},
        )
        self.proc = pathlib.Path(f"/proc/{self.process.pid}")

    def __enter__(self):
        """It says that it is idle, and then goes to sleep."""
        assert any(line == "idle\n" for line in self.process.stdout)
        wait_for_text(self.status, "\nState:\tS")
        return self

    def __exit__(self, *_):
        self.process.communicate("")
        assert self.process.returncode == 0

    def descriptors(self):
        return {entry.name: os.readlink(entry) for entry in (self.proc / "fd").iterdir()}

    def armed_timers(self):
        timers = [fd for fd, target in self.descriptors().items() if "timerfd" in target]
        texts = [(self.proc / "fdinfo" / fd).read_text() for fd in timers]
        return [text for text in texts if "it_value: (0, 0)" not in text]

    def status(self):
        return (self.proc / "status").read_text()

    def waits(self):
        return re.findall(r"ctxt_switches:\s+(\d+)", self.status())

    def dirty(self):
        rollup = (self.proc / "smaps_rollup").read_text()
        return int(re.search(r"Private_Dirty:\s+(\d+)", rollup).group(1))


def test_idle_holds_nothing(make_nginx, certificates):
    nginx = make_nginx(certificates=["good"], store=certificates)
    nginx.put("x.xml", BODY)
    urls = [nginx.url("x.xml"), nginx.url("x.xml", "good"), nginx.url("x.xml", host="localhost")]
    with Idle(*urls, ca=certificates.path("ca.pem")) as idle:
        assert not any("socket" in target for target in idle.descriptors().values())
        assert idle.armed_timers() == []
        before = idle.waits()
        time.sleep(1)
        assert idle.waits() == before


def test_connection_is_kept_for_the_next_fetch(make_nginx):
    nginx = make_nginx()
    fetch_all(nginx.put("a", BODY), nginx.put("b", BODY))
    assert len({request["connection"] for request in nginx.log()}) == 1


def test_thousand_fetches_leave_nothing(make_nginx, certificates):
    nginx = make_nginx(certificates=["good"], store=certificates)
    nginx.put("x.xml", BODY)
    urls = [nginx.url("x.xml"), nginx.url("nope"), nginx.url("x.xml", "good")]
    given = {"ca": certificates.path("ca.pem"), "quiet": True}
    with Idle(*urls, repeat=30, **given) as few, Idle(*urls, repeat=333, **given) as many:
        assert many.dirty() < few.dirty() * 1.05 or "PROVD_SANITIZED" in os.environ
        assert len(many.descriptors()) == len(few.descriptors())


def test_cancel(scripted, make_tftp):
    servers = [
        scripted(lambda connection, request: hang(connection)),
        scripted(drip),
        make_tftp(files={"x": BODY}, lose=range(1, 100)),
    ]
    urls = [server.url("x") for server in servers]
    urls.append(
        scripted(lambda connection, request: hang(connection), read_request=False).url(
            scheme="https"
        )
    )
    started = time.monotonic()
    results = fetch_all(*urls, cancel_ms=100)
    assert [result["class"] for result in results] == ["cancelled"] * 4
    assert time.monotonic() - started < 2


SILENT_NAME_SERVER = """
rm -f $DIR/ready
ip link set lo up && echo nameserver 127.0.0.1 >$DIR/resolv.conf || exit
mount --bind $DIR/resolv.conf /etc/resolv.conf || exit
python3 -c "if True:
    import signal, socket
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(('127.0.0.1', 53))
    print('ready', flush=True)
    signal.pause()" >$DIR/ready &
while ! test -s $DIR/ready; do sleep 0.02; done
"$@"; status=$?; kill $!; exit $status
"""


def test_no_wait_for_the_look_up_of_a_name(tmp_path):
    """In a network of its own, whose name server takes every question and answers none."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("a network of its own cannot be made")
    wrapper = ["unshare", "-mn", "env", f"DIR={tmp_path}", "sh", "-c", SILENT_NAME_SERVER, "sh"]
    url = "http://server.example/x"
    started = time.monotonic()
    assert fetch(url, cancel_ms=200, wrapper=wrapper)["class"] == "cancelled"
    fetch_fails(url, "Unreachable", "no connection within 1 s", connect_timeout=1, wrapper=wrapper)
    assert time.monotonic() - started < 4
