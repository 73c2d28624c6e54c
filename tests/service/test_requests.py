# SPDX-License-Identifier: LGPL-2.1-or-later
"""Requests: which join, which wait for the lines, which have an attempt of their own."""

import time

import pytest
from bus import ERROR, INVALID_ARGS, SIP, UPGRADE, BusError, Client, refused

SECOND = 1_000_000


@pytest.fixture
def page(origin):
    page = origin.page("/a.xml", {"GPP_A": "one"})
    page.url = origin.url("/a.xml")
    return page


@pytest.fixture
def ready(provd, client, page):
    """A daemon with a rule that can be fetched; nothing is scheduled."""
    client.put(Profile_Rule=page.url, Resync_Periodic="0")
    return provd


def line(client, number, active):
    client.call("SetLineActive", "ub", number, active, interface=SIP)


@pytest.mark.parametrize(
    "options",
    [
        {"colour": ("s", "red")},
        {"rule": ("u", 1)},
        {"force": ("s", "yes")},
        {"force": ("b", True), "Rule": ("s", "")},
    ],
)
def test_options_refused(ready, client, options):
    mark = client.mark()
    error = refused(client.call, "ResyncNow", "a{sv}", options)
    assert error.name == INVALID_ARGS
    assert any(name in error.text for name in options)
    assert client.since(mark) == []


@pytest.mark.parametrize("rule", ["(", "($A eq", "[--key"])
def test_rule_refused(ready, client, rule):
    mark = client.mark()
    error = refused(client.request, rule)
    assert error.name == ERROR + "InvalidRule"
    assert "column" in error.text
    assert client.since(mark) == []


def test_during_an_attempt(ready, client, page):
    """Requests that come while an attempt runs join each other in one more attempt after it."""
    page.hold()
    mark = client.mark()
    first = client.request()
    page.wait_asked()
    second = client.request()
    assert second != first
    assert client.request() == second
    assert client.request(force=True) == second
    page.release()
    client.finished(first, since=mark)
    assert client.finished(second, since=mark).result == "success"
    assert [s.body[0] for s in client.since(mark, "ResyncStarted")] == [first, second]


def test_rule_has_an_attempt_of_its_own(ready, client, origin, page):
    """Requests with a rule join nothing and run one after the other."""
    held = origin.page("/held.xml", {"GPP_B": "x"}).hold()
    mark = client.mark()
    first = client.request(origin.url("/held.xml"))
    held.wait_asked()
    second = client.request(page.url)
    third = client.request(page.url)
    plain = client.request()
    assert len({first, second, third, plain}) == 4
    held.release()
    for id in (first, second, third, plain):
        assert client.finished(id, since=mark).result == "success"
    story = [s for s in client.since(mark) if s.member in ("ResyncStarted", "ResyncFinished")]
    assert [s.member for s in story] == ["ResyncStarted", "ResyncFinished"] * 4
    assert sorted(row[0] for row in client.history()) == sorted([first, second, third, plain])


def test_rule_in_place_of_the_configured(ready, client, origin, page):
    origin.page("/b.xml", {"GPP_B": "by rule"})
    assert client.resync(origin.url("/b.xml")).changed == 1
    assert [path for _, path, _ in origin.requests] == ["/b.xml"]


def test_failed_rule_starts_no_retry(ready, client, origin):
    assert client.resync(origin.url("/missing.xml")).error == "FileNotFound"
    assert client.get("State") == "idle"
    assert client.get("NextReason") == ""
    assert client.get("LastResult") == "failure"
    assert client.get("Failures") == 1
    assert client.get("LastAttempt") > 0


def test_rule_that_succeeds_counts(ready, client, page):
    client.put(Resync_Periodic="3600")
    assert client.get("State") == "idle"
    client.resync(page.url)
    assert client.get("Provisioned") is True
    assert client.get("NextReason") == "periodic"


def test_deferred(ready, client, page):
    line(client, 3, True)
    mark = client.mark()
    before = time.time_ns() // 1000
    id = client.request()
    state = client.get_all()
    assert state["State"] == "deferred"
    assert state["NextReason"] == "request"
    assert abs(state["NextResync"] - before - 14400 * SECOND) < SECOND
    assert client.request() == id
    assert client.since(mark, "ResyncStarted") == []
    assert [c["State"] for c in client.changed_properties(mark)] == ["deferred"]
    line(client, 3, False)
    assert client.finished(id, since=mark).result == "success"


def test_deferred_until_all_are_idle(ready, client, page):
    line(client, 1, True)
    line(client, 2, True)
    mark = client.mark()
    id = client.request()
    line(client, 1, False)
    assert client.get("State") == "deferred"
    line(client, 2, False)
    client.finished(id, since=mark)


def test_force_is_not_deferred(ready, client, page):
    line(client, 1, True)
    assert client.resync(force=True).result == "success"


def test_force_sets_free(ready, client, page):
    """A force that comes later joins the waiting attempt and sets it free."""
    line(client, 1, True)
    mark = client.mark()
    id = client.request()
    assert client.get("State") == "deferred"
    assert client.request(force=True) == id
    assert client.finished(id, since=mark).result == "success"


def test_forced_delay(ready, client, page):
    client.put(Forced_Resync_Delay="1")
    line(client, 1, True)
    mark = client.mark()
    begun = time.monotonic()
    id = client.request()
    assert client.get("State") == "deferred"
    client.finished(id, since=mark)
    assert 0.8 < time.monotonic() - begun < 3
    client.put(Forced_Resync_Delay="0")
    mark = client.mark()
    client.finished(client.request(), since=mark)
    assert "deferred" not in [c.get("State") for c in client.changed_properties(mark)]


def test_lines_of_a_client_that_leaves(ready, client, bus, page):
    other = Client(bus.address)
    line(other, 7, True)
    line(client, 7, True)
    assert client.get("ActiveLines", SIP) == [7]
    mark = client.mark()
    id = client.request()
    line(client, 7, False)
    assert client.get("State") == "deferred"
    other.close()
    assert client.finished(id, since=mark).result == "success"
    assert client.get("ActiveLines", SIP) == []


def test_lines(provd, client):
    mark = client.mark()
    for number in (9, 64, 1):
        line(client, number, True)
    line(client, 9, True)
    client.call("SetLineRegistered", "ub", 2, True, interface=SIP)
    assert client.get("ActiveLines", SIP) == [1, 9, 64]
    assert client.get("RegisteredLines", SIP) == [2]
    assert len(client.changed_properties(mark, SIP)) == 4
    for number in (0, 65, 2**32 - 1):
        for member in ("SetLineActive", "SetLineRegistered"):
            error = refused(client.call, member, "ub", number, True, interface=SIP)
            assert error.name == ERROR + "NoSuchLine"
            assert "64" in error.text


def test_a_line_becomes_active_during_an_attempt(ready, client, page):
    page.hold()
    mark = client.mark()
    id = client.request()
    page.wait_asked()
    line(client, 1, True)
    assert client.get("State") == "resyncing"
    page.release()
    assert client.finished(id, since=mark).result == "success"


def test_cancel_waiting(ready, client, page):
    line(client, 1, True)
    mark = client.mark()
    client.request()
    client.call("CancelResync")
    assert client.get("State") == "idle"
    assert client.get("NextResync") == 0
    line(client, 1, False)
    assert client.since(mark, "ResyncStarted") == []
    assert client.history() == []


def test_waiting_request_survives(ready, client, page):
    """A request is kept with its id and options over a restart; who was on a call may say so
    again before it starts."""
    line(client, 1, True)
    id = client.request()
    mark = client.mark()
    ready.kill()
    ready.start()
    assert client.get("State") in ("scheduled", "deferred")
    line(client, 1, True)
    client.wait_for("State", "deferred", 10)
    line(client, 1, False)
    assert client.finished(id, since=mark).result == "success"


def test_sip(ready, client, origin, page):
    def notify(event):
        return client.call("Notify", "s", event, interface=SIP)

    for event in (
        "resync",
        "check-sync",
        "check-sync;reboot=false",
        f"resync;profile={page.url}",
        " resync ",
        "check-sync ; reboot = false",
        f'Resync; profile="{page.url}"',
    ):
        mark = client.mark()
        assert notify(event) == "resync"
        assert client.wait("ResyncStarted", since=mark).body[1] == "sip"
        client.wait("ResyncFinished", since=mark)
    mark = client.mark()
    assert notify("reboot_now") == "reboot"
    assert notify("check-sync;reboot=true") == "reboot"
    assert notify("restart_now") == "restart"
    assert notify("report") == "report"
    for event in ("talk", "", "re sync", "check-sync;reboot", "check-sync;reboot=maybe"):
        assert notify(event) == "ignored"
    for url in (f"{page.url} b", "<http://127.0.0.1/>", ""):
        assert refused(notify, f"resync;profile={url}").name == ERROR + "InvalidRule"
    for url in ("http://elsewhere.example/a.xml", "http://127.0.0.1@elsewhere.example/", "/a.xml"):
        assert refused(notify, f"resync;profile={url}").name == ERROR + "Refused"
    client.put(Resync_From_SIP="No")
    error = refused(notify, "resync")
    assert error.name == ERROR + "Refused"
    assert "Resync_From_SIP" in error.text
    client.put(Provision_Enable="No")
    assert refused(notify, "resync").name == ERROR + "Disabled"
    assert refused(notify, "resync;profile=http://elsewhere/").name == ERROR + "Disabled"
    assert client.since(mark, "ResyncStarted") == []


def test_upgrade(ready, client, page):
    def notify(success, message):
        client.call("NotifyAttempt", "bs", success, message, interface=UPGRADE)

    mark = client.mark()
    before = time.time_ns() // 1000
    notify(False, "no space left")
    assert client.wait("ResyncStarted", since=mark).body[1] == "upgrade"
    client.wait("ResyncFinished", since=mark)
    state = client.get_all(UPGRADE)
    assert before <= state["LastAttempt"] <= time.time_ns() // 1000
    assert (state["LastSuccess"], state["LastMessage"]) == (False, "no space left")
    assert len(client.changed_properties(mark, UPGRADE)) == 1
    client.put(Resync_After_Upgrade_Attempt="No")
    mark = client.mark()
    notify(True, "")
    client.settle()
    assert client.since(mark, "ResyncStarted") == []
    assert client.get("LastSuccess", UPGRADE) is True


def test_many_requests_with_a_rule(ready, client, origin, page):
    """What waits has a limit."""
    held = origin.page("/held.xml", {"GPP_B": "x"}).hold()
    client.request(page.url.replace("a.xml", "held.xml"))
    held.wait_asked()
    for count in range(2000):
        try:
            client.request(page.url)
        except BusError as error:
            assert error.name == "org.freedesktop.DBus.Error.LimitsExceeded"
            break
    else:
        raise AssertionError("2000 requests were accepted")
    assert count >= 1
    client.call("CancelResync")
    held.release()
    client.wait_for("State", "idle")


def test_fetch_macros_of_the_user_agent(ready, client, origin, page):
    """They tell of the fetch that it goes with, whatever was fetched before."""
    client.put(
        HTTP_User_Agent_Name="$SCHEME $METH $SERV $SERVIP $PORT $PATH",
        Profile_Rule_B=origin.url("/missing.xml"),
        Resync_Fails_On_FNF="No",
    )
    assert client.resync().result == "success"
    place = f"http http 127.0.0.1 127.0.0.1 {origin.port}"
    agents = [headers["User-Agent"] for _, _, headers in origin.requests]
    assert agents == [f"{place} /a.xml", f"{place} /missing.xml"]


def test_macros_of_the_last_fetch(ready, client, origin, page):
    """Between two fetches they tell of the last one: in the next rule, and in the next attempt."""
    told = "$SCHEME $SERV $SERVIP $PORT $PATH $ERR"
    client.put(
        Profile_Rule_B=origin.url("/missing.xml"),
        Profile_Rule_C=f'("$ERR" ne "")? (Told = "{told}")! {page.url}',
        Resync_Fails_On_FNF="No",
    )
    assert client.resync().result == "success"
    words = client.parameter("Told").split(" ", 5)
    assert words[:5] == ["http", "127.0.0.1", "127.0.0.1", str(origin.port), "/missing.xml"]
    assert words[5].endswith("404 Not Found")
    assert client.resync(origin.url("/other.xml?a=b")).result == "success"
    explained = client.call("Explain", "s", '("$ERR" ne "")? http://h/$SERV:$PORT$PATH')
    assert f"http://h/127.0.0.1:{origin.port}/other.xml?a=b" in str(explained)
    client.resync('(Told = "$PATH $ERR")! ' + page.url)
    assert client.parameter("Told").startswith("/other.xml?a=b http://127.0.0.1")
    assert client.resync('(Told = "$PATH$ERR")!').result == "success"
    assert client.parameter("Told") == "/a.xml"


def test_one_candidate_is_the_next(ready, client, page):
    """The one of NextResync, of all that wait; none while an attempt runs."""

    def candidates():
        entries = client.call("Explain", "s", "#")
        return [{key: value for key, (_, value) in entry.items()} for entry in entries[:-1]]

    page.hold()
    client.request()
    page.wait_asked()
    client.request("#")
    client.request()
    assert [c["reason"] for c in candidates() if c["due"]] == ["request", "request"]
    assert not any(c["next"] for c in candidates())
    client.call("SetLineActive", "ub", 1, True, interface=SIP)
    page.release()
    client.wait_for("State", "deferred")
    assert [c["reason"] for c in candidates() if c["next"]] == ["request"]
