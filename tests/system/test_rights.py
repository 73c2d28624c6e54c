# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who may do what, as the table of dbus.md says: every method, every writable property and every
secret, for each kind of caller, with polkit and without it.

The members come from the introspection files: one that is new and has no row here fails."""

import json
import pathlib
import xml.etree.ElementTree as ElementTree

import pytest
from bus import ACCESS_DENIED, MAIN, PARAMETERS, PROPERTIES, SETTINGS, SIP, UPGRADE

ROOM = "/usr/local/lib/provd-tests"
SOURCES = pathlib.Path(__file__).parent.parent.parent

# Who calls: user, groups. "seated" has an active session at the machine, "remote" has none.
USERS = {
    "admin": "provd-admin",
    "sip": "provd-sip",
    "upgrade": "provd-upgrade",
    "seated": "",
    "remote": "",
}
CALLERS = ("root", *USERS)

ADMINS = {"root", "admin"}
EVERYBODY = set(CALLERS)
SIP_STACK = ADMINS | {"sip"}
UPGRADE_AGENT = ADMINS | {"upgrade"}
AT_THE_PHONE = ADMINS | {"seated"}  # by polkit; without it only the administrators


def call(interface, member, signature="", *arguments):
    return [member, signature, list(arguments), interface]


def variant(signature, value):
    return ["variant", signature, value]


# Interface, member: the call, and who may make it.
METHODS = {
    MAIN: {
        "ResyncNow": (("a{sv}", {}), AT_THE_PHONE),
        "CancelResync": ((), ADMINS),
        "FactoryReset": ((), ADMINS),
        "GetHistory": (("u", 1), EVERYBODY),
        "GetChanges": (("t", 1), EVERYBODY),
        "Explain": (("s", ""), EVERYBODY),
    },
    PARAMETERS: {
        "GetParameter": (("s", "GPP_A"), EVERYBODY),
        "GetParameters": (("as", []), EVERYBODY),
        "SetParameter": (("ss", "GPP_A", "x"), ADMINS),
        "SetParameters": (("a{ss}", {"GPP_A": "x"}), ADMINS),
        "CheckParameters": (("a{ss}", {"GPP_A": "x"}), EVERYBODY),
        "ResetParameter": (("s", "GPP_A"), ADMINS),
        "DescribeParameters": (("as", ["GPP_A"]), EVERYBODY),
    },
    SETTINGS: {},
    SIP: {
        "Notify": (("s", "report"), SIP_STACK),
        "SetLineActive": (("ub", 1, False), SIP_STACK),
        "SetLineRegistered": (("ub", 1, True), SIP_STACK),
    },
    UPGRADE: {
        "NotifyAttempt": (("bs", True, ""), UPGRADE_AGENT),
        "NotifyReboot": (("s", "other"), UPGRADE_AGENT),
    },
}

# The same members with arguments that need another right.
PARTICULAR = [
    (call(MAIN, "ResyncNow", "a{sv}", {"force": variant("b", True)}), ADMINS),
    (call(MAIN, "ResyncNow", "a{sv}", {"rule": variant("s", "/x")}), ADMINS),
    (call(PARAMETERS, "SetParameter", "ss", "Users_Own", "1"), AT_THE_PHONE),
    (call(PARAMETERS, "SetParameters", "a{ss}", {"Users_Own": "2"}), AT_THE_PHONE),
    (call(PARAMETERS, "SetParameters", "a{ss}", {"Users_Own": "2", "GPP_A": "x"}), ADMINS),
    (call(PARAMETERS, "SetParameter", "ss", "Shown", "1"), ADMINS),
    (call(PARAMETERS, "SetParameter", "ss", "Is_New", "1"), ADMINS),
    (call(PARAMETERS, "ResetParameter", "s", "Users_Own"), AT_THE_PHONE),
]

VALUES = {"b": True, "u": 700, "s": "0"}

# Secrets, with who may read them.
SECRETS = {
    "GPP_SA": ("secret-a", ADMINS),
    "GPP_SB": ("secret-b", ADMINS),
    "GPP_SC": ("secret-c", ADMINS),
    "GPP_SD": ("secret-d", ADMINS),
    "IKM_HTTP_Encrypt_Content": ("secret-ikm", ADMINS),
    "Admin_Password": ("secret-admin", ADMINS),
    "Password_1_": ("secret-line", SIP_STACK),
    "Profile_Rule_D": ("[--uid secret-user --pwd secret-word] http://127.0.0.1:9/$MA", ADMINS),
}

PROFILE = b"<flat-profile><Users_Own ua='rw'>0</Users_Own><Shown ua='ro'>0</Shown></flat-profile>"


# What makes a session of a process, and nothing else.
LOGIN = """auth required pam_permit.so
account required pam_permit.so
session required pam_systemd.so class=user type=tty
"""


def contract():
    """Every interface's methods and writable properties (name to signature), from its XML."""
    for path in sorted((SOURCES / "dbus").glob("*.xml")):
        for interface in ElementTree.parse(path).iter("interface"):
            yield (
                interface.get("name"),
                [method.get("name") for method in interface.iter("method")],
                {
                    item.get("name"): item.get("type")
                    for item in interface.iter("property")
                    if item.get("access") == "readwrite"
                },
            )


def table():
    """All calls with who may make them; FactoryReset last, for it takes the ground away."""
    rows = list(PARTICULAR)
    for interface, methods, properties in contract():
        assert sorted(METHODS[interface]) == sorted(methods), f"{interface}: a member has no row"
        for member, (arguments, who) in METHODS[interface].items():
            rows.append((call(interface, member, *arguments), who))
        for name, kind in properties.items():
            value = "0300" if name == "ResyncAt" else "" if "Trigger" in name else VALUES[kind]
            rows.append(
                (call(PROPERTIES, "Set", "ssv", interface, name, variant(kind, value)), ADMINS)
            )
    return sorted(rows, key=lambda row: row[0][0] == "FactoryReset")


@pytest.fixture(scope="module")
def users(machine):
    for path in ("tests/service/bus.py", "tests/system/prober.py"):
        machine.write(f"{ROOM}/{pathlib.Path(path).name}", (SOURCES / path).read_text())
    machine.write("/etc/pam.d/provd-tests", LOGIN)
    for name, groups in USERS.items():
        add = ["useradd", "--no-create-home", *(["--groups", groups] if groups else []), name]
        machine.run(*add)


def with_polkit(machine, there):
    """Starts polkit, or makes sure that it cannot be."""
    verb = "unmask" if there else "mask"
    machine.run("systemctl", verb, "--now", "polkit.service", check=False)
    if there:
        machine.run("systemctl", "start", "polkit.service")
    else:
        machine.run("systemctl", "stop", "polkit.service", check=False)


def seated(machine, command, given):
    """Runs a command in a session at the machine's own seat, as a login there makes it."""
    unit = ["systemd-run", "--quiet", "--pipe", "--wait", "--property=PAMName=provd-tests"]
    unit += ["--property=User=seated", "--setenv=XDG_SEAT=seat0"]
    return machine.run(*unit, *command, stdin=given)


def probe(machine, caller, calls):
    command = ["/usr/bin/python3", f"{ROOM}/prober.py"]
    given = json.dumps(calls)
    if caller == "seated":
        done = seated(machine, command, given)
    else:
        done = machine.run(*command, user=None if caller == "root" else caller, stdin=given)
    return json.loads(done.stdout)


@pytest.fixture
def ready(provd, client, origin, users):
    """The service with a parameter that is left to the user, one that is not, and its secrets."""
    origin.page("/profile.xml", PROFILE)
    assert client.resync(rule=origin.url("/profile.xml")).result == "success"
    client.put({name: value for name, (value, _) in SECRETS.items()}, GPP_A="open")
    return provd


def needs_polkit(machine):
    if machine.run("sh", "-c", "command -v pkaction", check=False).returncode != 0:
        pytest.skip("polkit is not installed")


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("polkit", [True, False], ids=["polkit", "alone"])
def test_rights(machine, ready, caller, polkit):
    if polkit:
        needs_polkit(machine)
    with_polkit(machine, polkit)
    rows = table()
    wrong = []
    for (row, who), came in zip(rows, probe(machine, caller, [row for row, _ in rows])):
        who = who if polkit or who is not AT_THE_PHONE else ADMINS
        if (came.get("error") == ACCESS_DENIED) == (caller in who):
            wrong.append((row, came))
    assert not wrong


@pytest.mark.parametrize("caller", CALLERS)
def test_secrets(machine, ready, caller):
    """A secret is told to whom it may be, and to nobody else by any way out."""
    with_polkit(machine, False)
    ways = [
        lambda name: call(PARAMETERS, "GetParameter", "s", name),
        lambda name: call(PARAMETERS, "GetParameters", "as", [name]),
        lambda name: call(PARAMETERS, "DescribeParameters", "as", [name]),
    ]
    everything = [
        call(PARAMETERS, "GetParameters", "as", []),
        call(PARAMETERS, "DescribeParameters", "as", []),
        call(MAIN, "Explain", "s", ""),
        call(MAIN, "GetHistory", "u", 0),
        *(call(MAIN, "GetChanges", "t", number) for number in (1, 2, 3)),
        *(call(PROPERTIES, "GetAll", "s", i) for i in (MAIN, SETTINGS, SIP, UPGRADE)),
    ]
    told = probe(machine, caller, everything)
    for name, (value, who) in SECRETS.items():
        shown = probe(machine, caller, [way(name) for way in ways])
        assert (json.dumps(value) in shown[0]["value"]) == (caller in who), name
        assert (value in shown[1]["value"]) == (caller in who), name
        words = [word for word in value.replace("]", " ").split() if "secret" in word]
        for came in [shown[2], *told]:
            if caller not in who:
                assert not any(word in came["value"] for word in words), name


def test_a_setting_refuses_users(machine, ready, client):
    """User_Configurable_Resync is No: refused, and not for lack of rights alone."""
    needs_polkit(machine)
    with_polkit(machine, True)
    client.put(User_Configurable_Resync="No")
    plain = [call(MAIN, "ResyncNow", "a{sv}", {})]
    assert probe(machine, "seated", plain)[0]["error"].endswith(".Error.Refused")
    assert "value" in probe(machine, "root", plain)[0]


def test_polkit_knows_the_actions(machine):
    needs_polkit(machine)
    listed = machine.run("pkaction").stdout.split()
    for action in ("administer", "resync", "set-user-parameters"):
        assert f"org.provd.provisioning1.{action}" in listed


def test_rules_of_an_operator(machine, ready):
    """The example of polkit rules, in the place where an operator puts his own."""
    needs_polkit(machine)
    place = "/etc/polkit-1/rules.d/50-provd.rules"
    machine.write(place, (SOURCES / "examples/polkit/50-provd.rules").read_text())
    machine.run("groupadd", "telephony")
    machine.run("useradd", "--no-create-home", "--groups", "telephony", "engineer")
    with_polkit(machine, True)
    machine.run("systemctl", "restart", "polkit.service")
    forced = [call(MAIN, "ResyncNow", "a{sv}", {"force": variant("b", True)})]
    secret = [call(PARAMETERS, "GetParameter", "s", "GPP_SA")]
    assert "value" in probe(machine, "engineer", forced)[0]
    assert "secret-a" in probe(machine, "engineer", secret)[0]["value"]
    assert probe(machine, "remote", forced)[0]["error"] == ACCESS_DENIED
    machine.run("rm", place)
