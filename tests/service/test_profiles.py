# SPDX-License-Identifier: LGPL-2.1-or-later
"""Profiles, served by nginx: every parameter arrives as the XML holds it, and only once.

PROVD_FIELD_PROFILES may name a directory of profiles from the field, which the project cannot
bring along.
"""

import os
import pathlib
import struct

import pytest
from origin import ROOT

settled = pytest.importorskip("profiles", reason="python3-lxml is not installed").settled

OWN = sorted((pathlib.Path(__file__).resolve().parents[2] / "examples" / "profiles").glob("*.xml"))


def profiles():
    """Each profile as a case; one skipped case for those from the field where there are none."""
    directory = os.environ.get("PROVD_FIELD_PROFILES")
    if not directory:
        reason = "PROVD_FIELD_PROFILES names no directory of profiles from the field"
        field = [pytest.param(None, id="field", marks=pytest.mark.skip(reason=reason))]
    else:
        field = [
            pytest.param(path, id=path.name)
            for path in sorted(pathlib.Path(directory).glob("*.xml"))
        ]
    return [pytest.param(path, id=path.name) for path in OWN] + field


@pytest.fixture
def phone(make_provd):
    """What a profile sets is compared with the built-in defaults alone."""
    return make_provd(Defaults={}).start()


def differences(found, wanted):
    return {
        name: (found.get(name), wanted.get(name))
        for name in found.keys() | wanted.keys()
        if found.get(name) != wanted.get(name)
    }


def normalized(values, described):
    """A Bool is Yes or No, however the profile spells it."""
    words = {"yes": "Yes", "true": "Yes", "1": "Yes", "no": "No", "false": "No", "0": "No"}
    bools = {name for name in values if described.get(name, {}).get("type") == "bool"}
    return values | {name: words[values[name].lower()] for name in bools}


def commits(wal):
    """The transactions in a write-ahead log: the frames that end one say how large the database
    is, in their second word; frames of another salt are from before the log began anew."""
    if len(wal) < 32:
        return 0
    page_size = struct.unpack(">I", wal[8:12])[0]
    frames = range(32, len(wal) - page_size - 23, page_size + 24)
    return sum(
        wal[at + 8 : at + 16] == wal[16:24] and wal[at + 4 : at + 8] != bytes(4) for at in frames
    )


@pytest.mark.parametrize("path", profiles())
def test_arrives(phone, client, nginx, path):
    """Every parameter has the value that the XML holds after the contract's normalisation."""
    defaults = client.parameters()
    url = nginx.put(path.name, path.read_bytes())
    finished = client.resync(url)
    assert finished.result == "success", finished.message
    wanted = defaults | normalized(settled(path, defaults), client.describe(*defaults))
    found = client.parameters()
    assert differences(found, wanted) == {}
    assert finished.changed == sum(defaults.get(name) != value for name, value in wanted.items())
    phone.kill()
    phone.start()
    assert client.parameters() == wanted
    print(f"{path.name}: {len(wanted)} parameters, {finished.changed} of them changed")


@pytest.mark.parametrize("path", profiles())
def test_second_time_changes_nothing(phone, client, nginx, path):
    """No parameter is written, none is announced; a poll writes its time and one history row."""
    url = nginx.put(path.name, path.read_bytes())
    client.resync(url)
    rows = phone.database("SELECT * FROM parameter ORDER BY name")
    columns = [row[1] for row in phone.database("PRAGMA table_info(parameter)")]
    assert "changed" in columns and rows
    described = client.describe()
    wal = phone.state / "provd.db-wal"
    size, transactions = wal.stat().st_size, commits(wal.read_bytes())
    mark = client.mark()
    finished = client.resync(url)
    assert finished[1:] == ("success", "", "", 0)
    assert client.since(mark, "ParametersChanged") == []
    assert phone.database("SELECT * FROM parameter ORDER BY name") == rows
    assert client.describe() == described
    assert client.call("GetChanges", "t", finished.id) == []
    grown, more = wal.stat().st_size - size, commits(wal.read_bytes()) - transactions
    print(f"{path.name}: {more} transactions, {grown} bytes of write-ahead log")
    assert 0 < more <= 2
    assert 0 < grown <= 64 * 1024


def common_files():
    """The profiles that leave the second rule to whom it belongs."""
    return [
        case
        for case in profiles()
        if case.values[0] is None or b"<Profile_Rule_B" not in case.values[0].read_bytes()
    ]


@pytest.mark.parametrize("path", common_files())
def test_missing_device_file(phone, client, nginx, path):
    """A common file whose device file is missing: the phone keeps all it had. Where a missing file
    is no failure, the common file counts; a profile may have a word in that itself."""
    client.put(Line_Enable_1_="Yes", User_ID_1_="mine", Profile_Rule_B=nginx.url("missing.xml"))
    client.put(Profile_Rule=nginx.put(path.name, path.read_bytes()))
    before = client.parameters()
    assert client.resync().error == "FileNotFound"
    assert client.parameters() == before

    client.put(Resync_Fails_On_FNF="No")
    finished = client.resync()
    if b"<Resync_Fails_On_FNF" in path.read_bytes():
        assert finished.error == "FileNotFound"
        assert client.parameters() == before | {"Resync_Fails_On_FNF": "No"}
    else:
        assert finished.result == "success" and finished.changed > 100
        assert client.parameter("Line_Enable_1_") == settled(path, {})["Line_Enable_1_"]


def fetch(client, nginx, elements, name="phone.xml"):
    """A resync with these elements in a profile."""
    url = nginx.put(name, ROOT.format(elements).encode())
    return client.resync(url)


@pytest.mark.parametrize(
    "element, value",
    [
        ("<X> \t\n two  words \n</X>", "two  words"),
        ("<X>one  \n\r\n  two\nthree</X>", "one two three"),
        ("<X>&lt;a&gt; &amp; &quot;b&quot; &apos;c&apos;</X>", "<a> & \"b\" 'c'"),
        ("<X>&#228;&#x20AC;ä€</X>", "ä€ä€"),
        ("<X><![CDATA[<b> & c]]></X>", "<b> & c"),
        ("<X>a<!-- comment -->b<?pi data?>c</X>", "abc"),
        ('<X group="a/b" other="1">v</X>', "v"),
        ("<X>first</X><X>second</X>", "second"),
        ('<X>""</X>', ""),
        ("<X/>", ""),
        ("<X></X>", ""),
        ('<p:X xmlns:p="urn:p">v</p:X>', "v"),
    ],
)
def test_values(phone, client, nginx, element, value):
    assert fetch(client, nginx, element)[1:4] == ("success", "", "")
    assert client.parameter("X") == value


def test_odd_names(phone, client, nginx):
    names = [
        "Enable_802.1X_Authentication",
        "Auth_Resync-Reboot_1_",
        "_x",
        "a",
        "A.b-c_9",
        "N" * 128,
    ]
    skipped = ["Ä", "N" * 129]
    fetch(client, nginx, "".join(f"<{name}>v</{name}>" for name in names + skipped))
    found = client.parameters()
    assert all(found.get(name) == "v" for name in names)
    assert not any(name in found for name in skipped)
    assert "Ä" in phone.log()


def test_empty_elements(phone, client, nginx):
    """An understood parameter goes to its default, an opaque one becomes empty; with ua="rw" a
    value that was set locally is kept."""
    client.put(
        Resync_Periodic="60", Forced_Resync_Delay="1", GPP_A="x", Opaque="x", Kept="x", User="x"
    )
    fetch(
        client,
        nginx,
        '<Resync_Periodic/><GPP_A></GPP_A><Opaque/><Kept ua="rw"/><User ua="na"/>'
        '<Forced_Resync_Delay ua="rw"/><New ua="rw"/>',
    )
    assert client.parameters(
        "Resync_Periodic", "Forced_Resync_Delay", "GPP_A", "Opaque", "Kept", "User", "New"
    ) == {
        "Resync_Periodic": "3600",
        "Forced_Resync_Delay": "1",
        "GPP_A": "",
        "Opaque": "",
        "Kept": "x",
        "User": "",
        "New": "",
    }


def test_quoted_emptiness(phone, client, nginx):
    client.put(GPP_A="x", Log_Request_Msg="x")
    fetch(client, nginx, '<GPP_A>""</GPP_A><Log_Request_Msg>""</Log_Request_Msg>')
    assert client.parameters("GPP_A", "Log_Request_Msg") == {"GPP_A": "", "Log_Request_Msg": ""}


def test_access(phone, client, nginx):
    """ua is kept with the parameter; missing it is unchanged, any other is warned about."""
    fetch(client, nginx, '<A ua="na">1</A><B ua="ro">1</B><C ua="rw">1</C><D>1</D>')
    rows = client.describe("A", "B", "C", "D")
    assert [rows[name]["access"] for name in "ABCD"] == ["na", "ro", "rw", "na"]
    assert [rows[name]["source"] for name in "ABCD"] == ["profile"] * 4
    mark = client.mark()
    finished = fetch(client, nginx, '<A ua="rw">1</A><B ua="xx">1</B><C>2</C>')
    assert finished.changed == 1
    assert [s.body for s in client.since(mark, "ParametersChanged")] == [(["C"], "profile")]
    rows = client.describe("A", "B", "C")
    assert [rows[name]["access"] for name in "ABC"] == ["rw", "ro", "rw"]
    assert "xx" in phone.log()


@pytest.mark.parametrize(
    "document",
    [
        "<flat-profile><GPP_A>found</GPP_A></flat-profile>",
        "<device><flat-profile><GPP_A>found</GPP_A></flat-profile><GPP_A>no</GPP_A></device>",
        '<flat-profile xmlns="http://www.w3.org/1999/xhtml"><GPP_A>found</GPP_A></flat-profile>',
        "<flat-profile><r-c><GPP_B>no</GPP_B>text</r-c><GPP_A>found</GPP_A></flat-profile>",
        "\ufeff<flat-profile><GPP_A>found</GPP_A></flat-profile>",
    ],
)
def test_documents(phone, client, nginx, document):
    url = nginx.put("phone.xml", document.encode())
    finished = client.resync(url)
    assert finished[1:] == ("success", "", "", 1)
    assert client.parameters("GPP_A", "GPP_B") == {"GPP_A": "found", "GPP_B": ""}


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16", "US-ASCII"])
def test_encodings(phone, client, nginx, encoding):
    text = "plain" if encoding == "US-ASCII" else "übergrößen"
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?><flat-profile><X>{text}</X></flat-profile>'
    )
    client.resync(nginx.put("phone.xml", document.encode(encoding)))
    assert client.parameter("X") == text


def test_last_profile_wins(phone, client, nginx):
    fetch(client, nginx, "<X>one</X><Y>one</Y>", "a.xml")
    fetch(client, nginx, "<X>two</X>", "b.xml")
    assert client.parameters("X", "Y") == {"X": "two", "Y": "one"}


def test_https(make_provd, client, make_nginx, certificates):
    """With the server's authority known it is fetched; without, the message names what is wrong."""
    nginx = make_nginx(certificates=["good"], store=certificates)
    phone = make_provd(Tls={"CAFile": certificates.path("ca.pem")}).start()
    nginx.put("phone.xml", ROOT.format("<X>safe</X>"))
    assert client.resync(nginx.url("phone.xml", "good")).result == "success"
    assert client.parameter("X") == "safe"
    phone.stop()
    phone.configure()
    phone.start()
    finished = client.resync(nginx.url("phone.xml", "good"))
    assert finished[1:3] == ("failure", "Tls")
    assert "issuer" in finished.message or "self-signed" in finished.message
