# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an operator finds in the journal: entries by their id and fields, and their explanations."""

import pathlib
import re

from origin import profile

SOURCE = pathlib.Path(__file__).parent.parent.parent


def message_ids():
    text = (SOURCE / "daemon/message-ids.h").read_text()
    return dict(re.findall(r'#define MESSAGE_(\w+)\s+"([0-9a-f]{32})"', text))


IDS = message_ids()


def entries(provd, name, **fields):
    return provd.journal(f"MESSAGE_ID={IDS[name]}", *(f"{k}={v}" for k, v in fields.items()))


def test_every_id_is_explained(machine):
    catalog = (machine.root / "usr/lib/systemd/catalog/provd.catalog").read_text()
    manual = (SOURCE / "docs/provd.8.scd").read_text()
    explained = re.findall(r"^-- ([0-9a-f]{32})$", catalog, re.MULTILINE)
    assert sorted(explained) == sorted(IDS.values())
    assert len(set(IDS.values())) == len(IDS)
    for name, id in IDS.items():
        assert f"_{id}_" in manual, name


def test_fields_of_a_success(provd, client, origin):
    origin.page("/p.xml", {"GPP_B": "new", "GPP_C": "new"})
    client.put(Profile_Rule=origin.url("/p.xml"))
    id = client.request()
    client.wait_for("LastResult", "success")
    started = entries(provd, "ATTEMPT_STARTED", PROVD_ATTEMPT=id)
    assert [entry["PROVD_REASON"] for entry in started] == ["request"]
    (ended,) = entries(provd, "ATTEMPT_SUCCEEDED", PROVD_ATTEMPT=id)
    assert {key: value for key, value in ended.items() if key.startswith("PROVD_")} == {
        "PROVD_ATTEMPT": str(id),
        "PROVD_REASON": "request",
        "PROVD_RESULT": "success",
        "PROVD_URL": origin.url("/p.xml"),
        "PROVD_CHANGED": "2",
    }
    assert ended["PRIORITY"] == "5"


def test_fields_of_a_failure(provd, client, origin):
    client.put(Profile_Rule="[--uid me --pwd s3cret]" + origin.url("/missing.xml"))
    client.resync()
    (ended,) = entries(provd, "ATTEMPT_FAILED", PROVD_RESULT="failure")
    assert ended["PROVD_ERROR"] == "FileNotFound"
    assert ended["PROVD_RULE"] == "Profile_Rule"
    assert ended["PROVD_URL"] == origin.url("/missing.xml")
    assert ended["PRIORITY"] == "4"


def test_fields_of_a_requests_rule(provd, client, origin):
    """No parameter holds it, so there is no PROVD_RULE=; an empty one would say nothing."""
    client.resync(origin.url("/missing.xml"))
    client.put(Resync_Fails_On_FNF="No")
    client.resync(origin.url("/missing.xml"))
    (failed,) = entries(provd, "ATTEMPT_FAILED")
    (accepted,) = entries(provd, "MISSING_FILE_ACCEPTED")
    assert "PROVD_RULE" not in failed and "PROVD_RULE" not in accepted


def test_fields_of_the_providers_text(provd, client, origin):
    origin.page("/p.xml", {})
    client.put(Profile_Rule=origin.url("/p.xml"), Log_Success_Msg="done by $SERV:$PORT")
    client.resync()
    text = entries(provd, "PROVIDER_TEXT")[-1]
    assert text["MESSAGE"] == f"done by 127.0.0.1:{origin.port}"
    assert text["PROVD_MAC"] == "02:00:5e:10:00:01"
    assert text["PROVD_PRODUCT"] == "EX-8851"
    assert text["PROVD_PORT"] == str(origin.port)
    assert text["PROVD_PATH"] == "/p.xml"


def test_fields_of_a_value_that_does_not_count(provd, client, origin):
    body = profile({"Resync_Random_Delay": "many", "Password_1_": "s3cret"})
    origin.page("/p.xml", body)
    client.put(Profile_Rule=origin.url("/p.xml"))
    client.resync()
    (warning,) = entries(provd, "PROFILE_WARNING")
    assert warning["PROVD_PARAMETER"] == "Resync_Random_Delay"
    assert warning["PROVD_URL"] == origin.url("/p.xml")
    assert warning["PROVD_RULE"] == "Profile_Rule"
    assert "0" in warning["MESSAGE"] and "65535" in warning["MESSAGE"]


def test_file_that_may_be_missing(provd, client, origin):
    client.put(Profile_Rule=origin.url("/missing.xml"), Resync_Fails_On_FNF="No")
    assert client.resync().result == "success"
    (entry,) = entries(provd, "MISSING_FILE_ACCEPTED", PROVD_RULE="Profile_Rule")
    assert entry["PROVD_URL"] == origin.url("/missing.xml")


def test_switched_off_and_on(provd, client, origin):
    page = origin.page("/p.xml", {}).hold()
    client.put(Profile_Rule=origin.url("/p.xml"))
    client.request()
    page.wait_asked()
    client.put(Provision_Enable="No")
    client.put(Provision_Enable="Yes")
    page.release()
    assert len(entries(provd, "ATTEMPT_CANCELLED", PROVD_RESULT="cancelled")) == 1
    assert len(entries(provd, "PROVISIONING_DISABLED")) == 1
    assert len(entries(provd, "PROVISIONING_ENABLED")) == 1


def test_unknown_key(provd):
    provd.configure(Limits={"Patience": "3"})
    provd.restart()
    (warning,) = entries(provd, "CONFIGURATION_WARNING")
    assert "[Limits] Patience=" in warning["MESSAGE"]


def test_explanations_lack_no_field(machine, provd, client, origin):
    """journalctl puts a field's name where an entry has no such field."""
    machine.run("journalctl", "--update-catalog")
    origin.page("/p.xml", b"<flat-profile><GPP_A ua='yes'>1</GPP_A></flat-profile>")
    client.put(Profile_Rule=origin.url("/p.xml"), Resync_Fails_On_FNF="No")
    client.resync()
    client.resync(origin.url("/missing.xml"))
    assert entries(provd, "PROFILE_WARNING") and entries(provd, "MISSING_FILE_ACCEPTED")
    machine.run("journalctl", "--sync")
    shown = machine.run("journalctl", "-x", "--boot", "-u", "provd").stdout
    assert "Subject: Something in a profile does not count\n" in shown
    assert "PROVD_" not in shown.replace("PROVD_ATTEMPT=", "")


def test_explanations(machine, provd, client):
    machine.run("journalctl", "--update-catalog")
    client.put(Profile_Rule="http://127.0.0.1:1/")
    client.resync()
    machine.run("journalctl", "--sync")
    shown = machine.run("journalctl", "-x", "-u", "provd", "PROVD_RESULT=failure").stdout
    assert "Subject: A resync has failed: attempt 1" in shown
    assert "The class of the failure is Unreachable:" in shown
    assert "man:provd(8)" in shown


def test_the_daemon_speaks_english_and_provctl_translates(provd, client, machine, origin):
    """Each reader has their own language; what is recorded has none."""
    provd.drop_in("[Service]\nEnvironment=LANG=C.UTF-8 LANGUAGE=de\n")
    provd.restart()
    client.put(Profile_Rule=origin.url("/missing.xml"))
    client.resync()
    where = origin.url("/missing.xml")
    assert client.get("LastErrorMessage") == f"{where}: the server answered 404 Not Found"
    (ended,) = entries(provd, "ATTEMPT_FAILED", PROVD_RESULT="failure")
    assert ended["MESSAGE"].endswith(": the server answered 404 Not Found")

    def provctl(language, *arguments):
        done = machine.run("env", f"LANGUAGE={language}", "provctl", *arguments, check=False)
        return done.stdout + done.stderr

    assert f"{where}: der Server antwortete 404 Not Found" in provctl("de", "status")
    assert f"{where}: サーバーの応答: 404 Not Found" in provctl("ja", "history")
    assert "the server answered 404 Not Found" in provctl("de", "--json", "history")
    assert "“5x” is not allowed" in provctl("en", "set", "Resync_Periodic=5x")
    assert "„5x“ ist nicht erlaubt" in provctl("de", "set", "Resync_Periodic=5x")
