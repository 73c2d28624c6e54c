#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What provsim writes, for people, programs and files. Usage: test-provsim.py PROVSIM."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROVSIM = sys.argv.pop(1)

POWER_CUT = """\
start 2027-03-14T00:00:00
zone America/New_York
phones 300
until 3h
server capacity 5/s
set Resync_Error_Retry_Delay 60+60
at 1h server down
at 2h server up
"""

ONE = """\
start 2027-03-14T00:00:00
zone America/New_York
until 5h
set Resync_Random_Delay 0
at 30m line 1 active
at 90m line 1 idle
at 2h sip
at 2h30m set Resync_From_SIP No
at 2h30m sip
at 2h40m server down
at 3h request
at 3h10m set Resync_Error_Retry_Delay 0
at 3h10m set Resync_Periodic 0
"""


class Provsim(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run_provsim(self, *arguments, status=0):
        environment = dict(os.environ, LC_ALL="C.UTF-8", TZ="Asia/Tokyo")
        done = subprocess.run(
            [PROVSIM, *arguments], capture_output=True, text=True, env=environment, check=False
        )
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def test_json(self):
        out = self.run_provsim("--json", self.write("one.scn", ONE)).stdout
        self.assertEqual(
            out.splitlines()[:6],
            [
                '{"t":0.0,"wall":"2027-03-14T00:00:00-05:00","phone":0,"event":"attempt","reason":"boot"}',
                '{"t":0.0,"wall":"2027-03-14T00:00:00-05:00","phone":0,"event":"success"}',
                '{"t":0.0,"wall":"2027-03-14T00:00:00-05:00","phone":0,"event":"scheduled","reason":"periodic","due":3600.0}',
                '{"t":3600.0,"wall":"2027-03-14T01:00:00-05:00","phone":0,"event":"deferred","reason":"periodic","forced":18000.0}',
                '{"t":5400.0,"wall":"2027-03-14T01:30:00-05:00","phone":0,"event":"attempt","reason":"periodic"}',
                '{"t":5400.0,"wall":"2027-03-14T01:30:00-05:00","phone":0,"event":"success"}',
            ],
        )
        events = [json.loads(line) for line in out.splitlines()]
        self.assertIn(
            {
                "t": 9000.0,
                "wall": "2027-03-14T03:30:00-04:00",
                "phone": 0,
                "event": "refused",
                "reason": "sip",
            },
            events,
        )
        self.assertIn(
            {
                "t": 10800.0,
                "wall": "2027-03-14T04:00:00-04:00",
                "phone": 0,
                "event": "failure",
                "error": "Unreachable",
            },
            events,
        )
        self.assertEqual(
            events[-1],
            {"t": 11400.0, "wall": "2027-03-14T04:10:00-04:00", "phone": 0, "event": "idle"},
        )

    def test_events_and_figures_agree(self):
        path = self.write("cut.scn", POWER_CUT)
        events = [json.loads(line) for line in self.run_provsim("--json", path).stdout.splitlines()]
        figures = json.loads(self.run_provsim("--json", "--summary", path).stdout)

        def count(name):
            return sum(event["event"] == name for event in events)

        self.assertEqual(figures["attempts"], count("attempt"))
        self.assertEqual(figures["successes"], count("success"))
        self.assertEqual(figures["failures"], count("failure"))
        self.assertEqual(
            figures["503s"], sum(event.get("error") == "ServerError" for event in events)
        )
        self.assertGreater(figures["503s"], 0)
        self.assertEqual(figures["not_recovered"], 0)
        self.assertGreater(figures["recovery"], 0)
        seconds = [event["t"] for event in events if event["event"] == "attempt"]
        bins = {}
        for second in seconds:
            bins[int(second)] = bins.get(int(second), 0) + 1
        self.assertEqual(figures["peak"], max(bins.values()))
        self.assertEqual([event["t"] for event in events], sorted(event["t"] for event in events))

    def test_manual_names_every_key(self):
        """Programs that read JSON are written by what the manual says is in it."""
        page = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "provsim.1.scd")
        with open(page, encoding="utf-8") as file:
            text = file.read().split("# EVENTS")[1].split("# EXIT STATUS")[0]
        words = set(re.findall(r"[a-z0-9_]+", text))
        off = "server latency 1s\nat 3h20m server up\nat 3h30m request\n"
        off += "at 3h30m500ms set Provision_Enable No\n"
        one, cut = self.write("one.scn", ONE + off), self.write("cut.scn", POWER_CUT)
        events = [json.loads(line) for line in self.run_provsim("--json", one).stdout.splitlines()]
        for event in events:
            self.assertLessEqual(set(event) | {event["event"]}, words)
        kinds = "attempt success failure cancelled scheduled deferred refused idle"
        self.assertEqual({event["event"] for event in events}, set(kinds.split()))
        figures = json.loads(self.run_provsim("--json", "--summary", cut).stdout)
        self.assertLessEqual(set(figures) | set(figures["without_success"]), words)

    def test_same_seed_same_output(self):
        path = self.write("cut.scn", POWER_CUT)
        first = self.run_provsim("--json", path).stdout
        self.assertEqual(first, self.run_provsim("--json", path).stdout)
        other = self.write("other.scn", POWER_CUT + "seed 2\n")
        self.assertNotEqual(first, self.run_provsim("--json", other).stdout)

    def test_csv(self):
        rows = os.path.join(self.directory, "rows.csv")
        path = self.write("cut.scn", POWER_CUT)
        figures = json.loads(self.run_provsim("--json", "--summary", "--csv", rows, path).stdout)
        with open(rows, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertEqual(lines[0], "t,attempts,successes,failures,refused")
        self.assertEqual(len(lines), 1 + 3 * 3600)
        columns = list(zip(*[[int(cell) for cell in line.split(",")] for line in lines[1:]]))
        self.assertEqual(list(columns[0]), list(range(3 * 3600)))
        self.assertEqual(
            [sum(column) for column in columns[1:]],
            [figures["attempts"], figures["successes"], figures["failures"], figures["503s"]],
        )

    def test_csv_into_what_is_there(self):
        """A pipe, a device or a link is written to, not replaced by a file."""
        path = self.write("one.scn", ONE)
        rows, link = (os.path.join(self.directory, name) for name in ("rows.csv", "link.csv"))
        os.symlink(rows, link)
        self.run_provsim("--csv", link, path)
        self.assertTrue(os.path.islink(link))
        self.assertTrue(os.path.getsize(rows) > 0)
        out = self.run_provsim("--summary", "--csv", "/dev/stdout", path).stdout
        self.assertIn("\nt,attempts,successes,failures,refused\n0,", "\n" + out)
        done = self.run_provsim("--csv", "/dev/full", path, status=1)
        self.assertIn("provsim: /dev/full: No space left on device", done.stderr)

    def test_side_by_side(self):
        one, cut = self.write("one.scn", ONE), self.write("it's.scn", POWER_CUT)
        out = self.run_provsim(one, cut).stdout
        self.assertEqual(out.splitlines()[0].split(), ["scenario", "one.scn", "it's.scn"])
        self.assertEqual(out.splitlines()[1].split(), ["phones", "1", "300"])
        if not shutil.which("gnuplot"):
            self.skipTest("gnuplot is not installed")
        for suffix, magic in ((".svg", b"<?xml"), (".png", b"\x89PNG")):
            picture = os.path.join(self.directory, "it's a picture" + suffix)
            self.run_provsim("--plot", picture, one, cut)
            with open(picture, "rb") as file:
                self.assertTrue(file.read().startswith(magic))

    def run_on_terminal(self, *arguments):
        """With stderr on a terminal, and stdout in a file; what is on the terminal."""
        master, slave = os.openpty()
        with open(os.path.join(self.directory, "out"), "wb") as out:
            subprocess.run([PROVSIM, *arguments], stdout=out, stderr=slave, check=True)
        os.close(slave)
        try:
            return os.read(master, 65536).decode()
        except OSError:  # nothing was written
            return ""
        finally:
            os.close(master)

    def test_progress(self):
        path = self.write("long.scn", "until 70000\nset Resync_Periodic 1\n")
        for options in ((), ("--json",), ("--summary",)):
            shown = self.run_on_terminal(*options, path)
            self.assertIn(path + ":  93%\r ", shown)
            self.assertNotIn("\033", shown)  # the terminal may be a dumb one
        self.assertEqual(self.run_on_terminal(self.write("one.scn", ONE)), "")

    def test_without_gnuplot(self):
        """It is said before anything is played, and nothing else is asked of gnuplot."""
        path, picture = self.write("one.scn", ONE), os.path.join(self.directory, "one.svg")
        environment = dict(os.environ, LC_ALL="C.UTF-8", PATH=self.directory)
        done = subprocess.run(
            [PROVSIM, "--plot", picture, path],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("gnuplot, which is not installed", done.stderr)
        self.assertFalse(os.path.exists(picture))
        done = subprocess.run([PROVSIM, path], capture_output=True, env=environment, check=False)
        self.assertEqual(done.returncode, 0)

    def test_wrong_files(self):
        good = self.write("good.scn", ONE)
        wrong = self.write("wrong.scn", "until 1d\n  at 5m line 1 busy\n")
        done = self.run_provsim(good, wrong, status=2)
        self.assertEqual(done.stdout, "")  # nothing is run
        self.assertEqual(
            done.stderr,
            wrong + ":2:16: expected one of: active, idle, registered, unregistered\n",
        )
        self.run_provsim(os.path.join(self.directory, "missing.scn"), status=2)

    def test_locale_that_is_not_there(self):
        path = self.write("wrong.scn", "until 1d\nset Resync_Random_Delay soon\n")
        for environment in (dict(os.environ, LC_ALL="tlh_QO.UTF-8"), {}):
            done = subprocess.run(
                [PROVSIM, path], capture_output=True, encoding="utf-8", env=environment, check=False
            )
            self.assertIn("“soon” is not allowed", done.stderr)

    def test_wrong_usage(self):
        path = self.write("one.scn", ONE)
        for arguments in (
            (),
            ("--bogus", path),
            ("--plot", "x.jpg", path),
            ("--csv", "x.csv", path, path),
        ):
            self.assertIn("provsim: ", self.run_provsim(*arguments, status=2).stderr)

    def test_unwritable(self):
        path = self.write("one.scn", ONE)
        nowhere = os.path.join(self.directory, "no", "x.csv")
        self.assertIn("provsim: ", self.run_provsim("--csv", nowhere, path, status=1).stderr)
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROVSIM, path], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)

    def test_version(self):
        self.assertTrue(self.run_provsim("--version").stdout.startswith("provsim "))


if __name__ == "__main__":
    unittest.main()
