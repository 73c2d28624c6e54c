# SPDX-License-Identifier: LGPL-2.1-or-later
"""A bad value is refused over the bus and skipped in a profile; a secret is told to nobody."""

import pytest
from bus import ERROR, PARAMETERS, SETTINGS, refused

# The parameter, values that it refuses, and words that the message must have to help.
BAD = [
    ("Provision_Enable", ["maybe", "", "2", "yes please"], ["Yes", "No"]),
    (
        "Resync_Random_Delay",
        ["-1", "65536", "ten", "0x10000", "1.5", "", "99999999999999999999"],
        ["0", "65535"],
    ),
    ("Forced_Resync_Delay", ["-1", "65536", "1 h"], ["0", "65535"]),
    ("Resync_At__HHmm_", ["960", "2401", "0960", "9:00", "noon", "01000"], ["0000", "2400"]),
    (
        "Resync_Periodic",
        [
            "hourly",
            "0,5",
            "5,",
            ",5",
            "-1",
            "2147483648",
            "3600+",
            "+5",
            "3600+2147483648",
            "3600+ 600",
            "5;6",
        ],
        [],
    ),
    ("Resync_Error_Retry_Delay", ["never", "60+-5"], []),
    ("Resync_Trigger_1", ["$PRVTMR gt", "1 eq 1 or 2 eq 2", "$PRVTMR gt 1 and", '"a eq 1'], []),
]


@pytest.mark.parametrize(
    "name, value, words",
    [(name, value, words) for name, values, words in BAD for value in values],
)
def test_refused(provd, client, name, value, words):
    before = client.parameters()
    mark = client.mark()
    error = refused(client.put, {name: value})
    assert error.name == ERROR + "InvalidValue"
    assert name in error.text
    for word in words:
        assert word in error.text
    assert client.parameters() == before
    assert client.since(mark) == []
    assert list(client.call("CheckParameters", "a{ss}", {name: value}, interface=PARAMETERS)) == [
        name
    ]


@pytest.mark.parametrize("rule", ["(", "($A eq", "http://h/a | (", "[--key", "[--foo x]http://h/a"])
def test_rule_refused(provd, client, rule):
    error = refused(client.put, Profile_Rule_B=rule)
    assert error.name == ERROR + "InvalidRule"
    assert "Profile_Rule_B" in error.text
    assert "column" in error.text
    assert client.parameter("Profile_Rule_B") == ""


def test_mask_refused(provd, client):
    for name in ("GPP_SA", "GPP_A", "Some_Text"):
        error = refused(client.put, {name: "hunter2********"})
        assert error.name == ERROR + "InvalidValue"
        assert name in error.text
        assert "hunter2" not in error.text


@pytest.mark.parametrize("name", ["", "1st", "a b", "Resync At", "a" * 129, "é"])
def test_names_refused(provd, client, name):
    error = refused(client.put, {name: "x"})
    assert error.name == ERROR + "InvalidValue"
    assert name in client.call("CheckParameters", "a{ss}", {name: "x"}, interface=PARAMETERS)


def test_size(provd, client):
    client.put(Long=16 * 1024 * "x")
    error = refused(client.put, Long=(16 * 1024 + 1) * "x")
    assert error.name == ERROR + "InvalidValue"
    assert "16" in error.text
    assert len(client.parameter("Long")) == 16 * 1024
    client.put({"n" * 128: "x"})


@pytest.mark.parametrize(
    "name, given, stored",
    [
        ("Provision_Enable", "true", "Yes"),
        ("Provision_Enable", "1", "Yes"),
        ("Resync_From_SIP", "fAlSe", "No"),
        ("Resync_From_SIP", "0", "No"),
        ("Resync_Random_Delay", "0x10", "0x10"),
        ("Resync_Random_Delay", "65535", "65535"),
        ("Resync_Periodic", "1800 , 3600+600", "1800 , 3600+600"),
        ("Resync_Periodic", "2147483647+2147483647", "2147483647+2147483647"),
        ("Resync_At__HHmm_", "2400", "2400"),
        ("Resync_At__HHmm_", "", ""),
        (
            "Resync_Trigger_1",
            "$PRVTMR ge 600 and $UPGTMR gt 0x10",
            "$PRVTMR ge 600 and $UPGTMR gt 0x10",
        ),
        ("Opaque", "  kept as it is\n", "  kept as it is\n"),
    ],
)
def test_stored(provd, client, name, given, stored):
    """Bool is stored as Yes or No, everything else as the text that was given."""
    client.put({name: given})
    assert client.parameter(name) == stored


SETTINGS_TABLE = [
    ("ProvisionEnable", "b", False, "Provision_Enable", "No"),
    ("ResyncOnReset", "b", True, "Resync_On_Reset", "Yes"),
    ("ResyncRandomDelay", "u", 65535, "Resync_Random_Delay", "65535"),
    ("ResyncAt", "s", "0300", "Resync_At__HHmm_", "0300"),
    ("ResyncAtRandomDelay", "u", 601, "Resync_At_Random_Delay", "601"),
    ("ResyncPeriodic", "s", "1800,3600+60", "Resync_Periodic", "1800,3600+60"),
    ("ResyncErrorRetryDelay", "s", "0", "Resync_Error_Retry_Delay", "0"),
    ("ForcedResyncDelay", "u", 0, "Forced_Resync_Delay", "0"),
    ("ResyncFromSIP", "b", False, "Resync_From_SIP", "No"),
    ("ResyncAfterUpgradeAttempt", "b", False, "Resync_After_Upgrade_Attempt", "No"),
    ("ResyncTrigger1", "s", "$PRVTMR ge 600", "Resync_Trigger_1", "$PRVTMR ge 600"),
    ("ResyncTrigger2", "s", '"$A" eq "x"', "Resync_Trigger_2", '"$A" eq "x"'),
    ("ResyncFailsOnFNF", "b", False, "Resync_Fails_On_FNF", "No"),
    ("UserConfigurableResync", "b", False, "User_Configurable_Resync", "No"),
]


@pytest.mark.parametrize("property, signature, value, name, stored", SETTINGS_TABLE)
def test_setting(provd, client, property, signature, value, name, stored):
    """A write of a property is SetParameter: stored, told once as each of the two, read back."""
    mark = client.mark()
    client.set(property, signature, value)
    assert client.parameter(name) == stored
    assert client.get(property, SETTINGS) == value
    assert client.changed_properties(mark, SETTINGS) == [{property: value}]
    assert [s.body for s in client.since(mark, "ParametersChanged")] == [([name], "local")]


def test_setting_refused(provd, client):
    before = client.get_all(SETTINGS)
    mark = client.mark()
    for property, signature, value in (
        ("ResyncRandomDelay", "u", 65536),
        ("ResyncAt", "s", "960"),
        ("ResyncPeriodic", "s", "hourly"),
        ("ResyncTrigger1", "s", "$PRVTMR gt"),
    ):
        assert refused(client.set, property, signature, value).name == ERROR + "InvalidValue"
    assert (
        refused(client.set, "ResyncPeriodic", "u", 5).name
        == "org.freedesktop.DBus.Error.InvalidArgs"
    )
    assert client.get_all(SETTINGS) == before
    assert client.since(mark) == []


def test_settings_together(provd, client):
    """What changes together is announced together."""
    mark = client.mark()
    client.put(Resync_Periodic="60", Resync_On_Reset="Yes", Resync_Error_Retry_Delay="5,6")
    assert client.changed_properties(mark, SETTINGS) == [
        {"ResyncPeriodic": "60", "ResyncOnReset": True, "ResyncErrorRetryDelay": "5,6"}
    ]


def test_skipped_in_a_profile(provd, client, origin):
    """What a profile gets wrong is skipped and named in the log; the rest of it applies."""
    origin.page(
        "/a.xml",
        {
            "Resync_Periodic": "hourly",
            "Provision_Enable": "maybe",
            "Resync_Random_Delay": "70000",
            "Resync_Trigger_1": "$PRVTMR gt",
            "Profile_Rule_B": "(",
            "GPP_SA": "sesame********",
            "Resync_At__HHmm_": "960",
            "Resync_Error_Retry_Delay": "77",
            "Opaque": "value",
        },
    )
    finished = client.resync(origin.url("/a.xml"))
    assert finished.result == "success"
    values = client.parameters()
    assert values["Resync_Periodic"] == "3600"
    assert values["Provision_Enable"] == "Yes"
    assert values["Resync_Random_Delay"] == "0"
    assert values["Resync_Trigger_1"] == ""
    assert values["Profile_Rule_B"] == ""
    assert values["Resync_At__HHmm_"] == "960"
    assert values["Resync_Error_Retry_Delay"] == "77"
    assert values["Opaque"] == "value"
    log = provd.log()
    for name, value, allowed in (
        ("Resync_Periodic", "hourly", "0"),
        ("Provision_Enable", "maybe", "Yes"),
        ("Resync_Random_Delay", "70000", "65535"),
        ("Resync_Trigger_1", "$PRVTMR gt", ""),
        ("Profile_Rule_B", "(", ""),
    ):
        lines = [x for x in log.splitlines() if name in x and value in x and allowed in x]
        assert len(lines) == 1, f"{name}: {lines}"
    assert "sesame" not in log


def test_effective(provd, client):
    client.put(Resync_At_Random_Delay="300")
    assert client.parameter("Resync_At_Random_Delay") == "300"
    assert client.describe("Resync_At_Random_Delay")["Resync_At_Random_Delay"]["effective"] == "600"
    client.put(Resync_At_Random_Delay="601")
    assert client.describe("Resync_At_Random_Delay")["Resync_At_Random_Delay"]["effective"] == "660"
    client.put(Resync_At_Random_Delay="0")
    assert "effective" not in client.describe("Resync_At_Random_Delay")["Resync_At_Random_Delay"]


def test_invalid_time_of_day_counts_as_empty(provd, client, origin):
    origin.page("/a.xml", {"Resync_At__HHmm_": "0960"})
    assert client.resync(origin.url("/a.xml")).result == "success"
    assert client.parameter("Resync_At__HHmm_") == "0960"
    assert client.describe("Resync_At__HHmm_")["Resync_At__HHmm_"]["effective"] == ""
    client.put(Resync_At__HHmm_="0959")
    assert "effective" not in client.describe("Resync_At__HHmm_")["Resync_At__HHmm_"]


def test_other_generations_names(provd, client, origin):
    origin.page("/a.xml", {"Resync_At": "0400", "Log_Resync_Failure_Msg": "no"})
    assert client.resync(origin.url("/a.xml")).changed == 2
    assert client.parameter("Resync_At__HHmm_") == "0400"
    assert client.parameter("Log_Failure_Msg") == "no"
    assert client.parameter("Resync_At") == "0400"
    client.put(Resync_At="0500")
    assert client.parameter("Resync_At__HHmm_") == "0500"
    assert "Resync_At" not in client.parameters()


SECRETS = ["opensesame1", "opensesame2", "opensesame3", "opensesame4", "opensesame5", "opensesame6"]


def test_secrets_are_told_to_nobody(provd, client, origin):
    """Not in the log at its most talkative, not in an error, not in a signal."""
    client.put(GPP_SA=SECRETS[0], User_Password=SECRETS[1])
    origin.page(
        "/a.xml", {"Admin_Password": SECRETS[2], "IKM_HTTP_Encrypt_Content": "opensesame3b"}
    )
    address = f"127.0.0.1:{origin.port}"
    client.resync(origin.url("/a.xml"))
    client.resync(f"http://user:{SECRETS[3]}@{address}/missing.xml")
    client.resync(f"[--key {SECRETS[4]}]http://{address}/a.xml")
    client.put(Profile_Rule=f"[--uid u --pwd {SECRETS[5]}]http://{address}/a.xml")
    client.resync()
    errors = [
        refused(client.put, GPP_SB="opensesame7********"),
        refused(client.put, Profile_Rule_B="[--key opensesame8"),
        refused(client.request, "[--pwd opensesame9"),
    ]
    told = [provd.log(), repr(client.since(0)), repr([e.text for e in errors])]
    told.append(repr(client.get_all()))
    told.append(repr([row[6] for row in client.history()]))
    for text in told:
        assert "opensesame" not in text
    assert client.parameter("GPP_SA") == SECRETS[0]
