# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures provd beside a reference, in turns, and compares the ratio of the medians with a bound.

Only ratios count: a machine may be half as fast a minute later, and the reference then is too.
`tools/bench` builds what this needs and runs it. The exit status is 1 where a bound is missed.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "service"))

from bus import MAIN, NAME, PARAMETERS, PATH, PROPERTIES, Client, PrivateBus  # noqa: E402
from daemon import IDENTITY, Provd  # noqa: E402
from servers import Certificates, Nginx  # noqa: E402

BARE_NAME = "org.provd.Bare1"
BARE_PATH = "/org/provd/Bare1"
FINISHED = f"type='signal',sender='{NAME}',interface='{MAIN}',member='ResyncFinished'"
VALUES = 3000  # that bare-service.c sends, too
VALUE = "thirty characters of something"
WEEK = 7 * 24 * 3600  # s
CHANGED = 5  # values between two versions of a profile


def owner_changes(name):
    return f"type='signal',member='NameOwnerChanged',arg0='{name}'"


class Bare:
    """The reference: a service that owns a name and does next to nothing."""

    def __init__(self, bus, program, *arguments):
        self.watcher = Client(bus.address, [owner_changes(BARE_NAME)])
        self.process = subprocess.Popen([program, *arguments], env=bus.environment())
        self.watcher.wait("NameOwnerChanged", 10, 0)

    def fetch(self, url, ca_file):
        return self.watcher.call(
            "Fetch",
            "ss",
            url,
            str(ca_file),
            interface=BARE_NAME,
            path=BARE_PATH,
            destination=BARE_NAME,
        )

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.watcher.close()


def private_dirty(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Private_Dirty:\s+(\d+) kB", text, re.MULTILINE)[1])


def cpu_time(pid):
    """Nanoseconds that a process has run, in the kernel and out of it."""
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0])


class Bench:
    def __init__(self, options, directory):
        self.options = options
        self.directory = pathlib.Path(directory)
        self.bus = PrivateBus()
        certificates = self.directory / "certificates"
        certificates.mkdir()
        self.certificates = Certificates(certificates)
        self.nginx = Nginx(self.directory / "nginx", certificates=["good"], store=self.certificates)
        self.rows = []
        self.content = options.profile.read_bytes()
        self.nginx.put("profile.xml", self.content)
        self.url = self.nginx.url("profile.xml")
        os.environ["PROVD"] = str(options.provd)

    def close(self):
        self.nginx.close()
        self.bus.close()

    def provd(self, name, log_level="info"):
        """A daemon with a state directory of its own, not yet started."""
        directory = self.directory / name
        directory.mkdir()
        return Provd(
            self.bus,
            directory,
            log_level=log_level,
            Identity=IDENTITY,
            Tls={"CAFile": self.certificates.path("ca.pem")},
        )

    def row(self, title, ours, reference, unit, bound):
        """Adds a line to the table: medians, their ratio, and whether that is within the bound."""
        ours, reference = statistics.median(ours), statistics.median(reference)
        self.rows.append((title, ours, reference, unit, ours / reference, bound))

    # What is measured.

    def memory(self):
        """Private_Dirty with the profile loaded and after a fetch by HTTPS."""
        ours, reference = [], []
        url = self.nginx.url("profile.xml", "good")
        for number in range(self.options.memory_rounds):
            provd = self.provd(f"memory{number}").start()
            client = Client(self.bus.address, [FINISHED])
            assert client.resync(url).result == "success"
            client.close()
            ours.append(private_dirty(provd.pid))
            provd.stop()
            bare = Bare(self.bus, self.options.bare, self.directory / f"bare{number}.db")
            assert bare.fetch(url, self.certificates.path("ca.pem")) == len(self.content)
            reference.append(private_dirty(bare.process.pid))
            bare.close()
        self.row("Private_Dirty, profile loaded by HTTPS", ours, reference, "KiB", 1.8)

    def start(self):
        """From exec to the name on the bus, with the profile in the store."""
        provd = self.provd("start").start()
        client = Client(self.bus.address, [FINISHED])
        assert client.resync(self.url).result == "success"
        client.close()
        provd.stop()
        ours, reference = [], []
        for _ in range(self.options.rounds):
            ours.append(self.time_to_name(NAME, provd.command()))
            reference.append(self.time_to_name(BARE_NAME, [self.options.bare]))
        self.row("exec to the bus name", ours, reference, "ms", 1.5)

    def time_to_name(self, name, command):
        watcher = Client(self.bus.address, [owner_changes(name)])
        begin = time.monotonic()
        with open(os.devnull, "w") as nowhere:
            process = subprocess.Popen(command, env=self.bus.environment(), stderr=nowhere)
        owned = watcher.wait("NameOwnerChanged", 20, 0).when
        process.terminate()
        process.wait(10)
        watcher.close()
        return (owned - begin) * 1e3

    def resync(self):
        """From the request to ResyncFinished, beside fetching and parsing by two programs."""
        provd = self.provd("resync", log_level="debug").start()
        client = Client(self.bus.address, [FINISHED])
        versions = [self.content, self.change_values()]
        kinds = {"first time": 1.0, f"{CHANGED} values changed": 0.5, "nothing changed": 0.4}
        ours, reference = ({kind: [] for kind in kinds} for _ in range(2))
        splits = {kind: [] for kind in kinds}
        for number in range(self.options.rounds):
            client.call("FactoryReset")
            for kind in kinds:
                if kind != "nothing changed":
                    self.nginx.put("profile.xml", versions[number % 2])
                    number += 1
                took, finished = self.time_resync(client)
                ours[kind].append(took)
                reference[kind].append(self.time_reference())
                splits[kind].append(self.split(provd))
                assert (finished.changed == CHANGED) == kind.endswith("values changed"), finished
        client.close()
        provd.stop()
        for kind, bound in kinds.items():
            self.row(f"resync, {kind}", ours[kind], reference[kind], "ms", bound)
        self.splits = splits

    def change_values(self):
        """The profile with some values of opaque parameters changed."""
        text = self.content
        found = re.findall(rb"<(?:Ring|Short|Line|Server)[\w.-]*(?: ua=\"\w+\")?>[^<]+<", text)
        for element in found[:CHANGED]:
            assert text.count(element) == 1
            text = text.replace(element, element[:-1] + b"x<")
        assert len(found) >= CHANGED
        return text

    def time_resync(self, client):
        client.settle()
        mark = len(client.log)
        begin = time.monotonic()
        finished = client.finished(client.request(self.url), since=mark)
        took = time.monotonic() - begin
        assert finished.result == "success", finished
        return took * 1e3, finished

    def time_reference(self):
        begin = time.monotonic()
        subprocess.run(["sh", "-c", f"curl -s {self.url} | xmllint --stream --noout -"], check=True)
        return (time.monotonic() - begin) * 1e3

    def split(self, provd):
        """How the time of the last attempt was spent, as the daemon's log tells."""
        pattern = r"took (\d+) µs to fetch, (\d+) µs to apply, (\d+) µs to commit"
        return tuple(int(part) / 1e3 for part in re.findall(pattern, provd.log())[-1])

    def poll(self):
        """CPU time of a poll that finds nothing new (304), beside that of the first resync."""
        provd = self.provd("poll").start()
        client = Client(self.bus.address, [FINISHED])
        ours, reference = [], []
        for _ in range(self.options.rounds):
            client.call("FactoryReset")
            reference.append(self.spend_resync(provd, client))
            ours += [self.spend_resync(provd, client) for _ in range(3)]
        statuses = [entry["status"] for entry in self.nginx.log()[-len(ours) - len(reference) :]]
        assert statuses == ["200", "304", "304", "304"] * len(reference)
        client.close()
        provd.stop()
        self.row("CPU of a poll (304), beside a first resync", ours, reference, "ms", 0.1)

    def spend_resync(self, provd, client):
        client.settle()
        before = cpu_time(provd.pid)
        finished = client.finished(client.request(self.url), since=len(client.log))
        time.sleep(0.02)  # it keeps what it told, and asking whether it is done would count
        assert finished.result == "success", finished
        return (cpu_time(provd.pid) - before) / 1e6

    def calls(self):
        """The rate of calls, everybody pinned to a processor: reading a property, and reading
        thousands of values beside a service that sends as many bytes."""
        provd, bare = self.provd("calls").start(), Bare(self.bus, self.options.bare)
        client = Client(self.bus.address, [])
        client.put({f"Name_{number:04}_": VALUE for number in range(VALUES)})
        client.close()
        for process in (provd.pid, bare.process.pid):
            os.sched_setaffinity(process, {0})
        get = [PROPERTIES, "Get", "ss"]
        pairs = {
            "reading a property": (
                2000,
                1 / 0.9,
                [*get, MAIN, "State"],
                [*get, BARE_NAME, "State"],
            ),
            f"reading {VALUES} values": (
                20,
                2.0,
                [PARAMETERS, "GetParameters", "as"],
                [BARE_NAME, "Values"],
            ),
        }
        for title, (count, bound, own_call, bare_call) in pairs.items():
            ours, reference = [], []
            for _ in range(self.options.rounds):
                ours.append(self.time_calls(count, NAME, PATH, own_call))
                reference.append(self.time_calls(count, BARE_NAME, BARE_PATH, bare_call))
            self.row(title, ours, reference, "ms", bound)
        bare.close()
        provd.stop()

    def time_calls(self, count, name, path, call):
        """Milliseconds for a call, on average."""
        done = self.bus.run([self.options.caller, str(count), name, path, *call])
        assert done.returncode == 0, done.stderr
        return int(done.stdout) / count / 1e3

    def idle(self):
        """System calls of the daemon while it waits for next week's deadline; strace itself wakes
        it once, at its start."""
        provd = self.provd("idle").start()
        client = Client(self.bus.address, [FINISHED])
        assert client.resync(self.url).result == "success"
        client.put({"Resync_At__HHmm_": "", "Resync_Periodic": str(WEEK)})
        assert WEEK - 60 < client.get("NextResync") / 1e6 - time.time() <= WEEK
        client.close()
        trace = self.directory / "trace"
        command = ["strace", "-f", "-ttt", "-o", trace, "-p", str(provd.pid)]
        strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert "attached" in strace.stderr.readline()
        time.sleep(2)
        begin = time.time()
        time.sleep(self.options.idle)
        end = time.time()
        strace.terminate()
        strace.wait(10)
        strace.stderr.close()
        times = [float(line.split()[1]) for line in trace.read_text().splitlines()]
        self.calls = sum(begin <= moment <= end for moment in times)
        provd.stop()

    # What is told.

    def report(self):
        print(f"{'':42}{'provd':>10}{'reference':>11}      {'ratio':>6}{'bound':>7}")
        for title, ours, reference, unit, ratio, bound in self.rows:
            verdict = "" if ratio <= bound else "  MISSED"
            print(
                f"{title:42}{ours:10.2f}{reference:11.2f} {unit:5}{ratio:6.2f}{bound:7.2f}{verdict}"
            )
        verdict = "" if self.calls == 0 else "  MISSED"
        title = f"system calls in {self.options.idle} idle seconds"
        print(f"{title:42}{self.calls:10}{'':24}{0:7}{verdict}")
        print(f"\n{'how a resync spends its time (ms)':42}{'fetch':>10}{'apply':>11}{'commit':>12}")
        for kind, rows in self.splits.items():
            fetch, apply, commit = (statistics.median(column) for column in zip(*rows))
            print(f"{kind:42}{fetch:10.2f}{apply:11.2f}{commit:12.2f}")
        missed = [row[0] for row in self.rows if row[4] > row[5]] + ["idle"] * (self.calls > 0)
        print(
            f"\n{self.options.profile.name}, medians of {self.options.rounds} rounds; "
            + (f"missed: {', '.join(missed)}" if missed else "every bound is kept")
        )
        return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--provd", type=pathlib.Path, required=True)
    parser.add_argument("--bare", type=pathlib.Path, required=True)
    parser.add_argument("--caller", type=pathlib.Path, required=True)
    parser.add_argument("--profile", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--memory-rounds", type=int, default=5)
    parser.add_argument("--idle", type=int, default=60, metavar="SECONDS")
    options = parser.parse_args()
    for program in ("curl", "xmllint", "strace"):
        if shutil.which(program) is None:
            parser.error(f"{program} is not installed (tools/deps bench)")
    with tempfile.TemporaryDirectory(prefix="provd-bench-") as directory:
        bench = Bench(options, directory)
        try:
            for measure in (
                bench.memory,
                bench.start,
                bench.resync,
                bench.poll,
                bench.calls,
                bench.idle,
            ):
                measure()
            return bench.report()
        finally:
            bench.close()


sys.exit(main())
