# SPDX-License-Identifier: LGPL-2.1-or-later
"""provctl's JSON, its part for agents that are scripts, and the daemon going away under it."""

import json
import pathlib
import re
import signal
import subprocess
import time

import pytest
from bus import SIP, UPGRADE
from conftest import need
from waiting import Lines, wait_until

ROOT = pathlib.Path(__file__).parents[2]
DONE, FAILED, USAGE, UNREACHABLE = range(4)


@pytest.fixture
def page(provd, client, origin):
    """A page that is the rule."""
    page = origin.page("/a.xml", {"GPP_A": "one", "Opaque": "two"})
    client.put(Profile_Rule=origin.url("/a.xml"))
    return page


@pytest.fixture
def start(bus):
    """Starts provctl and lets it run; it is ended afterwards."""
    program = need("PROVCTL")
    started = []

    def run(*arguments):
        process = subprocess.Popen(
            [program, "--session", *arguments],
            env=bus.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        process.wait(20)


def document(result, status=DONE):
    assert result.returncode == status, result.stderr
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


@pytest.mark.parametrize("command", [["status"], ["list"], ["--json", "list"], ["get", "GPP_A"]])
def test_output_that_does_not_fit(provd, bus, command):
    """Nobody takes half a list for the whole one."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [need("PROVCTL"), "--session", *command],
            env=bus.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == FAILED
    assert done.stderr == "provctl: not all of the output could be written\n"


@pytest.mark.parametrize(
    "command",
    (
        ["get", b"GPP_\xff"],
        ["set", b"GPP_A=\xff"],
        ["resync", "--rule", b"http://h/\xff"],
        ["explain", b"--rule=\xff"],
        ["eval", b"1 eq \xff"],
        ["eval", "--set", b"A=\xff", "1 eq 1"],
        ["upgrade-attempted", "failed", b"\xff"],
        ["sip-notify", b"\xff"],
    ),
)
def test_bytes_that_are_no_text(provctl, command):
    done = provctl(*command)
    assert done.returncode == USAGE
    assert done.stderr.startswith("provctl: '") and done.stderr.endswith("is no UTF-8 text\n")


def test_text_in_any_locale(provd, provctl):
    """A unit's script has no locale, and yet names to tell."""
    plain = {"LC_ALL": "C"}
    explained = document(provctl("--json", "explain", "--rule", "http://h/ä", environment=plain))
    assert explained["rules"][0]["text"] == "http://h/ä"
    told = document(provctl("--json", "eval", "--set", "A=ä", '"$A" eq "ä"', environment=plain))
    assert told["true"] is True


def test_locale_that_is_not_installed(provd, provctl):
    """Whoever comes by ssh brings a language, and a phone has but few."""
    done = provctl("get", "Nope", environment={"LC_ALL": "tlh_QO.UTF-8"})
    assert done.stderr.startswith("provctl: There is no parameter “Nope”; ")


def test_no_locale(provd, bus):
    """As on a serial console, in a container, or from a unit."""
    kept = ("DBUS_SESSION_BUS_ADDRESS", "LD_LIBRARY_PATH", "ASAN_OPTIONS")
    done = subprocess.run(
        [need("PROVCTL"), "--session", "get", "Nope"],
        env={name: value for name, value in bus.environment().items() if name in kept},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stderr.startswith("provctl: There is no parameter “Nope”; ")


def keys_of(value):
    """The keys of all objects in a document, but for those whose keys are parameters' names."""
    if isinstance(value, list):
        return {key for item in value for key in keys_of(item)}
    if not isinstance(value, dict):
        return set()
    parts = (part for key, part in value.items() if key != "assignments")
    return set(value) | {key for part in parts for key in keys_of(part)}


def test_manual_names_every_key(provd, client, origin, provctl, tmp_path):
    """Programs that read JSON are written by what the manual says is in it."""
    page = (ROOT / "docs" / "provctl.1.scd").read_text()
    manual = set(re.findall(r"[a-z_]+", page.split("# JSON")[1].split("# EXIT STATUS")[0]))
    origin.page("/a.xml", {"GPP_A": "one"})
    (tmp_path / "a.xml").write_text("<flat-profile><Resync_Peridic/></flat-profile>")
    client.call("NotifyAttempt", "bs", True, "", interface=UPGRADE)
    for command in (
        ["resync", "--rule", origin.url("/a.xml")],
        ["resync", "--no-wait"],
        ["status"],
        ["describe", "Resync_At_Random_Delay"],
        ["history"],
        ["explain", "--rule", '(1 eq 1)? (A="1")! http://h/'],
        ["eval", "1 eq 1"],
        ["set", "A=1"],
        ["reset", "A"],
        ["check", str(tmp_path / "a.xml")],
        ["sip-notify", "report"],
        ["upgrade-attempted", "ok"],
        ["reboot-cause", "other"],
        ["factory-reset", "--yes"],
    ):
        keys = keys_of(document(provctl("--json", *command), command[0] == "check"))
        assert keys and not keys - manual, command


@pytest.mark.parametrize("options", ([], ["--json"]))
def test_monitor_that_nobody_reads(provd, client, bus, options):
    """In a unit SIGPIPE is ignored, and a pipeline waits for all of its programs."""
    process = subprocess.Popen(
        [need("PROVCTL"), "--session", "monitor", *options],
        env=bus.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        restore_signals=False,
    )
    process.stdout.readline()
    process.stdout.close()
    client.put(GPP_A="x")
    assert process.wait(20) == FAILED


def test_line_where_nobody_hears_of_children(provd, bus):
    """Some supervisors ignore SIGCHLD, which what they start inherits."""
    done = subprocess.run(
        [need("PROVCTL"), "--session", "line", "1", "active", "sh", "-c", "exit 7"],
        env=bus.environment(),
        preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
        timeout=20,
    )
    assert done.returncode == 7


def test_json_status(page, provctl, client):
    before = document(provctl("--json", "status"))
    assert before["state"] == "idle" and before["next_resync"] is None
    assert before["last_result"] == "none" and before["provisioned"] is False
    client.resync()
    after = document(provctl("status", "--json"))
    assert after["state"] == client.get("State")
    assert after["next_resync"] == client.get("NextResync")
    assert after["next_reason"] == "periodic"
    assert after["last_attempt"] == client.get("LastAttempt")
    assert after["last_error"] is None and after["progress"] is None
    assert after["version"] == client.get("Version")


def test_json_resync(page, provctl, client, origin):
    done = document(provctl("--json", "resync"))
    assert (done["result"], done["error"], done["changed"]) == ("success", None, 2)
    assert done["changes"] == [
        {"name": "GPP_A", "before": "", "after": "one"},
        {"name": "Opaque", "before": "", "after": "two"},
    ]
    failed = document(provctl("--json", "resync", "--rule", origin.url("/b.xml")), FAILED)
    assert (failed["result"], failed["error"]) == ("failure", "FileNotFound")
    assert "/b.xml" in failed["error_message"] and failed["changes"] == []
    history = document(provctl("--json", "history"))
    assert [entry["id"] for entry in history] == [failed["id"], done["id"]]
    assert history[0]["error_message"] == failed["error_message"]


def test_json_parameters(page, provctl, client):
    client.put(Opaque="mine")
    (opaque,) = document(provctl("--json", "list", "opaque"))
    assert (opaque["value"], opaque["source"], opaque["access"]) == ("mine", "local", "na")
    assert opaque["default"] is None and opaque["changed"] > 1.6e15
    second, first = document(provctl("--json", "describe", "Resync_Random_Delay", "GPP_A"))
    assert (first["name"], second["name"]) == ("GPP_A", "Resync_Random_Delay")
    assert (second["min"], second["max"], second["unit"]) == (0, 65535, "20 s")
    assert document(provctl("--json", "set", "GPP_A=x")) == {"set": ["GPP_A"]}
    assert document(provctl("--json", "reset", "GPP_A")) == {"reset": ["GPP_A"]}


def test_json_explain(page, provctl, origin):
    told = document(
        provctl("--json", "explain", "--rule", '("1" eq "2")? /a | ' + origin.url("/x"))
    )
    (rule,) = told["rules"]
    assert [alternative["taken"] for alternative in rule["alternatives"]] == [False, True]
    assert rule["alternatives"][0]["comparisons"][0]["true"] is False
    assert rule["alternatives"][1]["url"] == origin.url("/x")
    assert {"reason", "due", "next", "held"} == set(told["candidates"][0])


def test_explain_shows_what_is_empty(page, provctl):
    rule = '("$A" eq "x" and $B lt 2 and 1.0 eq 1.0)? /a'
    lines = [line.strip() for line in provctl("explain", "--rule", rule).stdout.splitlines()]
    first = lines.index('"" eq "x": FALSE')
    assert lines[first + 1].startswith("(nothing) lt 2: FALSE, an operand is empty")
    assert lines[first + 2] == "1.0 eq 1.0: TRUE"


def test_reset_is_all_or_none(page, provctl, client):
    client.put(GPP_A="a", Opaque="o")
    result = provctl("reset", "GPP_A", "Nope", "Opaque")
    assert result.returncode == FAILED and "Nope" in result.stderr
    assert client.parameters("GPP_A", "Opaque") == {"GPP_A": "a", "Opaque": "o"}


def test_reset_of_a_name_twice(page, provctl, client):
    client.put(Opaque="o")
    result = provctl("reset", "Opaque", "GPP_A", "Opaque")
    assert (result.returncode, result.stderr) == (DONE, "")
    assert "Opaque" not in client.parameters()


def test_disabled(page, provctl, client):
    client.put(Provision_Enable="No")
    result = provctl("resync")
    assert result.returncode == FAILED
    assert "provctl set Provision_Enable=Yes" in result.stderr
    assert "disabled" in provctl("status").stdout


def waiting_requests(client):
    """How many there are; no signal tells of one behind an attempt."""
    candidates = [
        entry for entry in client.call("Explain", "s", "#") if entry["kind"][1] == "candidate"
    ]
    return sum(c["reason"][1] == "request" and c["due"][1] > 0 for c in candidates)


@pytest.mark.parametrize("behind", ["line", "attempt"])
@pytest.mark.parametrize("drop", ["CancelResync", "FactoryReset", "Provision_Enable"])
def test_waiting_request_is_dropped(page, client, start, behind, drop):
    """It never starts, so no signal tells of its end; nobody waits for it all the same."""
    if behind == "line":
        client.call("SetLineActive", "ub", 1, True, interface=SIP)
    else:
        page.hold()
        client.request()
        page.wait_asked()
    before = client.history()
    following = start("--json", "resync")
    wait_until(lambda: waiting_requests(client) == 1, "a request that waits")
    if drop == "Provision_Enable":
        client.put(Provision_Enable="No")
    else:
        client.call(drop)
    output, error = following.communicate(timeout=20)
    assert (following.returncode, "cancelled" in error) == (FAILED, True)
    outcome = json.loads(output)
    assert (outcome["result"], outcome["error"]) == ("cancelled", "Cancelled")
    assert outcome["changed"] == 0
    assert outcome["id"] not in [row[0] for row in before + client.history()]


def test_line_is_held(page, provctl, client, start):
    held = start("line", "5", "active")
    client.wait_for("ActiveLines", [5], interface=SIP)
    held.terminate()
    assert held.wait(20) == DONE
    client.wait_for("ActiveLines", [], interface=SIP)


def test_line_while_a_command_runs(page, provctl, client):
    program = need("PROVCTL")
    inner = provctl("line", "64", "registered", program, "--session", "--json", "status")
    assert document(inner)["registered_lines"] == [64]
    client.wait_for("RegisteredLines", [], interface=SIP)
    assert provctl("line", "1", "active", "--", "sh", "-c", "exit 7").returncode == 7
    assert provctl("line", "1", "active", "no-such-program").returncode == 127


@pytest.mark.parametrize(
    "arguments",
    [
        ["line", "0", "active"],
        ["line", "65", "active"],
        ["line", "+1", "active"],
        ["line", "1", "idle"],
        ["line", "1"],
        ["sip-notify"],
        ["upgrade-attempted", "maybe"],
        ["upgrade-attempted", "ok", "a", "b"],
        ["reboot-cause", "boredom"],
        ["history", "-n", "0"],
        ["history", "-n0"],
        ["history", "-n", "1e2"],
        ["set", "=x"],
        ["monitor", "x"],
        ["factory-reset", "--no"],
    ],
)
def test_wrong_usage(bus, provctl, arguments):
    result = provctl(*arguments)
    assert (result.returncode, result.stdout) == (USAGE, "")
    assert result.stderr.startswith("provctl: ") and result.stderr.count("\n") == 1


def test_agents(page, provctl, client):
    assert provctl("upgrade-attempted", "failed").returncode == DONE
    assert provctl("status").stdout.splitlines()[-1].endswith(", failed")
    assert provctl("sip-notify", "check-sync;reboot=true").stdout == "reboot\n"
    assert document(provctl("--json", "sip-notify", "talk")) == {"action": "ignored"}
    assert provctl("upgrade-attempted", "failed", "bad image").returncode == DONE
    assert client.get("LastMessage", UPGRADE) == "bad image"
    assert client.get("LastSuccess", UPGRADE) is False
    assert provctl("upgrade-attempted", "ok").returncode == DONE
    assert client.get("LastSuccess", UPGRADE) is True
    assert provctl("reboot-cause", "parameters").returncode == DONE


def test_monitor_tells_of_upgrades(provd, client, start):
    """Of the last one before it looked, and of each after."""
    client.call("NotifyAttempt", "bs", False, "bad image", interface=UPGRADE)
    lines = Lines(start("monitor").stdout)
    lines.until(lambda line: "failed: bad image" in line)
    client.call("NotifyAttempt", "bs", True, "", interface=UPGRADE)
    lines.until(lambda line: line.endswith("succeeded"))


class Monitor:
    """What a monitor has told since it began to watch, in JSON."""

    def __init__(self, start):
        self.lines = Lines(start("--json", "monitor").stdout)
        self.read_until("status_changed")

    def read_until(self, event):
        """Reads on, to the next of that kind."""
        self.lines.until(lambda line: json.loads(line)["event"] == event)

    @property
    def events(self):
        return [json.loads(line) for line in self.lines.seen]


def test_monitor_tells_of_attempts(page, client, origin, start):
    before = time.time_ns() // 1000
    monitor = Monitor(start)
    done = client.resync()
    monitor.read_until("resync_finished")
    failed = client.resync(origin.url("/b.xml"))
    monitor.read_until("resync_finished")
    told = monitor.events
    times = [entry.pop("time") for entry in told]
    assert before <= times[0] and times == sorted(times) and times[-1] <= time.time_ns() // 1000
    assert [e for e in told if e["event"] not in ("appeared", "status_changed")] == [
        {"event": "resync_started", "id": done.id, "reason": "request"},
        {"event": "parameters_changed", "names": ["GPP_A", "Opaque"], "source": "profile"},
        {
            "event": "resync_finished",
            "id": done.id,
            "result": "success",
            "error": None,
            "error_message": None,
            "changed": 2,
        },
        {"event": "resync_started", "id": failed.id, "reason": "request"},
        {
            "event": "resync_finished",
            "id": failed.id,
            "result": "failure",
            "error": "FileNotFound",
            "error_message": failed.message,
            "changed": 0,
        },
    ]


def test_monitor_in_words(page, client, origin, start):
    lines = Lines(start("monitor").stdout)
    lines.until(lambda line: "active lines: " in line)  # the last of what there is at first
    done, failed = client.resync(), client.resync(origin.url("/b.xml"))
    last = f"resync {failed.id} failed: FileNotFound: {failed.message}"
    lines.until(lambda line: line.endswith(last))
    told = [line.split(" ", 2)[2] for line in lines.seen]  # without day and time
    assert [text for text in told if text.startswith(("resync ", "parameters "))] == [
        f"resync {done.id} started, on request",
        "parameters changed (profile): GPP_A, Opaque",
        f"resync {done.id} succeeded, 2 parameters changed",
        f"resync {failed.id} started, on request",
        last,
    ]


def test_monitor_sees_a_restart(page, provd, start):
    monitor = Monitor(start)
    provd.kill()
    monitor.read_until("vanished")
    provd.start()
    monitor.read_until("status_changed")
    expected = "appeared status_changed vanished appeared status_changed".split()
    assert [entry["event"] for entry in monitor.events] == expected


def test_daemon_dies_while_followed(page, provd, start):
    page.hold()
    follower = start("resync")
    page.wait_asked()
    provd.kill()
    _, said = follower.communicate(timeout=20)
    assert follower.returncode == UNREACHABLE
    assert said == "provctl: provd is not running; start it with 'provd --session'\n"


def test_help(provctl):
    for arguments in (["--help"], ["status", "--help"], ["set", "-h"]):
        result = provctl(*arguments)
        assert (result.returncode, result.stderr) == (DONE, "")
        assert "provctl" in result.stdout
    assert provctl("--version").stdout.startswith("provctl ")
