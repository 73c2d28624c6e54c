# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures provsim: what a resync costs in a fleet of a thousand, and in one of a million.

Processor time counts, for nothing is waited for; the time on the clock is shown beside it.
`tools/bench-sim` builds what this needs and runs it. The exit status is 1 where a bound is missed.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

SECONDS = 60  # of processor time, for a day of a million phones
MEMORY = 1024  # MiB
FLAT = 2.0  # what a resync may cost in the largest fleet, times that in the smallest

# Hourly, for so many days that there is something to measure.
HOURLY = [(1_000, 100), (10_000, 10), (100_000, 1), (1_000_000, 1)]
OVERLOADED = (1_000_000, 1)
CAPACITY = "server capacity 500/s\n"  # of an overloaded server: all but one in fifty are refused


class Run(NamedTuple):
    attempts: int
    failures: int
    processor: float  # s
    clock: float  # s
    memory: float  # MiB

    @property
    def cost(self):
        """µs of processor time for a resync."""
        return self.processor / self.attempts * 1e6


def play(provsim, phones, days, more=""):
    with tempfile.NamedTemporaryFile("w", suffix=".scn") as file:
        file.write(f"phones {phones}\nuntil {days}d\n{more}")
        file.flush()
        begin = time.monotonic()
        process = subprocess.Popen(
            [provsim, "--json", "--summary", file.name], stdout=subprocess.PIPE
        )
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        clock = time.monotonic() - begin
    assert os.waitstatus_to_exitcode(status) == 0, f"provsim ended with {status}"
    figures = json.loads(output)
    return Run(
        figures["attempts"],
        figures["failures"],
        usage.ru_utime + usage.ru_stime,
        clock,
        usage.ru_maxrss / 1024,
    )


def show(phones, days, run, note):
    print(
        f"{phones:10,}{days:6}{run.attempts:13,}{run.failures:13,}"
        f"{run.processor:13.2f}{run.clock:9.2f}{run.memory:9.0f}{run.cost:11.3f}  {note}",
        flush=True,
    )


def missed(name, value, bound, unit):
    print(f"{name:48}{value:9.2f} {unit:4}bound {bound:g}{'  MISSED' * (value > bound)}")
    return value > bound


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--provsim", type=pathlib.Path, required=True)
    options = parser.parse_args()
    print(
        f"{'phones':>10}{'days':>6}{'resyncs':>13}{'failures':>13}"
        f"{'processor s':>13}{'clock s':>9}{'MiB':>9}{'µs/resync':>11}"
    )
    runs = []
    for phones, days in HOURLY:
        runs.append(play(options.provsim, phones, days))
        show(phones, days, runs[-1], "")
    overloaded = play(options.provsim, *OVERLOADED, CAPACITY)
    show(*OVERLOADED, overloaded, CAPACITY.strip())
    print()
    thousand, million = runs[0], runs[-1]
    bounds = [
        missed("a day of a million phones", million.processor, SECONDS, "s"),
        missed("the same, of an overloaded server", overloaded.processor, SECONDS, "s"),
        missed("memory of a million phones", million.memory, MEMORY, "MiB"),
        missed("a resync of a million, of a thousand", million.cost / thousand.cost, FLAT, ""),
    ]
    return 1 if any(bounds) else 0


sys.exit(main())
