# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the daemon tells about its attempts: states, deadlines, and one signal for each change."""

import time

import pytest
from bus import ERROR, SETTINGS, UPGRADE, plain, refused
from origin import profile
from servers import answer

SECOND = 1_000_000
SLACK = SECOND // 2  # between two clocks, or a moment here and the same moment there


def now():
    return time.time_ns() // 1000


def near(moment, expected):
    return abs(moment - expected) <= SLACK


@pytest.fixture
def page(origin):
    """A page that a test may hold back, and its URL as the rule."""
    page = origin.page("/a.xml", {"GPP_A": "one", "Opaque": "two"})
    page.url = origin.url("/a.xml")
    return page


def test_nothing_scheduled(provd, client):
    assert client.get_all() == {
        "State": "idle",
        "NextResync": 0,
        "NextReason": "",
        "LastAttempt": 0,
        "LastSuccess": 0,
        "LastReason": "",
        "LastResult": "none",
        "LastError": "",
        "LastErrorMessage": "",
        "Failures": 0,
        "Provisioned": False,
        "Progress": ("", "", 0, 0),
        "Version": client.get("Version"),
    }
    assert client.history() == []


def test_boot(make_provd, client):
    """The first start under a boot id is a boot: due within 20 s times the delay, and what was
    drawn stays drawn over a restart. Of so long a span, hardly ever a moment is drawn that comes
    while the test still runs."""
    provd = make_provd(Defaults={"Resync_On_Reset": "Yes", "Resync_Random_Delay": "65535"})
    before = now()
    provd.start()
    drawn = client.get_all()
    assert drawn["State"] == "scheduled"
    assert drawn["NextReason"] == "boot"
    assert before <= drawn["NextResync"] <= now() + 65535 * 20 * SECOND
    provd.restart()
    assert near(client.get("NextResync"), drawn["NextResync"])
    provd.kill()
    provd.start()
    assert near(client.get("NextResync"), drawn["NextResync"])
    assert client.get("NextReason") == "boot"


def test_boot_at_once(make_provd, client, page):
    provd = make_provd(Defaults={"Resync_On_Reset": "Yes", "Profile_Rule": page.url})
    mark = client.mark()
    provd.start()
    started = client.wait("ResyncStarted", since=mark)
    assert started.body[1] == "boot"
    assert client.finished(started.body[0], since=mark).result == "success"


def test_a_restart_is_no_boot(make_provd, client, page):
    provd = make_provd(Defaults={"Resync_On_Reset": "Yes", "Profile_Rule": page.url})
    mark = client.mark()
    provd.start()
    client.wait("ResyncFinished", since=mark)
    provd.restart()
    assert client.get("NextReason") == "periodic"
    assert len(client.history()) == 1


def test_success(provd, client, page):
    client.put(Profile_Rule=page.url)
    before = now()
    mark = client.mark()
    finished = client.resync()
    assert finished == (finished.id, "success", "", "", 2)
    after = client.get_all()
    assert after["State"] == "scheduled"
    assert after["NextReason"] == "periodic"
    assert after["LastReason"] == "request"
    assert after["LastResult"] == "success"
    assert after["LastError"] == after["LastErrorMessage"] == ""
    assert after["Failures"] == 0
    assert after["Provisioned"] is True
    assert before <= after["LastAttempt"] <= after["LastSuccess"] <= now()
    [(id, reason, started, ended, result, error, message, changed)] = client.history()
    assert (id, reason, result, error, message, changed) == (
        finished.id,
        "request",
        "success",
        "",
        "",
        2,
    )
    assert started == after["LastAttempt"]
    assert abs(ended - after["LastSuccess"]) < 1000
    assert near(after["NextResync"], ended + 3600 * SECOND)
    names = [s.member for s in client.since(mark) if s.member != "PropertiesChanged"]
    assert names == ["ResyncStarted", "ParametersChanged", "ResyncFinished"]
    announced = client.since(mark, "ParametersChanged")[0].body
    assert (sorted(announced[0]), announced[1]) == (["GPP_A", "Opaque"], "profile")


def test_one_signal_for_each_change(provd, client, page):
    """An attempt changes the state twice; between them only Progress may be told."""
    client.put(Profile_Rule=page.url)
    page.hold()
    mark = client.mark()
    id = client.request()
    page.wait_asked()
    client.listen(1.2)
    page.release()
    client.finished(id, since=mark)
    client.settle()
    changes = client.changed_properties(mark)
    states = [c for c in changes if set(c) - {"Progress"}]
    assert [c.get("State") for c in states] == ["resyncing", "scheduled"]
    first, last = states
    assert {"State", "NextReason", "LastAttempt", "LastReason"} >= set(first) - {"Progress"}
    assert {"State", "NextResync", "NextReason", "LastSuccess", "LastResult", "Provisioned"} <= set(
        last
    )
    assert last["Progress"] == ("", "", 0, 0)


def test_progress_four_times_a_second(provd, client, scripted):
    """At most, however often something arrives; the beginning and the end of an attempt count."""
    body = profile({"GPP_A": "one"}) + b" " * 100_000

    def dribble(connection, request):
        connection.sendall(answer(length=len(body)))
        for at in range(0, len(body), 1000):
            connection.sendall(body[at : at + 1000])
            time.sleep(0.02)

    mark = client.mark()
    assert client.resync(scripted(dribble).url()).result == "success"
    told = [s for s in client.since(mark, "PropertiesChanged") if "Progress" in s.body[1]]
    received = [plain(s.body[1]["Progress"])[2] for s in told]
    assert received[:-1] == sorted(received[:-1]) and received[-1] == 0 < received[-2]
    assert 4 < len(told) <= 1 + 4 * (told[-1].when - told[0].when)


def test_resyncing(provd, client, page):
    client.put(Profile_Rule=page.url)
    page.hold()
    mark = client.mark()
    id = client.request()
    page.wait_asked()
    started = client.wait("ResyncStarted", since=mark)
    assert started.body == (id, "request")
    state = client.get_all()
    assert state["State"] == "resyncing"
    assert state["NextResync"] == 0
    assert state["NextReason"] == "request"
    assert state["LastResult"] == "none"
    expected = len(page.body)
    deadline = time.monotonic() + 10
    while client.get("Progress") != ("Profile_Rule", "receiving", expected - 1, expected):
        assert time.monotonic() < deadline, client.get("Progress")
        client.listen(0.25, until="PropertiesChanged")
    page.release()
    assert client.finished(id, since=mark).result == "success"
    assert client.get("Progress") == ("", "", 0, 0)


def test_progress_of_many_attempts(provd, client, origin):
    """Their ends count, too: it changes at most four times a second, whatever happens."""
    page = origin.page("/a", {"X": "1"})
    mark = client.mark()
    for _ in range(8):
        page.hold()
        id = client.request(origin.url("/a"))
        page.wait_asked()
        client.listen(0.4)
        page.release()
        client.finished(id, since=mark)
    told = [s for s in client.since(mark, "PropertiesChanged") if "Progress" in s.body[1]]
    assert 4 < len(told) <= 1 + 4 * (told[-1].when - told[0].when)


def test_failure_and_retry(make_provd, client, origin):
    """The retry is due an element of the schedule after the end; each failure takes the next."""
    provd = make_provd(
        Defaults={
            "Profile_Rule": origin.url("/missing.xml"),
            "Resync_Error_Retry_Delay": "300+60,7200",
        }
    ).start()
    mark = client.mark()
    finished = client.resync()
    assert finished[1:3] == ("failure", "FileNotFound")
    assert "missing.xml" in finished.message and "404" in finished.message
    assert finished.changed == 0
    state = client.get_all()
    assert (state["State"], state["NextReason"]) == ("scheduled", "retry")
    assert (state["LastResult"], state["LastError"]) == ("failure", "FileNotFound")
    assert state["LastErrorMessage"] == finished.message
    assert state["Failures"] == 1
    assert state["Provisioned"] is False and state["LastSuccess"] == 0
    ended = client.history(1)[0][3]
    assert 300 * SECOND - SLACK <= state["NextResync"] - ended <= 360 * SECOND + SLACK
    assert client.since(mark, "ParametersChanged") == []
    drawn = state["NextResync"]
    provd.restart()
    assert near(client.get("NextResync"), drawn)
    assert client.get("Failures") == 1
    client.resync()
    assert near(client.get("NextResync"), client.history(1)[0][3] + 7200 * SECOND)
    client.resync()
    assert near(client.get("NextResync"), client.history(1)[0][3] + 7200 * SECOND)
    assert client.get("Failures") == 3


def test_retry_happens(make_provd, client, origin):
    make_provd(
        Defaults={
            "Profile_Rule": origin.url("/a.xml"),
            "Resync_Error_Retry_Delay": "1",
            "Resync_Periodic": "0",
        }
    ).start()
    mark = client.mark()
    assert client.resync().error == "FileNotFound"
    origin.page("/a.xml", {"GPP_A": "one"})
    started = client.wait("ResyncStarted", 5, mark, lambda s: s.body[1] == "retry")
    assert client.finished(started.body[0], since=mark).result == "success"
    assert client.get("Failures") == 0
    assert client.get("State") == "idle"


def test_periodic_happens(make_provd, client, page):
    make_provd(Defaults={"Profile_Rule": page.url, "Resync_Periodic": "1"}).start()
    mark = client.mark()
    client.resync()
    for _ in range(2):
        started = client.wait("ResyncStarted", 5, mark, lambda s: s.body[1] == "periodic")
        client.finished(started.body[0], since=mark)
        mark = client.log.index(started) + 1
        newest, before = client.history(2)
        assert near(newest[2], before[3] + SECOND)


def test_period_takes_effect_at_once(provd, client, page):
    client.put(Profile_Rule=page.url)
    client.resync()
    ended = client.history(1)[0][3]
    client.set("ResyncPeriodic", "s", "7200")
    assert near(client.get("NextResync"), ended + 7200 * SECOND)
    mark = client.mark()
    client.listen(1.0)
    client.set("ResyncPeriodic", "s", "1")
    assert client.wait("ResyncStarted", 2, mark).body[1] == "periodic"


def test_period_off(provd, client, page):
    client.put(Profile_Rule=page.url)
    client.resync()
    mark = client.mark()
    client.set("ResyncPeriodic", "s", "0")
    assert client.get("State") == "idle"
    assert client.get("NextResync") == 0
    assert client.get("NextReason") == ""
    assert len(client.changed_properties(mark)) == 1


def test_deadline_survives(provd, client, page):
    client.put(Profile_Rule=page.url)
    client.resync()
    before = client.get_all()
    provd.restart()
    after = client.get_all()
    assert near(after.pop("NextResync"), before.pop("NextResync"))
    assert after == before
    provd.kill()
    provd.start()
    after = client.get_all()
    after.pop("NextResync")
    assert after == before


def test_disabled(provd, client, page):
    client.put(Profile_Rule=page.url)
    client.resync()
    mark = client.mark()
    client.set("ProvisionEnable", "b", False)
    assert client.get("State") == "disabled"
    assert client.get("NextResync") == 0
    assert client.get("NextReason") == ""
    assert len(client.changed_properties(mark)) == 1
    error = refused(client.request)
    assert error.name == ERROR + "Disabled"
    assert "Provision_Enable" in error.text
    assert refused(client.request, page.url).name == ERROR + "Disabled"
    provd.restart()
    assert client.get("State") == "disabled"
    before = now()
    client.set("ProvisionEnable", "b", True)
    after = now()
    assert client.get("State") == "scheduled"
    assert before - SLACK <= client.get("NextResync") - 3600 * SECOND <= after + SLACK
    assert client.since(mark, "ResyncStarted") == []


def test_disabled_during_an_attempt(provd, client, page):
    client.put(Profile_Rule=page.url)
    page.hold()
    mark = client.mark()
    id = client.request()
    page.wait_asked()
    client.set("ProvisionEnable", "b", False)
    finished = client.finished(id, since=mark)
    assert finished[1:3] == ("cancelled", "Cancelled")
    assert client.get("State") == "disabled"
    assert page.broken_off.wait(5)
    assert client.get("Failures") == 0
    assert client.get("LastResult") == "none"
    page.release()
    assert client.parameters().get("Opaque") is None


def test_from_a_profile_that_disables(provd, client, origin):
    origin.page("/off.xml", {"Provision_Enable": "No", "GPP_A": "last"})
    assert client.resync(origin.url("/off.xml")).result == "success"
    assert client.parameter("GPP_A") == "last"
    assert client.get("State") == "disabled"


def test_fnf_allowed(provd, client, origin, page):
    """With Resync_Fails_On_FNF=No a missing file is no failure, and the next rule is taken."""
    client.put(
        Profile_Rule=origin.url("/missing.xml"), Profile_Rule_B=page.url, Resync_Fails_On_FNF="No"
    )
    assert client.resync()[1:] == ("success", "", "", 2)


def test_one_transaction(provd, client, origin, page):
    """Where the second rule fails, nothing of the first has happened."""
    client.put(Profile_Rule=page.url, Profile_Rule_B=origin.url("/missing.xml"))
    before = client.parameters()
    mark = client.mark()
    assert client.resync().error == "FileNotFound"
    assert client.parameters() == before
    assert client.since(mark, "ParametersChanged") == []


def test_later_rules_see_earlier_values(provd, client, origin):
    """Rule B is what rule A's profile made it, and its macros have A's values."""
    origin.page("/a.xml", {"GPP_A": "second", "Profile_Rule_B": origin.url("/$A.xml")})
    origin.page("/second.xml", {"GPP_B": "arrived"})
    client.put(Profile_Rule=origin.url("/a.xml"))
    assert client.resync().result == "success"
    assert client.parameter("GPP_B") == "arrived"
    assert client.parameter("Profile_Rule_B") == origin.url("/$A.xml")


def test_nothing_to_fetch(provd, client):
    client.put(Profile_Rule="# http://127.0.0.1/a.xml")
    assert client.resync()[1:] == ("success", "", "", 0)
    client.put(Profile_Rule="")
    assert client.resync()[1:] == ("success", "", "", 0)


def test_no_server(provd, client):
    """The rule that a new phone has, where no provisioning server is known."""
    finished = client.resync()
    assert finished[1:3] == ("failure", "NoServer")
    assert "Profile_Rule" in finished.message


def test_provisioning_server(make_provd, client, origin):
    make_provd(Network={"ProvisioningServer": f"http://127.0.0.1:{origin.port}"}).start()
    origin.page("/EX8851.xml", {"GPP_A": "found"})
    assert client.resync().result == "success"
    assert client.parameter("GPP_A") == "found"
    assert origin.requests[-1][2]["User-Agent"] == "Example-EX-8851/1.2.3 (02005e100001)"


def test_options(provd, client, origin):
    """What the options of a rule do is tested elsewhere; here, that they reach the server."""
    url = origin.page("/a.xml", {"GPP_B": "one"}) and origin.url("/a.xml")
    client.put(GPP_A="model=$PN", GPP_C="/flat-profile/GPP_B = /flat-profile/GPP_D")
    assert client.resync(f"[--post a]{url}").result == "success"
    assert origin.requests[-1][0] == "POST"
    assert origin.bodies[-1] == b"model=EX-8851"
    assert client.resync(f"[--key secret]{url}").result == "success"
    warned = [line for line in provd.log().splitlines() if "--key" in line]
    assert len(warned) == 1 and "warning: rule: " in warned[0]
    assert client.resync(f"[--alias c]{url}").result == "success"
    assert client.parameter("GPP_D") == "one"


def test_cancel_running(provd, client, page):
    client.put(Profile_Rule=page.url)
    client.resync()
    before = client.get_all()
    page.hold()
    mark = client.mark()
    id = client.request()
    page.wait_asked()
    client.call("CancelResync")
    finished = client.finished(id, since=mark)
    assert finished[1:3] == ("cancelled", "Cancelled") and finished.changed == 0
    assert page.broken_off.wait(5)
    after = client.get_all()
    for name in ("LastResult", "LastError", "LastSuccess", "Failures", "Provisioned"):
        assert after[name] == before[name]
    assert after["State"] == "scheduled" and after["NextReason"] == "periodic"
    assert near(after["NextResync"], client.history(1)[0][3] + 3600 * SECOND)
    assert client.history(1)[0][4:6] == ("cancelled", "Cancelled")
    assert len(client.since(mark, "ResyncFinished")) == 1
    page.release()


def test_cancel_nothing(provd, client):
    mark = client.mark()
    client.call("CancelResync")
    assert client.since(mark) == []


def test_stop_in_the_middle(provd, client, page):
    """A stop ends the attempt for the listeners; at the next start it is an interrupted one."""
    client.put(Profile_Rule=page.url)
    page.hold()
    mark = client.mark()
    id = client.request()
    page.wait_asked()
    provd.stop()
    client.wait("NameOwnerChanged", since=mark, matching=lambda s: not s.body[2])
    assert len([s for s in client.log[mark:] if s.member == "ResyncFinished"]) == 1
    provd.start()
    row = client.history(1)[0]
    assert row[0] == id and row[4:6] == ("failure", "Interrupted")
    assert client.get("NextReason") == "retry"
    page.release()


def test_killed_in_the_middle(provd, client, page):
    client.put(Profile_Rule=page.url, Resync_Error_Retry_Delay="500")
    page.hold()
    id = client.request()
    page.wait_asked()
    provd.kill()
    killed = now()
    provd.start()
    row = client.history(1)[0]
    assert row[0] == id and row[4:6] == ("failure", "Interrupted") and row[6]
    state = client.get_all()
    assert state["LastResult"] == "failure" and state["LastError"] == "Interrupted"
    assert state["Failures"] == 1
    assert (state["State"], state["NextReason"]) == ("scheduled", "retry")
    assert killed - SLACK <= state["NextResync"] - 500 * SECOND <= now() + SLACK
    page.release()


def test_exactly_one_finished(provd, client, origin, page):
    """Over successes, failures and cancelled ones: each started is finished, once, in order."""
    mark = client.mark()
    for rule in (page.url, origin.url("/missing.xml"), "http://127.0.0.1:1/", page.url):
        client.resync(rule)
    page.hold()
    client.request(page.url)
    page.wait_asked()
    client.call("CancelResync")
    page.release()
    client.settle()
    story = [
        (s.member, s.body[0])
        for s in client.since(mark)
        if s.member in ("ResyncStarted", "ResyncFinished")
    ]
    assert len(story) == 10
    for started, finished in zip(story[::2], story[1::2]):
        assert started[0] == "ResyncStarted" and finished[0] == "ResyncFinished"
        assert started[1] == finished[1]
    ids = [id for _, id in story[::2]]
    assert ids == sorted(set(ids))


def test_reboot_announced(provd, client):
    """Nothing can be rebooted here; what can be seen is that the cause is checked."""
    client.call("NotifyReboot", "s", "upgrade", interface=UPGRADE)
    client.call("NotifyReboot", "s", "other", interface=UPGRADE)
    error = refused(client.call, "NotifyReboot", "s", "boredom", interface=UPGRADE)
    assert error.name == "org.freedesktop.DBus.Error.InvalidArgs"
    assert "upgrade" in error.text


def test_settings_are_the_parameters(provd, client):
    assert client.get("ResyncOnReset", SETTINGS) is False
    client.reset("Resync_Periodic")
    assert client.get("ResyncPeriodic", SETTINGS) == "3600"
