# SPDX-License-Identifier: LGPL-2.1-or-later
"""Scenarios, played by provsim on its virtual clock and by the daemon in real time: the same events,
each within half a second. Clocks, time zone and boot id are the daemon's own."""

import json
import os
import statistics
import subprocess
import time

import pytest
from bus import ERROR, MAIN, SIP, UPGRADE, plain, refused
from conftest import need
from played_clock import PlayedClock

SLACK = 0.5  # s
PROFILE = "<flat-profile><GPP_A>one</GPP_A></flat-profile>"
UNSANITIZED = pytest.mark.skipif(
    "PROVD_SANITIZED" in os.environ, reason="the sanitizer must be loaded first"
)

# Short intervals, and everything that makes an attempt due, holds it back or makes it fail. The
# moments of statements keep away from those of attempts.
SCENARIO = """\
set Profile_Rule {url}
set Resync_Random_Delay 0
set Resync_Periodic 3
set Resync_Error_Retry_Delay 2,3
set Forced_Resync_Delay 4
at 4s server down                   # fails at 6, 8 and 11
at 12500ms server up                # succeeds at 14
at 15500ms line 1 active            # deferred at 17, forced at 21
at 22s line 1 idle
at 23s sip
at 24500ms request
at 25500ms set Resync_Periodic 6    # due at 30500ms
at 26s upgrade failed
at 27s line 2 active
at 28s request force
at 29s server missing
at 30s request                      # deferred, until the line is idle
at 31500ms line 2 idle              # fails, due at 33500ms
at 32300ms set Resync_From_SIP No
at 32500ms sip                      # refused
at 32700ms set Resync_Error_Retry_Delay 0
at 32900ms set Resync_Periodic 0    # nothing is scheduled
until 33500ms
"""

# What happens to a device, its clock and its zone. An attempt takes a second.
DEVICE_SCENARIO = """\
set Profile_Rule {url}
set Resync_Random_Delay 0
set Resync_Periodic 7
set Resync_Error_Retry_Delay 6
set Forced_Resync_Delay 9
server latency 1s
at 0s boot
at 2s restart                       # changes nothing
at 8500ms restart                   # in the midst of an attempt: fails, due at 14500ms
at 17s line 1 active
at 18500ms zone America/New_York
at 24s restart                      # deferred since 22500ms; the line is announced again
at 26s line 1 idle                  # waits until 29s for more clients
at 31500ms clock 2027-03-14T01:59:55
at 32s set Resync_At_Random_Delay 0
at 32500ms set Resync_At__HHmm_ 0230   # does not exist on that day: due at 36500ms
at 39s zone Europe/Berlin
at 40s clock 2027-03-15T02:29:58    # due at 42s
at 44s set Resync_On_Reset No
at 44500ms set Resync_At__HHmm_
at 46s off
at 51500ms boot                     # overdue
at 53500ms off
at 55s boot                         # the interval goes on: due at 59500ms
at 62s set Resync_On_Reset Yes
at 63s boot upgrade                 # no reason to resync
at 65s boot
until 67s
"""

KINDS = {"attempt", "success", "failure", "scheduled", "deferred", "refused", "idle"}


def seconds(duration):
    return float(duration[:-2]) / 1000 if duration.endswith("ms") else float(duration[:-1])


def statements(text):
    """The lines as lists of words, without comments."""
    return [line.split("#")[0].split() for line in text.splitlines()]


class Gate:
    """Opens for a page when so many seconds are over."""

    def __init__(self, latency):
        self.latency = latency

    def wait(self, timeout):
        time.sleep(self.latency)
        return True

    def set(self):
        self.latency = 0


class Player:
    """Plays a scenario's statements on the daemon, and notes what the daemon does."""

    def __init__(self, provd, client, nginx=None, clock=None):
        self.provd, self.client, self.nginx, self.clock = provd, client, nginx, clock
        self.refusals = []
        self.views = []  # what a client sees where no signal tells: when, the properties
        self.unsettled = []  # from when to when signals tell of a daemon without its clients
        self.active = set()
        self.begin = None  # realtime at t=0, s
        self.walls = []  # how far the daemon's wall time was ahead, and since when

    def play(self, lines):
        mark = self.client.mark()
        self.provd.start()
        self.client.wait_for("Provisioned", True)
        self.begin = self.client.get("LastAttempt") / 1e6
        self.walls.append((0, 0.0))
        for words in lines:
            if words[0] == "at" and seconds(words[1]) > 0:
                self.wait_until(seconds(words[1]))
                getattr(self, "do_" + words[2])(*words[3:])
            elif words[0] == "until":
                self.wait_until(seconds(words[1]))
        return sorted(self.attempts() + self.deadlines(mark) + self.refusals, key=lambda e: e["t"])

    def wait_until(self, at):
        self.client.listen(max(self.begin + at - time.time(), 0))

    # What statements do.

    def do_server(self, state):
        if state == "down":
            self.nginx.stop()
        elif state == "up":
            self.nginx.start()
        elif state == "missing":
            (self.nginx.root / "phone.xml").unlink()

    def do_line(self, line, state):
        (self.active.add if state == "active" else self.active.discard)(int(line))
        self.client.call("SetLineActive", "ub", int(line), state == "active", interface=SIP)

    def do_clock(self, local):
        begin = time.monotonic()
        self.clock.set_wall(local, self.provd.pid)
        self.walls.append((time.time() - self.begin, self.clock.wall))
        self.client.listen(0.2)
        self.look(begin)

    def do_zone(self, name):
        self.clock.set_zone(name)

    def do_off(self):
        self.provd.kill()
        self.active.clear()

    def do_boot(self, cause=None):
        if cause:
            self.client.call("NotifyReboot", "s", cause, interface=UPGRADE)
        if self.provd.process:
            self.do_off()
        self.clock.boot()
        self.start()

    def do_restart(self):
        self.provd.kill()
        self.start()

    def start(self):
        begin = time.monotonic()
        self.provd.start()
        for line in self.active:
            self.client.call("SetLineActive", "ub", line, True, interface=SIP)
        self.look(begin)

    def look(self, begin):
        """Notes the properties, and that signals since then do not tell what lasts."""
        properties = self.client.get_all()
        self.views.append((time.monotonic(), properties))
        self.unsettled.append((begin, time.monotonic()))

    def do_request(self, force=None):
        self.client.request(force=force is not None)

    def do_set(self, name, value=""):
        self.client.put({name: value})

    def do_sip(self):
        if self.client.parameter("Resync_From_SIP") == "Yes":
            assert self.client.call("Notify", "s", "resync", interface=SIP) == "resync"
            return
        error = refused(self.client.call, "Notify", "s", "resync", interface=SIP)
        assert error.name == ERROR + "Refused"
        self.refusals.append({"t": time.time() - self.begin, "event": "refused", "reason": "sip"})

    def do_upgrade(self, result):
        self.client.call("NotifyAttempt", "bs", result == "ok", "", interface=UPGRADE)

    # What the daemon did, as provsim tells it.

    def attempts(self):
        events = []
        for _, reason, started, finished, result, error, _, _ in self.client.history():
            events.append({"t": self.moment(started), "event": "attempt", "reason": reason})
            end = {"t": self.moment(finished), "event": result}
            events.append(end | ({"error": error} if error else {}))
        return events

    def moment(self, wall):
        """The moment of a time of the daemon's past, in µs."""
        for since, ahead in reversed(self.walls):
            t = wall / 1e6 - ahead - self.begin
            if t >= since:
                break
        return t

    def deadlines(self, mark):
        """Of the properties' changes, those of the next deadline and its reason."""
        changes = self.views + [
            (signal.when, {name: plain(value) for name, value in signal.body[1].items()})
            for signal in self.client.since(mark, "PropertiesChanged")
            if signal.body[0] == MAIN
            and not any(begin < signal.when < end for begin, end in self.unsettled)
        ]
        events, state, told = [], {}, {}
        for when, change in sorted(changes, key=lambda change: change[0]):
            state |= change
            deadline = self.deadline(when, state)
            if not is_same(deadline, told) and state["State"] != "resyncing":
                events.append(deadline | {"t": self.since_begin(when)})
            told = deadline
        return events

    def since_begin(self, when):
        return when - time.monotonic() + time.time() - self.begin

    def deadline(self, when, state):
        if state["State"] not in ("scheduled", "deferred"):
            return {"event": state["State"]}
        ahead = [ahead for since, ahead in self.walls if since <= self.since_begin(when)][-1]
        due = "due" if state["State"] == "scheduled" else "forced"
        return {
            "event": state["State"],
            "reason": state["NextReason"],
            due: state["NextResync"] / 1e6 - ahead - self.begin,
        }


def simulate(program, text, path):
    path.write_text(text)
    done = subprocess.run([program, "--json", path], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def latency(events):
    """What an attempt that succeeds takes here, as a statement."""
    times = [event["t"] for event in events if event["event"] in ("attempt", "success", "failure")]
    took = [end - start for start, end in zip(times[::2], times[1::2])]
    return f"server latency {round(statistics.median(took) * 1000)}ms\n"


def is_same(one, other):
    """Whether two events are one, their moments within the slack."""
    return one.keys() == other.keys() and all(
        abs(value - other[key]) <= SLACK if isinstance(value, float) else value == other[key]
        for key, value in one.items()
    )


def differences(simulated, played):
    """Where two timelines differ: in an event, or in a moment by more than the slack."""
    for expected, found in zip(simulated, played):
        expected = {key: expected[key] for key in expected if key not in ("wall", "phone")}
        if not is_same(expected, found):
            yield f"provsim: {expected}\n  provd: {found}"
    if len(simulated) != len(played):
        yield f"provsim has {len(simulated)} events, provd {len(played)}"


def test_same_timeline(make_provd, client, nginx, tmp_path):
    text = SCENARIO.format(url=nginx.put("phone.xml", PROFILE))
    lines = statements(text)
    defaults = {words[1]: words[2] for words in lines if words[0] == "set"}
    provd = make_provd(Defaults=defaults | {"Resync_On_Reset": "Yes"})
    played = Player(provd, client, nginx).play(lines)
    simulated = simulate(need("PROVSIM"), latency(played) + text, tmp_path / "phone.scn")
    assert {event["event"] for event in simulated} == KINDS
    found = "\n".join(differences(simulated, played))
    assert not found, found


@UNSANITIZED
def test_same_timeline_of_a_device(make_provd, client, origin, tmp_path, monkeypatch):
    """Restarts, power cuts and boots; a clock that is set, and a zone that changes."""
    origin.page("/phone.xml", PROFILE.encode()).gate = Gate(1)
    text = DEVICE_SCENARIO.format(url=origin.url("/phone.xml"))
    lines = statements(text)
    defaults = {words[1]: words[2] for words in lines if words[:1] == ["set"]}
    clock = PlayedClock(tmp_path)
    monkeypatch.delenv("TZ", raising=False)
    provd = make_provd(Defaults=defaults | {"Resync_On_Reset": "Yes"})
    provd.environment = clock.environment
    played = Player(provd, client, clock=clock).play(lines)
    simulated = simulate(need("PROVSIM"), text, tmp_path / "device.scn")
    found = "\n".join(differences(simulated, played))
    assert not found, found


@UNSANITIZED
def test_zone_that_is_taken_away(make_provd, client, tmp_path, monkeypatch):
    """As timedatectl does it where UTC is no file: the daily moment is one of that zone then."""
    clock = PlayedClock(tmp_path)
    clock.set_zone("Asia/Kolkata")
    monkeypatch.delenv("TZ", raising=False)
    provd = make_provd()
    provd.environment = clock.environment
    provd.start()
    client.put(Resync_At__HHmm_="1200", Resync_At_Random_Delay="0")
    client.settle()
    assert client.get("NextResync") // 10**6 % 86400 == 6.5 * 3600
    clock.localtime.unlink()
    client.wait("PropertiesChanged")
    assert client.get("NextResync") // 10**6 % 86400 == 12 * 3600
