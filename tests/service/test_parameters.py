# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reading, setting, resetting and describing parameters; and that what was said is kept."""

import time

import pytest
from bus import ERROR, INVALID_ARGS, PARAMETERS, refused

UNDERSTOOD = {
    "Provision_Enable": ("bool", "Yes"),
    "Resync_On_Reset": ("bool", "No"),  # as the tests configure it
    "Resync_Random_Delay": ("integer", "0"),
    "Resync_At__HHmm_": ("hhmm", ""),
    "Resync_At_Random_Delay": ("integer", "600"),
    "Resync_Periodic": ("schedule", "3600"),
    "Resync_Error_Retry_Delay": ("schedule", "3600"),
    "Forced_Resync_Delay": ("integer", "14400"),
    "Resync_From_SIP": ("bool", "Yes"),
    "Resync_After_Upgrade_Attempt": ("bool", "Yes"),
    "Resync_Trigger_1": ("condition", ""),
    "Resync_Trigger_2": ("condition", ""),
    "Resync_Fails_On_FNF": ("bool", "Yes"),
    "User_Configurable_Resync": ("bool", "Yes"),
    "Profile_Rule": ("rule", "/$PSN.xml"),
    "Profile_Rule_B": ("rule", ""),
    "Profile_Rule_C": ("rule", ""),
    "Profile_Rule_D": ("rule", ""),
    "Log_Request_Msg": ("macro-text", "$PN $MAC -- Requesting resync $SCHEME://$SERVIP:$PORT$PATH"),
    "Log_Success_Msg": ("macro-text", "$PN $MAC -- Successful resync $SCHEME://$SERVIP:$PORT$PATH"),
    "Log_Failure_Msg": ("macro-text", "$PN $MAC -- Resync failed: $ERR"),
    "HTTP_User_Agent_Name": ("macro-text", "$VERSION ($MA)"),
    **{f"GPP_{letter}": ("text", "") for letter in "ABCDEFGHIJKLMNOP"},
    **{f"GPP_S{letter}": ("text", "") for letter in "ABCD"},
    "IKM_HTTP_Encrypt_Content": ("text", ""),
}


def test_defaults(provd, client):
    assert client.parameters() == {name: row[1] for name, row in UNDERSTOOD.items()}


def test_described(provd, client):
    rows = client.describe()
    assert set(rows) == set(UNDERSTOOD)
    for name, (type, default) in UNDERSTOOD.items():
        row = rows[name]
        secret = name.startswith("GPP_S") or name == "IKM_HTTP_Encrypt_Content"
        assert (row["type"], row["default"]) == (type, default), name
        assert row["secret"] is secret, name
        assert row["source"] == "default"
        assert row["access"] == "na"
        assert row["help"] or name.startswith("GPP_")
        assert row["changed"] == 0
        if type == "bool":
            assert row["choices"] == ["Yes", "No"]
    assert rows["Resync_At__HHmm_"]["label"] == "Resync At (HHmm)"
    assert rows["Resync_Random_Delay"]["unit"] == "20 s"
    assert (rows["Resync_Random_Delay"]["min"], rows["Resync_Random_Delay"]["max"]) == (0, 65535)
    assert rows["Forced_Resync_Delay"]["unit"] == "s"


def test_opaque(provd, client):
    """A name that is not there yet is created; reset removes it."""
    mark = client.mark()
    before = time.time_ns() // 1000
    client.call("SetParameter", "ss", "User_ID_1_", "100", interface=PARAMETERS)
    assert client.parameter("User_ID_1_") == "100"
    row = client.describe("User_ID_1_")["User_ID_1_"]
    assert (row["type"], row["source"], row["secret"]) == ("text", "local", False)
    assert before <= row["changed"] <= time.time_ns() // 1000
    client.reset("User_ID_1_")
    assert "User_ID_1_" not in client.parameters()
    assert [s.body for s in client.since(mark, "ParametersChanged")] == [
        (["User_ID_1_"], "local"),
        (["User_ID_1_"], "default"),
    ]


def test_reset(provd, client):
    client.put(Resync_Periodic="60")
    client.reset("Resync_Periodic")
    assert client.parameter("Resync_Periodic") == "3600"
    assert client.describe("Resync_Periodic")["Resync_Periodic"]["source"] == "default"
    mark = client.mark()
    client.reset("Resync_Periodic")
    assert client.since(mark, "ParametersChanged") == []


@pytest.mark.parametrize("name", ["No_Such_Parameter", "resync_periodic", ""])
def test_no_such_parameter(provd, client, name):
    for action in (client.parameter, client.reset, client.describe, client.parameters):
        error = refused(action, name)
        assert error.name == ERROR + "NoSuchParameter"
        assert name in error.text


def test_one_missing_of_several(provd, client):
    assert refused(client.parameters, "GPP_A", "Nope").name == ERROR + "NoSuchParameter"
    assert refused(client.describe, "GPP_A", "Nope").name == ERROR + "NoSuchParameter"


def test_all_or_nothing(provd, client):
    before = client.parameters()
    mark = client.mark()
    error = refused(client.put, GPP_A="x", Resync_Periodic="hourly", Opaque="y")
    assert error.name == ERROR + "InvalidValue"
    assert "Resync_Periodic" in error.text
    assert client.parameters() == before
    assert client.since(mark) == []


def test_check(provd, client):
    values = {
        "GPP_A": "x",
        "Resync_Periodic": "hourly",
        "Profile_Rule": "(",
        "GPP_B": "********",
        "New": "y",
    }
    mark = client.mark()
    problems = client.call("CheckParameters", "a{ss}", values, interface=PARAMETERS)
    assert sorted(problems) == ["GPP_B", "Profile_Rule", "Resync_Periodic"]
    assert all(problems.values())
    assert client.parameter("GPP_A") == ""
    assert client.since(mark) == []


def test_two_names_of_one(provd, client):
    """Which value would count is nobody's guess; the same is said of it beforehand."""
    values = {"Resync_At": "0100", "Resync_At__HHmm_": "0200"}
    assert refused(client.put, values).name == INVALID_ARGS
    assert client.parameter("Resync_At") == ""
    problems = client.call("CheckParameters", "a{ss}", values, interface=PARAMETERS)
    assert list(problems) == ["Resync_At"]
    values = {f"P{n}": "" for n in range(16385)}
    problems = client.call("CheckParameters", "a{ss}", values, interface=PARAMETERS)
    assert len(problems) == 1


def test_set_to_what_it_is(provd, client):
    client.put(GPP_A="x", Provision_Enable="Yes")
    mark = client.mark()
    client.put(GPP_A="x", Provision_Enable="true")
    assert client.since(mark) == []
    client.put(GPP_A="x", GPP_B="y")
    assert [s.body for s in client.since(mark, "ParametersChanged")] == [(["GPP_B"], "local")]


def test_set_to_what_a_profile_set(provd, client, origin):
    """Where it comes from is another matter than what it is."""
    origin.page("/a.xml", {"GPP_A": "x"})
    client.resync(origin.url("/a.xml"))
    mark = client.mark()
    client.put(GPP_A="x")
    assert client.describe("GPP_A")["GPP_A"]["source"] == "local"
    assert client.since(mark) == []


def test_nothing_to_set(provd, client):
    mark = client.mark()
    client.put({})
    assert client.since(mark) == []


def test_durable(provd, client):
    """What was answered is kept, whatever happens the moment after."""
    for number in range(10):
        values = {
            f"Opaque_{number}": str(number),
            "GPP_A": str(number),
            "Resync_Periodic": f"1{number}",
        }
        client.put(values)
        provd.kill()
        provd.start()
        assert client.parameters(*values) == values
    client.reset("GPP_A")
    provd.kill()
    provd.start()
    assert client.parameter("GPP_A") == ""
    assert client.describe("Opaque_3")["Opaque_3"]["source"] == "local"


def test_durable_over_a_stop(provd, client):
    client.put(GPP_A="ä \"quoted\" <markup> & 'more'", Odd="")
    before = client.parameters()
    provd.restart()
    assert client.parameters() == before
    assert client.parameters()["Odd"] == ""


def test_set_during_an_attempt(provd, client, origin):
    """It is accepted and durable at once; the commit lays over it only what the resync changed."""
    page = origin.page("/a.xml", {"GPP_A": "profile", "GPP_C": "profile"}).hold()
    client.put(GPP_B="before")
    mark = client.mark()
    id = client.request(origin.url("/a.xml"))
    page.wait_asked()
    client.put(GPP_A="local", GPP_B="local")
    assert client.parameters("GPP_A", "GPP_B") == {"GPP_A": "local", "GPP_B": "local"}
    page.release()
    assert client.finished(id, since=mark).result == "success"
    assert client.parameters("GPP_A", "GPP_B", "GPP_C") == {
        "GPP_A": "profile",
        "GPP_B": "local",
        "GPP_C": "profile",
    }


def test_value_that_the_attempt_does_not_change(provd, client, origin):
    """A file may say again what a parameter had; what was set meanwhile stays, and only what really
    changes is announced and in the history."""
    page = origin.page(
        "/a.xml",
        b'<flat-profile><Resync_Periodic>3600</Resync_Periodic><GPP_A ua="rw">a</GPP_A>'
        b"<GPP_B>b</GPP_B><Gone>g</Gone><Same>new</Same><Opaque>new</Opaque></flat-profile>",
    ).hold()
    client.put(GPP_A="a", GPP_B="old", Gone="g", Opaque="old")
    id = client.request(origin.url("/a.xml"))
    page.wait_asked()
    client.put(Resync_Periodic="600", GPP_A="mine", GPP_B="mine", Same="new")
    client.reset("Gone")
    mark = client.mark()
    page.release()
    assert client.finished(id, since=mark).changed == 2
    kept = {"Resync_Periodic": "600", "GPP_A": "mine", "Same": "new"}
    values = client.parameters()
    assert values.items() >= (kept | {"GPP_B": "b", "Opaque": "new"}).items()
    assert "Gone" not in values
    changed = client.since(mark, "ParametersChanged")
    assert [(sorted(s.body[0]), s.body[1]) for s in changed] == [(["GPP_B", "Opaque"], "profile")]
    assert client.call("GetChanges", "t", id) == [("GPP_B", "mine", "b"), ("Opaque", "old", "new")]
    described = client.describe("GPP_A", "Resync_Periodic")
    assert (described["GPP_A"]["access"], described["GPP_A"]["source"]) == ("rw", "local")
    assert described["Resync_Periodic"]["source"] == "local"
    provd.restart()
    assert client.parameters() == values
    assert client.resync(origin.url("/a.xml")).changed == 3


def test_reset_during_an_attempt(provd, client, origin):
    page = origin.page("/a.xml", {"GPP_A": "profile"}).hold()
    client.put(GPP_B="before", Opaque="before")
    mark = client.mark()
    id = client.request(origin.url("/a.xml"))
    page.wait_asked()
    client.reset("GPP_B")
    client.reset("Opaque")
    page.release()
    client.finished(id, since=mark)
    assert client.parameter("GPP_B") == ""
    assert "Opaque" not in client.parameters()


def test_factory_reset(provd, client, origin):
    origin.page("/a.xml", {"GPP_A": "x", "Opaque": "y", "Resync_Periodic": "60"})
    defaults = client.parameters()
    last = client.resync(origin.url("/a.xml")).id
    client.put(User_Password="z")
    mark = client.mark()
    client.call("FactoryReset")
    assert client.parameters() == defaults
    assert client.history() == []
    state = client.get_all()
    assert (state["State"], state["LastResult"], state["Provisioned"]) == ("idle", "none", False)
    assert state["LastAttempt"] == state["LastSuccess"] == state["NextResync"] == 0
    changed = client.since(mark, "ParametersChanged")
    assert [(sorted(s.body[0]), s.body[1]) for s in changed] == [
        (["GPP_A", "Opaque", "Resync_Periodic", "User_Password"], "default")
    ]
    provd.kill()
    provd.start()
    assert client.parameters() == defaults
    assert client.history() == []
    assert client.resync(origin.url("/a.xml")).id > last


def test_factory_reset_during_an_attempt(provd, client, origin):
    page = origin.page("/a.xml", {"GPP_A": "x"}).hold()
    mark = client.mark()
    id = client.request(origin.url("/a.xml"))
    page.wait_asked()
    client.call("FactoryReset")
    assert client.finished(id, since=mark).result == "cancelled"
    page.release()
    assert client.parameter("GPP_A") == ""


def test_history(provd, client, origin):
    origin.page("/a.xml", {"GPP_A": "one", "Opaque": "new"})
    origin.page("/b.xml", {"GPP_A": "two", "Secret_Password": "opensesame"})
    ids = [client.resync(origin.url(path)).id for path in ("/a.xml", "/b.xml", "/c.xml")]
    rows = client.history()
    assert [row[0] for row in rows] == ids[::-1]
    assert [row[4] for row in rows] == ["failure", "success", "success"]
    assert [row[7] for row in rows] == [0, 2, 2]
    assert all(started <= finished for _, _, started, finished, *_ in rows)
    assert client.history(2) == rows[:2]
    assert client.history(0) == rows
    provd.restart()
    assert client.history() == rows

    def changes(id):
        return client.call("GetChanges", "t", id)

    assert changes(ids[0]) == [("GPP_A", "", "one"), ("Opaque", "", "new")]
    assert changes(ids[1])[0] == ("GPP_A", "one", "two")
    assert changes(ids[1])[1][:2] == ("Secret_Password", "")
    assert changes(ids[2]) == changes(ids[2] + 1) == []


def test_history_is_bounded(provd, client, origin):
    """200 attempts are kept, the changes of 20."""
    for number in range(205):
        origin.page("/a.xml", {"GPP_A": str(number)})
        last = client.resync(origin.url("/a.xml")).id
    rows = client.history(1000)
    assert [row[0] for row in rows] == list(range(last, last - 200, -1))
    assert client.call("GetChanges", "t", last - 19) == [("GPP_A", "184", "185")]
    assert client.call("GetChanges", "t", last - 20) == []


def test_set_is_full(provd, client, origin):
    """16,384 parameters and not one more; all or nothing there too."""
    room = 16384 - len(client.parameters())
    error = refused(client.put, {f"P{n}": "" for n in range(16385)})
    assert error.name == ERROR + "InvalidValue"
    assert "16384" in error.text.replace(",", "")
    assert len(client.parameters()) == 16384 - room
    client.put({f"P{n}": "x" for n in range(16000)})
    origin.page("/a.xml", {f"Q{n}": "x" for n in range(1000)})
    finished = client.resync(origin.url("/a.xml"))
    assert finished[1:3] == ("failure", "TooLarge")
    assert "Q0" not in client.parameters()
