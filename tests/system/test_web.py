# SPDX-License-Identifier: LGPL-2.1-or-later
"""The administrator's page on a booted machine: logins with and without rights, and a phone whose
clock is not the browser's. Run where the page was built; the names of the browser's programs come
from the environment."""

import datetime
import json
import os
import pathlib
import shutil
import subprocess
import zoneinfo

import pytest

from bus import NAME, PARAMETERS, PATH, SETTINGS

SOURCES = pathlib.Path(__file__).parent.parent.parent
LOGIN = SOURCES / "tests" / "web" / "login.mjs"
ADDRESS = "http://127.0.0.1:9090"
PASSWORD = "Long-enough-for-a-test"
COCKPIT = ("/usr/lib/cockpit/cockpit-ws", "/usr/libexec/cockpit-ws")
CHROMIUM = "/usr/bin/chromium"
FIELDS = 38

# Polkit's rules of a test, before an operator's own.
RULES = "/etc/polkit-1/rules.d/10-test.rules"
GRANT = """polkit.addRule(function (action, subject) {
    var granted = ["org.provd.provisioning1.set-user-parameters", "org.provd.provisioning1.resync"];
    if (granted.indexOf(action.id) >= 0 && subject.user === "%s")
        return polkit.Result.YES;
});
"""

PROFILE = (
    b"<flat-profile><Station_Name>Front</Station_Name>"
    b"<Forced_Resync_Delay ua='rw'>60</Forced_Resync_Delay></flat-profile>"
)


@pytest.fixture(scope="module")
def browser():
    """Skips where there is none that runs, as in a container that forbids it."""
    if not pathlib.Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    options = ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    command = ["timeout", "120", CHROMIUM, *options, "--dump-dom", "about:blank"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"{CHROMIUM} does not run here: exit status {done.returncode}")


@pytest.fixture
def cockpit(machine, browser):
    """Cockpit, listening for logins."""
    program = next(filter(shutil.which, COCKPIT), None)
    if not program or not shutil.which("cockpit-bridge"):
        pytest.skip("cockpit-ws or cockpit-bridge is not installed")
    machine.run(
        "systemd-run",
        "--quiet",
        "--unit=test-cockpit",
        program,
        "--no-tls",
        "--address=127.0.0.1",
        "--port=9090",
    )
    machine.wait_until(
        lambda: machine.run("curl", "--silent", ADDRESS, check=False).returncode == 0, "Cockpit"
    )
    yield machine
    machine.run("systemctl", "stop", "test-cockpit")


@pytest.fixture
def user(machine):
    """Makes users who can log in."""
    made = []

    def make(name, *options):
        machine.run("useradd", "--create-home", "--shell", "/bin/bash", *options, name)
        machine.run("chpasswd", stdin=f"{name}:{PASSWORD}\n")
        made.append(name)
        return name

    yield make
    for name in made:
        machine.run("userdel", "--force", "--remove", name, check=False)


@pytest.fixture
def polkit(machine):
    """Gives polkit a file of rules."""
    if machine.run("sh", "-c", "command -v pkaction", check=False).returncode != 0:
        pytest.skip("polkit is not installed")

    def rule(text):
        machine.write(RULES, text)
        machine.run("systemctl", "restart", "polkit.service")

    yield rule
    machine.run("rm", "--force", RULES)
    machine.run("systemctl", "restart", "polkit.service")


@pytest.fixture
def provisioned(provd, client, origin):
    """A phone that had its first resync, with a parameter that is left to its user, and secrets."""
    origin.page("/phone.xml", PROFILE)
    client.put(
        GPP_SA="hush",
        Profile_Rule=f"[--uid u --pwd w0rd] {origin.url('/phone.xml')}",
        Resync_Periodic="3600",
    )
    assert client.resync().result == "success"
    return client


def visit(name, *acts, **options):
    """What the user sees after the acts; login.mjs says which ones there are."""
    done = subprocess.run(
        ["node", LOGIN, ADDRESS, name, PASSWORD, json.dumps({"acts": acts, **options})],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    seen = json.loads(done.stdout)
    assert seen["audit"] == []
    return seen


def inside(machine, *command):
    """What runs a command in the machine, while somebody looks at the page."""
    return ["nsenter", "-t", str(machine.leader), "-m", "-u", "-i", "-p", "-C", "--", *command]


def busctl_value(machine, name):
    """A parameter, as busctl in the machine reads it."""
    command = ["busctl", "--json=short", "call", NAME, PATH, PARAMETERS, "GetParameter", "s", name]
    return json.loads(machine.run(*command).stdout)["data"][0]


def at_the_phone(usec, zone):
    """How the page writes a moment, up to AM or PM."""
    moment = datetime.datetime.fromtimestamp(usec / 1e6, zoneinfo.ZoneInfo(zone))
    return moment.strftime("%b %-d, %Y, %-I:%M:%S.%p")


def test_fifteen_steps_of_an_administrator(cockpit, provd, user):
    name = user("keeper", "--groups", "provd-admin")
    seen = visit(name, ["fillSettings"], ["submit"])
    assert seen["outcome"][0].endswith("All changes are stored")
    assert len(seen["settings"]) == 13
    for _, parameter, value in seen["settings"]:
        assert busctl_value(cockpit, parameter) == value, parameter
    assert seen["reason"] == []
    assert len(seen["writable"]) == FIELDS
    assert seen["resyncRefused"] is None


def test_user_without_rights_may_look(cockpit, provisioned, user):
    seen = visit(user("looker"))
    assert "administrator" in seen["reason"][0]
    assert seen["writable"] == []
    assert seen["readOnly"] == FIELDS
    assert seen["secret"] == "********"
    assert seen["rule"].startswith("[--uid ******** --pwd ********] http://")
    assert seen["editButtons"] == 0
    assert seen["resyncRefused"] == "true"
    assert seen["state"] == "scheduled"


def test_polkit_leaves_a_field_to_a_user(cockpit, provisioned, user, polkit):
    name = user("sitter")
    polkit(GRANT % name)
    forbid = ["busctl", "set-property", NAME, PATH, SETTINGS, "UserConfigurableResync", "b", "no"]
    seen = visit(
        name,
        ["fill", "Forced Resync Delay", "4321"],
        ["submit"],
        ["waitForResync", True],
        ["run", *inside(cockpit, *forbid)],
        ["waitForResync", False],
    )
    assert seen["outcome"][0].endswith("All changes are stored")
    assert busctl_value(cockpit, "Forced_Resync_Delay") == "4321"
    assert seen["writable"] == ["Forced_Resync_Delay"]
    assert seen["readOnly"] == FIELDS - 1
    assert "phone's user" in seen["reason"][0]
    assert seen["editButtons"] == 1
    assert seen["secret"] == "********"


def test_polkit_makes_an_administrator(cockpit, provisioned, user, polkit):
    """The example of rules for operators: secrets are shown and all fields are open."""
    polkit((SOURCES / "examples" / "polkit" / "50-provd.rules").read_text())
    cockpit.run("groupadd", "--force", "telephony")
    name = user("engineer", "--groups", "telephony")
    seen = visit(name, ["fill", "GPP A", "from afar"], ["submit"])
    assert seen["outcome"][0].endswith("All changes are stored")
    assert busctl_value(cockpit, "GPP_A") == "from afar"
    assert seen["reason"] == []
    assert len(seen["writable"]) == FIELDS
    assert seen["secret"] == "hush"
    assert "--pwd w0rd" in seen["rule"]
    assert seen["resyncRefused"] is None


def test_times_are_the_phones(cockpit, provisioned, user):
    """A browser whose clock is hours ahead, in another time zone."""
    cockpit.run("timedatectl", "set-timezone", "Asia/Tokyo")
    shown = at_the_phone(provisioned.get("NextResync"), "Asia/Tokyo")
    next_resync = rf"^{shown} \(in (1 hr|5\d min \d+ sec|5\d min)\), periodic$"
    visit(user("looker"), ["waitForNext", next_resync], ahead=5 * 3600, timeZone="Europe/Berlin")


def test_a_new_time_zone_is_noticed(cockpit, provisioned, user):
    cockpit.run("timedatectl", "set-timezone", "Asia/Tokyo")
    provisioned.put(Resync_At__HHmm_="0315", Resync_At_Random_Delay="0")
    move = inside(cockpit, "timedatectl", "set-timezone", "America/New_York")
    in_the_morning = r", 3:15:00.AM \(in .*\), daily$"
    before = provisioned.get("NextResync")
    visit(
        user("looker"),
        ["waitForNext", in_the_morning],
        ["run", *move],
        ["waitForNext", in_the_morning],
    )
    assert provisioned.get("NextResync") != before


def test_page_paints_within_a_second(cockpit, provd, user):
    """On a machine where Cockpit's own page takes longer, no later than that."""
    paints = visit(user("looker"), paints=4)["paints"]
    ours, services = (min(paint[of] for paint in paints) for of in ("ours", "services"))
    assert ours <= max(1000, services), paints
