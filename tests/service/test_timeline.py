# SPDX-License-Identifier: LGPL-2.1-or-later
"""One scenario, played by provsim on its virtual clock and by the daemon against nginx in real time:
the same events, each within half a second."""

import json
import statistics
import subprocess
import time

from bus import ERROR, MAIN, SIP, UPGRADE, plain, refused
from conftest import need

SLACK = 0.5  # s
PROFILE = "<flat-profile><GPP_A>one</GPP_A></flat-profile>"

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

KINDS = {"attempt", "success", "failure", "scheduled", "deferred", "refused", "idle"}


def seconds(duration):
    return float(duration[:-2]) / 1000 if duration.endswith("ms") else float(duration[:-1])


def statements(text):
    """The lines as lists of words, without comments."""
    return [line.split("#")[0].split() for line in text.splitlines()]


class Player:
    """Plays a scenario's statements on the daemon, and notes what the daemon does."""

    def __init__(self, provd, client, nginx):
        self.provd, self.client, self.nginx = provd, client, nginx
        self.refusals = []
        self.begin = None  # realtime at t=0, s

    def play(self, lines):
        mark = self.client.mark()
        self.provd.start()
        self.client.wait_for("Provisioned", True)
        self.begin = self.client.get("LastAttempt") / 1e6
        for words in lines:
            if words[0] == "at":
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
            self.nginx.close()
        elif state == "up":
            self.nginx.start()
        elif state == "missing":
            (self.nginx.root / "phone.xml").unlink()

    def do_line(self, line, state):
        self.client.call("SetLineActive", "ub", int(line), state == "active", interface=SIP)

    def do_request(self, force=None):
        self.client.request(force=force is not None)

    def do_set(self, name, value):
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
            events.append({"t": started / 1e6 - self.begin, "event": "attempt", "reason": reason})
            end = {"t": finished / 1e6 - self.begin, "event": result}
            events.append(end | ({"error": error} if error else {}))
        return events

    def deadlines(self, mark):
        """Of the properties' changes, those of the next deadline and its reason."""
        events, state = [], {}
        for signal in self.client.since(mark, "PropertiesChanged"):
            if signal.body[0] != MAIN:
                continue
            before = [state.get(name) for name in ("State", "NextReason", "NextResync")]
            state |= {name: plain(value) for name, value in signal.body[1].items()}
            after = [state.get(name) for name in ("State", "NextReason", "NextResync")]
            if after != before and after[0] != "resyncing":
                events.append(self.deadline(*after) | {"t": self.moment(signal)})
        return events

    def moment(self, signal):
        return signal.when - time.monotonic() + time.time() - self.begin

    def deadline(self, state, reason, next_resync):
        if state == "idle":
            return {"event": "idle"}
        due = "due" if state == "scheduled" else "forced"
        return {"event": state, "reason": reason, due: next_resync / 1e6 - self.begin}


def simulate(program, text, path):
    path.write_text(text)
    done = subprocess.run([program, "--json", path], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def latency(events):
    """What an attempt that succeeds takes here, as a statement."""
    times = [event["t"] for event in events if event["event"] in ("attempt", "success", "failure")]
    took = [end - start for start, end in zip(times[::2], times[1::2])]
    return f"server latency {round(statistics.median(took) * 1000)}ms\n"


def differences(simulated, played):
    """Where two timelines differ: in an event, or in a moment by more than the slack."""
    for expected, found in zip(simulated, played):
        expected = {key: expected[key] for key in expected if key not in ("wall", "phone")}
        moments = {key for key in expected if isinstance(expected[key], float)}
        if (
            expected.keys() != found.keys()
            or any(expected[key] != found[key] for key in expected.keys() - moments)
            or any(abs(expected[key] - found[key]) > SLACK for key in moments)
        ):
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
