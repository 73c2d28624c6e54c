# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules as a server sees them: request lines, conditions, assignments, credentials, aliases."""

import base64

import pytest
from bus import ERROR, refused


@pytest.fixture
def fetch(provd, client, origin):
    """Evaluates a rule in which ~ is the server; its end and the paths that were asked for."""

    def fetch(rule):
        origin.requests.clear()
        finished = client.resync(rule.replace("~", origin.url("")))
        return finished, [path for _, path, _ in origin.requests]

    return fetch


@pytest.mark.parametrize(
    "rule, path",
    [
        ("~/$PN/$PSN/$SN/$SWVER/$HWVER", "/EX-8851/EX8851/EX0001/1.2.3/1"),
        ("~/$MA-$MAU-$MAC", "/02005e100001-02005E100001-02:00:5e:10:00:01"),
        ("~/$VERSION", "/Example-EX-8851/1.2.3"),
        ("~/$(PN)/$(PN:3)/$(MA:0:4)/$(MA:10:99)/$(MA:99)", "/EX-8851/8851/0200/01/"),
        ("~/$$/$MAX/$zz/$pn", "/$/02005e100001X/$zz/$pn"),
        ("~/$A?q=$GPP_A&n=$UID1", "/a%20b%09?q=a%20b%09&n=100"),
        ("~/$SA", "/$SA"),
        ("~/$CCERT/$UPGCOND/$PRVST", "/Not%20Installed/true/-1"),
        ("$B/from-a-macro", "/from-a-macro"),
        ("$C", "/one%20|%20two"),
        ("~", "/"),
        ("~?q=1", "/?q=1"),
        ("  ~/spaces  ", "/spaces"),
    ],
)
def test_request_line(fetch, client, origin, rule, path):
    client.put(
        GPP_A="a b\t",
        GPP_B=origin.url(""),
        GPP_C=origin.url("/one | two"),
        GPP_SA="secret",
        User_ID_1_="100",
    )
    finished, paths = fetch(rule)
    assert (finished.error, paths) == ("FileNotFound", [path])


@pytest.mark.parametrize(
    "condition, true",
    [
        ("1 eq 1", True),
        ("0x10 eq 16 and -1 lt 0", True),
        ("1 eq 1 AND 2 eq 3", False),
        ('"$A" eq "x" and "$A" ne "y"', True),
        ('"$B" eq ""', True),
        ("$B ne 1", False),
        ('1 eq "1"', False),
        ('"a" lt "b"', False),
        ("2 gt 1.5", True),
        ("1.0 lt 1.0.1", True),
        ("7.5.2a lt 7.5.2b", True),
        ("2.0.3(0412s) eq 2.0.3(0412s)", True),
        ("sip88xx.11-3-2MPP0001-609.loads eq 11-3-2MPP0001-609", True),
        ("11-3-2MPP0001-609 gt 7.5.2", False),
        ("11-3-2MPP0001-609 le 7.5.2", False),
        ("1 ! 2", True),
        ("! 1.2.3", False),
        ("lt 1.2.4", True),
        (">= 1.2.3", True),
        ("1<2", True),
    ],
)
def test_condition(fetch, client, condition, true):
    client.put(GPP_A="x")
    finished, paths = fetch(f"({condition})? ~/yes | ~/no")
    assert paths == ["/yes" if true else "/no"]


@pytest.mark.parametrize(
    "rule, changed",
    [
        ('( User_ID_1_ = "uid$PN" ; c = "" ; d = "$MA" ; )!', {"User_ID_1_": "uidEX-8851"}),
        ('(a="\\101\\042\\\\";GPP_D="d")!', {"GPP_A": 'A"\\', "GPP_D": "d"}),
        ('(1 eq 1)? (Resync_At = "0400")!', {"Resync_At__HHmm_": "0400"}),
        ('(1 eq 2)? (a = "1")! | (1 eq 1)? (a = "2")! | (a = "3")!', {"GPP_A": "2"}),
        ('(Resync_From_SIP = "false"; Resync_Periodic = "x")!', {"Resync_From_SIP": "No"}),
    ],
)
def test_assignments(fetch, client, rule, changed):
    finished, paths = fetch(rule)
    assert (finished.result, paths) == ("success", [])
    assert client.parameters(*changed) == changed
    assert client.parameter("Resync_Periodic") == "3600"


@pytest.mark.parametrize(
    "rule", ["", "  ", "#@/x", " # @/x", "(1 eq 2)? @/x", "(1 eq 1)?", "|", "()!"]
)
def test_nothing_to_fetch(fetch, rule):
    finished, paths = fetch(rule)
    assert (finished.result, finished.changed, paths) == ("success", 0, [])


@pytest.mark.parametrize(
    "rule, credentials",
    [
        ("[--uid u --pwd $SA]~/a", b"u:a b"),
        ('[ --uid "$A" --pwd "\\160\\"w" ] ~/a', b'x:p"w'),
        ("http://u:p%40w!/a", b"u:p@w"),
    ],
)
def test_credentials(fetch, client, origin, rule, credentials):
    """They are sent to a server that asks for them, and shown to nobody."""
    client.put(GPP_A="x", GPP_SA="a b")
    origin.page("/a", b"", status=401, WWW_Authenticate='Basic realm="x"')
    finished, _ = fetch(rule.replace("!", f"@127.0.0.1:{origin.port}"))
    assert finished.error == "AccessDenied"
    first, second = [headers.get("Authorization") for _, _, headers in origin.requests]
    assert first is None
    assert base64.b64decode(second.removeprefix("Basic ")) == credentials


def test_post(fetch, client, origin):
    origin.page("/a", {"X": "1"})
    client.put(GPP_C="mac=$MA&pn=$PN")
    finished, _ = fetch("[--post c]~/a")
    assert finished.result == "success"
    assert origin.requests[0][0] == "POST"
    assert origin.bodies == [b"mac=02005e100001&pn=EX-8851"]


def test_alias(fetch, client, origin):
    """The tail of the path decides; a document without flat-profile needs an entry that matches."""
    client.put(GPP_B="/customer/number = /flat-profile/User_ID_1_ ; /at=/flat-profile/Resync_At;")
    origin.page("/a", b"<r><customer><number ua='rw'> 42 </number></customer><at>0330</at></r>")
    origin.page("/b", b"<r><number>43</number></r>")
    assert fetch("[--alias b]~/a")[0].changed == 2
    assert client.parameters("User_ID_1_", "Resync_At") == {"User_ID_1_": "42", "Resync_At": "0330"}
    assert client.describe("User_ID_1_")["User_ID_1_"]["access"] == "rw"
    assert fetch("[--alias b]~/b")[0].error == "Corrupt"
    assert fetch("~/a")[0].error == "Corrupt"
    client.put(GPP_B=";".join(f"/x{n} = /flat-profile/Y{n}" for n in range(31)))
    assert fetch("[--alias b]~/a")[0].error == "InvalidRule"


@pytest.mark.parametrize(
    "rule",
    [
        "(",
        "(a=1)!",
        '(a = "x")',
        "( )? /x",
        "[--key]/x",
        "[--post q]/x",
        "[--uid a]",
        "(1 EQ 1)? /x",
        "(1 eq 1 or 1 eq 1)? /x",
        "http://a b/",
    ],
)
def test_does_not_parse(provd, client, rule):
    for action in (client.request, lambda rule: client.call("Explain", "s", rule)):
        error = refused(action, rule)
        assert error.name == ERROR + "InvalidRule"
        assert "column" in error.text


@pytest.mark.parametrize(
    "rule", ["http://h:0/", "http://h:65536/", "ftp://h/", "http://h\\x/", "://x"]
)
def test_impossible_url(provd, client, rule):
    """It is known once its macros are expanded: the request is taken, and its attempt fails."""
    assert client.resync(rule).error == "InvalidRule"


def test_explained_as_fetched(provd, client, origin):
    """Explain sees assignments where an attempt does, and only those of what is taken."""
    for path in ("/old-new", "/b-new", "/c-new-"):
        origin.page(path, {})
    client.put(
        GPP_A="old",
        Profile_Rule='("$A" eq "x")? (b="no")! @/no/$B |'
        '(a="$A-new"; Profile_Rule_B="@/b-$$(A:4)"; Resync_Periodic="no")! @/$A |'
        '(b="not-taken")! @/$B'.replace("@", origin.url("")),
        Profile_Rule_C='("$A" eq "old")? /no | ' + origin.url("/c-$(A:4)-$B"),
    )
    entries = client.call("Explain", "s", "")
    shown = [
        ({key: value for key, (_, value) in entry.items()}["url"], entry["taken"][1])
        for entry in entries
        if entry["kind"][1] == "alternative"
    ]
    assert (origin.url("/no/no"), False) in shown and (origin.url("/not-taken"), False) in shown
    assert client.parameter("GPP_A") == "old"
    assert client.resync().result == "success"
    fetched = [origin.url(path) for _, path, _ in origin.requests]
    assert [url for url, taken in shown if taken] == fetched
    assert fetched == [origin.url(path) for path in ("/old-new", "/b-new", "/c-new-")]


def test_a_rule_sees_what_the_one_before_set(provd, client, origin):
    """Profile_Rule_B may come in A's profile; a new Profile_Rule counts from the next attempt on."""
    origin.page(
        "/a", {"GPP_D": "from-a", "Profile_Rule_B": origin.url("/$D"), "Profile_Rule": "/x"}
    )
    origin.page("/from-a", {"X": "b"})
    client.put(Profile_Rule=origin.url("/a"))
    assert client.resync().result == "success"
    assert client.parameters("X", "Profile_Rule") == {"X": "b", "Profile_Rule": "/x"}
    assert client.resync().error == "NoServer"
