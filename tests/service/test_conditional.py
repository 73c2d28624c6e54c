# SPDX-License-Identifier: LGPL-2.1-or-later
"""Conditional requests: a file that has not changed is not sent again, and yet every resync ends
as it would if it were."""

import os

import pytest
from origin import profile

SECOND = 1_000_000_000
DAY = 86400 * SECOND


class Phone:
    """The daemon, its client and a server whose files have dates of their own, days apart: nginx
    tells two versions of a file apart by size and second alone."""

    def __init__(self, provd, client, nginx):
        self.provd, self.client, self.nginx = provd, client, nginx
        self.versions = 0

    def publish(self, name, **values):
        url = self.nginx.put(name, profile(values))
        self.versions += 1
        moment = 1_600_000_000 * SECOND + self.versions * DAY
        os.utime(self.nginx.root / name, ns=(moment, moment))
        return url

    def rules(self, *rules):
        names = ("Profile_Rule", "Profile_Rule_B", "Profile_Rule_C", "Profile_Rule_D")
        self.client.put(dict(zip(names, rules)))

    def resync(self, rule=None):
        """A resync that must succeed; the statuses of its requests."""
        before = len(self.nginx.log())
        finished = self.client.resync(rule)
        assert finished.result == "success", finished
        self.changed = finished.changed
        return [entry["status"] for entry in self.nginx.log()[before:]]

    def parameters(self, *names):
        return self.client.parameters(*names)

    def kept(self):
        return self.provd.database("SELECT * FROM validator ORDER BY slot")


@pytest.fixture
def phone(provd, client, nginx):
    return Phone(provd, client, nginx)


def test_unchanged_file_is_not_sent_again(phone, client):
    phone.rules(phone.publish("a", A="1", B="2"))
    assert phone.resync() == ["200"]
    first = phone.nginx.log()[-1]
    assert (first["if_none_match"], first["if_modified_since"]) == ("", "")
    kept, described = phone.kept(), client.describe()
    rows = phone.provd.database("SELECT * FROM parameter ORDER BY name")
    mark = client.mark()
    for _ in range(3):
        assert phone.resync() == ["304"]
        assert phone.changed == 0
    last = phone.nginx.log()[-1]
    assert last["if_none_match"].startswith('"')
    assert last["if_modified_since"].endswith("GMT")
    assert client.since(mark, "ParametersChanged") == []
    assert client.get("LastResult") == "success"
    assert client.get("LastSuccess") >= client.get("LastAttempt")
    assert client.describe() == described
    assert phone.provd.database("SELECT * FROM parameter ORDER BY name") == rows
    assert phone.kept() == kept
    assert [row[4] for row in client.history(3)] == ["success"] * 3


def test_changed_file_is_sent(phone):
    phone.rules(phone.publish("a", A="1"))
    phone.resync()
    phone.publish("a", A="2")
    assert phone.resync() == ["200"]
    assert phone.parameters("A") == {"A": "2"}
    assert phone.resync() == ["304"]


@pytest.mark.parametrize("name", ["A", "Resync_Periodic", "GPP_SA", "Unset"])
def test_local_change_is_undone(phone, client, name):
    values = {"A": "1", "Resync_Periodic": "600", "GPP_SA": "s", "Unset": ""}
    phone.rules(phone.publish("a", **values))
    phone.resync()
    client.put({name: "60"})
    assert phone.resync() == ["200"]
    assert phone.changed == 1
    assert phone.parameters(*values) == values
    assert phone.resync() == ["304"]


def test_reset_is_undone(phone, client):
    phone.rules(phone.publish("a", A="1", GPP_A="x"))
    phone.resync()
    for name in ("A", "GPP_A"):
        client.reset(name)
        assert phone.resync() == ["200"]
        assert phone.parameters("A", "GPP_A") == {"A": "1", "GPP_A": "x"}


def test_local_change_and_back_again(phone, client):
    """The same value, but set locally: the profile is its source again."""
    phone.rules(phone.publish("a", A="1"))
    phone.resync()
    client.put(A="1")
    assert phone.resync() == ["200"]
    assert client.describe("A")["A"]["source"] == "profile"


def test_what_is_not_of_the_file_does_not_count(phone, client):
    phone.rules(phone.publish("a", A="1"))
    phone.resync()
    client.put(B="mine", GPP_B="mine")
    assert phone.resync() == ["304"]
    assert phone.parameters("B", "GPP_B") == {"B": "mine", "GPP_B": "mine"}


def test_value_that_the_user_may_keep(phone, client):
    """An empty element with ua="rw" leaves a local value alone, whichever it is."""
    url = phone.nginx.put("a", b'<flat-profile><A>1</A><Ring ua="rw"/></flat-profile>')
    phone.rules(url)
    client.put(Ring="bell")
    phone.resync()
    client.put(Ring="siren")
    assert phone.resync() == ["304"]
    assert phone.parameters("Ring") == {"Ring": "siren"}
    client.reset("Ring")
    assert phone.resync() == ["200"]
    assert phone.parameters("Ring") == {"Ring": ""}


@pytest.mark.parametrize(
    "rule, change",
    [
        ("[--key {key}] {url}", {"Profile_Rule": "[--key other] {url}"}),
        ("[--key $SA] {url}", {"GPP_SA": "another"}),
        ("[--uid u --pwd p] {url}", {"Profile_Rule": "[--uid v --pwd p] {url}"}),
        ("[--alias b] {url}", {"GPP_B": "/flat-profile/A = /flat-profile/C ;"}),
        ("{url}", {"IKM_HTTP_Encrypt_Content": "hidden"}),
        ("{url}", {"HTTP_User_Agent_Name": "other"}),
        ("{url}", {"Profile_Rule": "{url}?x"}),
    ],
)
def test_other_question(phone, client, rule, change):
    """Whatever might make another file of it, or something else of the file."""
    words = {"key": "one", "url": phone.publish("a", A="1")}
    client.put(GPP_B="/flat-profile/A = /flat-profile/B ;", GPP_SA="one")
    phone.rules(rule.format(**words))
    assert phone.resync() == ["200"]
    assert phone.resync() == ["304"]
    client.put({name: value.format(**words) for name, value in change.items()})
    assert phone.resync() == ["200"]
    assert phone.nginx.log()[-1]["if_none_match"] == ""
    assert phone.resync() == ["304"]


def test_overlapping_rules(phone):
    """B overrides A's X. B then says nothing of X any more: it is A's again, at once."""
    phone.rules(phone.publish("a", X="a", Y="a"), phone.publish("b", X="b", Z="b"))
    phone.resync()
    assert phone.parameters("X", "Y", "Z") == {"X": "b", "Y": "a", "Z": "b"}
    for _ in range(2):
        assert phone.resync() == ["200", "200"]
        assert phone.changed == 0
        assert phone.parameters("X") == {"X": "b"}
    phone.publish("b", Z="b")
    assert phone.resync() == ["200", "200"]
    assert phone.parameters("X", "Y", "Z") == {"X": "a", "Y": "a", "Z": "b"}
    assert phone.resync() == ["304", "304"]
    phone.publish("b", X="b", Z="b")
    assert phone.resync() == ["304", "200"]
    assert phone.parameters("X") == {"X": "b"}
    phone.publish("b", X="a", Z="b")
    phone.resync()
    assert phone.resync() == ["304", "304"]


def test_overlapping_rule_is_dropped(phone):
    phone.rules(phone.publish("a", X="a"), phone.publish("b", X="b"))
    phone.resync()
    phone.rules(phone.nginx.url("a"), "")
    assert phone.resync() == ["200"]
    assert phone.parameters("X") == {"X": "a"}


def test_only_the_changed_one_of_two(phone):
    phone.rules(phone.publish("a", A="1"), phone.publish("b", B="1"))
    phone.resync()
    phone.publish("b", B="2")
    assert phone.resync() == ["304", "200"]
    phone.publish("a", A="2")
    assert phone.resync() == ["200", "304"]
    assert phone.parameters("A", "B") == {"A": "2", "B": "2"}


def test_assignment_before_the_fetch(phone):
    """It counts as any other rule: X is not as the file left it once it is done."""
    url = phone.publish("a", X="file")
    phone.rules(f'(X = "assigned";)! {url}')
    for _ in range(2):
        assert phone.resync() == ["200"]
        assert phone.parameters("X") == {"X": "file"}
    phone.rules(f'(X = "file";)! {url}')
    phone.resync()
    assert phone.resync() == ["304"]
    phone.rules(f'(Y = "$MA";)! {url}')
    assert phone.resync() == ["304"]
    assert phone.parameters("X")["X"] == "file"


def test_assignment_after_the_fetch(phone):
    phone.rules(phone.publish("a", X="file"), '(X = "assigned";)!')
    for _ in range(2):
        assert phone.resync() == ["200"]
        assert phone.parameters("X") == {"X": "assigned"}
    phone.rules(phone.nginx.url("a"), "")
    phone.resync()
    assert phone.parameters("X") == {"X": "file"}


def test_rule_that_the_file_before_it_brings(phone):
    second = phone.publish("b", B="1")
    phone.rules(phone.publish("a", Profile_Rule_B=second))
    assert phone.resync() == ["200", "200"]
    assert phone.resync() == ["304", "304"]
    phone.publish("a", Profile_Rule_B="")
    assert phone.resync() == ["200"]


def test_failed_resync_keeps_what_was_known(phone, client):
    phone.rules(phone.publish("a", A="1"))
    phone.resync()
    phone.publish("a", A="2")
    client.put(Profile_Rule_B=phone.nginx.url("missing"))
    assert client.resync().error == "FileNotFound"
    assert phone.parameters("A") == {"A": "1"}
    client.put(Profile_Rule_B="")
    assert phone.resync() == ["200"]
    assert phone.parameters("A") == {"A": "2"}
    client.put(Profile_Rule_B=phone.nginx.url("missing"))
    assert client.resync().error == "FileNotFound"
    client.put(Profile_Rule_B="")
    assert phone.resync() == ["304"]


def test_missing_file_that_is_forgiven(phone, client):
    """Its rule counts as successful, and the file is fetched in full once it is there."""
    client.put(Resync_Fails_On_FNF="No")
    phone.rules(phone.publish("a", A="1"), phone.publish("b", B="1"))
    phone.resync()
    (phone.nginx.root / "b").unlink()
    assert phone.resync() == ["304", "404"]
    phone.publish("b", B="1")
    assert phone.resync() == ["304", "200"]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_restart_keeps_what_is_known(phone, end):
    phone.rules(phone.publish("a", A="1"), phone.publish("b", B="1"))
    phone.resync()
    getattr(phone.provd, end)()
    phone.provd.start()
    assert phone.resync() == ["304", "304"]


def test_local_change_and_restart(phone, client):
    phone.rules(phone.publish("a", A="1"))
    phone.resync()
    client.put(A="mine")
    phone.provd.kill()
    phone.provd.start()
    assert phone.resync() == ["200"]
    assert phone.parameters("A") == {"A": "1"}


def test_other_defaults_of_the_maker(phone, client):
    """An empty element means the default, and that is another one now."""
    phone.rules(phone.publish("a", Resync_Periodic=""))
    phone.resync()
    assert phone.resync() == ["304"]
    phone.provd.stop()
    phone.provd.configure(Defaults={"Resync_Periodic": "7200"})
    phone.provd.start()
    assert phone.resync() == ["200"]
    assert phone.parameters("Resync_Periodic") == {"Resync_Periodic": "7200"}
    assert phone.resync() == ["304"]


def test_factory_reset_forgets(phone, client):
    """Even where all stands as the file left it: it only takes a parameter to its default."""
    url = phone.publish("a", Resync_Periodic="")
    assert [phone.resync(url), phone.resync(url)] == [["200"], ["304"]]
    client.call("FactoryReset")
    assert phone.kept() == []
    assert phone.resync(url) == ["200"]


def test_rule_of_a_request(phone):
    """It is known by itself: the configured rules lose nothing by it. A resync of theirs forgets
    it, for their files are then those of the last resync."""
    phone.rules(phone.publish("a", A="1"), phone.publish("b", B="1"))
    phone.resync()
    url, other = phone.publish("c", C="1"), phone.publish("d", D="1")
    assert [phone.resync(url), phone.resync(url)] == [["200"], ["304"]]
    assert phone.resync(phone.nginx.url("a")) == ["304"]
    assert [phone.resync(other), phone.resync(url)] == [["200"], ["200"]]
    assert phone.resync() == ["304", "304"]
    assert phone.resync(url) == ["200"]
    assert len(phone.kept()) == 3


def test_url_that_is_not_a_rule_any_more(phone):
    url, other = phone.publish("a", A="1"), phone.publish("b", B="1")
    for rule, statuses in ((url, ["200"]), (other, ["200"]), (url, ["200"]), (url, ["304"])):
        phone.rules(rule)
        assert phone.resync() == statuses


def test_nothing_secret_is_kept(phone, client):
    client.put(IKM_HTTP_Encrypt_Content="inner-secret", GPP_SA="key-secret")
    url = phone.publish("a", Password_1_="value-secret")
    phone.rules(f"[--key $SA --uid user --pwd word-secret] {url}?token=url-secret")
    phone.resync()
    assert len(phone.kept()) == 1
    assert "secret" not in str(phone.kept())


# What nginx does not do.


def headers(origin, at=-1):
    return origin.requests[at][2]


def test_post_is_never_conditional(provd, client, origin):
    origin.page("/a", {"A": "1"}, ETag='"1"')
    client.put(GPP_A="body")
    for _ in range(2):
        assert client.resync(f"[--post a] {origin.url('/a')}").result == "success"
        assert origin.requests[-1][0] == "POST"
        assert "If-None-Match" not in headers(origin)
    assert provd.database("SELECT * FROM validator") == []


@pytest.mark.parametrize(
    "sent, expected",
    [
        ({"ETag": '"x"'}, {"If-None-Match": '"x"'}),
        ({"ETag": 'W/"x"'}, {"If-None-Match": 'W/"x"'}),
        (
            {"Last_Modified": "Sun, 06 Nov 1994 08:49:37 GMT"},
            {"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"},
        ),
        ({"ETag": '"' + "x" * 1022 + '"'}, {"If-None-Match": '"' + "x" * 1022 + '"'}),
        ({"ETag": '"' + "x" * 1023 + '"'}, {}),
        ({"ETag": "*"}, {}),
        ({}, {}),
    ],
)
def test_validators(provd, client, origin, sent, expected):
    origin.page("/a", {"A": "1"}, **sent)
    for _ in range(2):
        assert client.resync(origin.url("/a")).result == "success"
    conditions = ("If-None-Match", "If-Modified-Since")
    assert {n: v for n, v in headers(origin).items() if n in conditions} == expected
    assert "If-None-Match" not in headers(origin, 0)


def test_unasked_304(provd, client, origin):
    origin.page("/a", b"", 304, ETag='"1"')
    assert client.resync(origin.url("/a")).error == "Http"


def test_redirect_that_leads_elsewhere(provd, client, origin):
    """A “not changed” of another file than the one that was applied says nothing."""
    for name in ("one", "two"):
        origin.page(f"/{name}", {"A": name}, ETag='"1"')
    origin.page("/a", b"moved", 302, Location=origin.url("/one"))
    url = origin.url("/a")
    for _ in range(2):
        assert client.resync(url).result == "success"
    assert [path for _, path, _ in origin.requests] == ["/a", "/one"] * 2

    origin.page("/a", b"moved", 302, Location=origin.url("/two"))
    assert client.resync(url).result == "success"
    assert client.parameter("A") == "two"
    asked = [(path, "If-None-Match" in sent) for _, path, sent in origin.requests[4:]]
    assert asked == [("/a", True), ("/two", True), ("/a", False), ("/two", False)]


def test_set_while_the_file_arrives(provd, client, origin):
    """What is set during an attempt stays, and the next one undoes it."""
    origin.page("/a", {"A": "1", "B": "1"}, ETag='"1"')
    url = origin.url("/a")
    client.resync(url)
    client.put(B="mine")
    page = origin.page("/a", {"A": "1", "B": "1"}, ETag='"1"').hold()
    mark = client.mark()
    id = client.request(url)
    page.wait_asked()
    client.put(A="mine")
    page.release()
    assert client.finished(id, since=mark).result == "success"
    assert client.parameters("A", "B") == {"A": "mine", "B": "1"}
    client.resync(url)
    assert "If-None-Match" not in headers(origin)
    assert client.parameters("A", "B") == {"A": "1", "B": "1"}
