# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the service does about a state directory that has seen bad days."""

import random
import re

import pytest
from provd import STATE

DAMAGED = "MESSAGE_ID=64e5c8cc58ea4e458136745ec1fd4a86"
READ_ONLY = "MESSAGE_ID=ef67eae2c8da47bba38dfe0304133d52"
FAILED = "MESSAGE_ID=a8cf5b4823834c0bbc59ba4294a5f7ae"

ASIDE = re.compile(r"provd\.db\.damaged-\d{8}T\d{6}Z")


def flip_bits(path):
    content = bytearray(path.read_bytes())
    chance = random.Random(1)
    for _ in range(200):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def overwrite(path):
    path.write_bytes(b"this was a database" * 1000)


def fill(machine, client, origin):
    """A configuration from a server, of which there is a good copy; and a value set by hand."""
    origin.page("/p.xml", {f"Name_{n}_": f"value {n}" for n in range(300)})
    client.put(Profile_Rule=origin.url("/p.xml"))
    assert client.resync().result == "success"
    machine.wait_until(machine.path(f"{STATE}/provd.db.good").exists, "a good copy")
    client.put(GPP_A="by hand")


@pytest.mark.parametrize("damage", [flip_bits, truncate, overwrite])
@pytest.mark.parametrize("copy", ["good copy", "no copy", "damaged copy"])
def test_damaged(machine, provd, client, origin, damage, copy):
    fill(machine, client, origin)
    provd.stop()
    damage(machine.path(f"{STATE}/provd.db"))
    if copy == "no copy":
        machine.path(f"{STATE}/provd.db.good").unlink()
    elif copy == "damaged copy":
        damage(machine.path(f"{STATE}/provd.db.good"))
    provd.start()

    client = provd.client()
    assert client.parameter("Name_7_" if copy == "good copy" else "GPP_B") == (
        "value 7" if copy == "good copy" else ""
    )
    entries = provd.journal(DAMAGED)
    assert len(entries) == 1 and entries[0]["PRIORITY"] == "2"
    aside = ASIDE.search(entries[0]["MESSAGE"])[0]
    assert aside in provd.files()
    assert (provd.state, provd.restarts()) == ("active", 0)

    client.put(Profile_Rule=origin.url("/p.xml"))
    assert client.resync().result == "success"
    provd.restart()
    assert provd.client().parameter("Name_7_") == "value 7"
    assert len(provd.journal(DAMAGED)) == 1


def test_missing(machine, provd, client, origin):
    fill(machine, client, origin)
    provd.stop()
    machine.run("sh", "-c", f"rm {STATE}/provd.db {STATE}/provd.db-*", check=False)
    provd.start()
    assert provd.client().parameter("Name_7_") == "value 7"
    assert len(provd.journal(DAMAGED)) == 1


def test_directory_gone(machine, provd, client):
    client.put(GPP_A="by hand")
    provd.stop()
    machine.run("rm", "-r", STATE)
    provd.start()
    assert provd.client().parameter("GPP_A") == ""
    assert machine.run("stat", "-c", "%U %a", STATE).stdout == "provd 700\n"


@pytest.fixture
def small_disk(machine, provd):
    """A file system of a mebibyte under the state directory."""
    provd.stop()
    machine.run(
        "mount", "-t", "tmpfs", "-o", "size=1m,mode=700,uid=provd,gid=provd", "tmpfs", STATE
    )
    provd.start()
    yield machine.path(STATE)
    provd.stop()
    machine.run("umount", STATE)


def test_read_only(machine, provd, origin, small_disk):
    client = provd.client()
    client.put(GPP_A="by hand")
    provd.stop()
    machine.run("mount", "-o", "remount,ro", STATE)
    provd.start()
    client = provd.client()
    assert client.parameter("GPP_A") == "by hand"
    assert [entry["PRIORITY"] for entry in provd.journal(READ_ONLY)] == ["2"]
    origin.page("/p.xml", {"GPP_B": "new"})
    finished = client.resync(rule=origin.url("/p.xml"))
    assert (finished.result, finished.error) == ("failure", "Internal")
    assert client.parameters("GPP_A", "GPP_B") == {"GPP_A": "by hand", "GPP_B": ""}
    assert [e["MESSAGE"].split(":")[0] for e in provd.journal(FAILED)] == [
        "The end of attempt 1 cannot be stored"
    ]
    assert (provd.state, provd.restarts()) == ("active", 0)

    provd.stop()
    machine.run("mount", "-o", "remount,rw", STATE)
    provd.start()
    client = provd.client()
    assert client.resync(rule=origin.url("/p.xml")).result == "success"


def test_disk_full(machine, provd, origin, small_disk):
    client = provd.client()
    client.put(GPP_A="by hand")
    values = {f"Name_{n}_": "x" * 4000 for n in range(40)}
    origin.page("/p.xml", values | {"GPP_B": "new"})
    client.put(Profile_Rule=origin.url("/p.xml"), Resync_Error_Retry_Delay="0")
    machine.run("sh", "-c", f"cat /dev/zero >{STATE}/hog", check=False)

    finished = client.resync()
    assert (finished.result, finished.error) == ("failure", "Internal")
    assert client.parameters("GPP_A", "GPP_B") == {"GPP_A": "by hand", "GPP_B": ""}
    assert client.get("LastError") == "Internal"
    assert provd.journal(FAILED)
    former = provd.pid
    provd.kill()
    machine.run("systemctl", "start", "provd")
    provd.wait_restarted(former)
    client = provd.client()
    assert client.parameters("GPP_A", "GPP_B") == {"GPP_A": "by hand", "GPP_B": ""}

    machine.run("rm", f"{STATE}/hog")
    assert client.resync().result == "success"
    provd.restart()
    assert provd.client().parameters("GPP_B", "Name_7_") == {"GPP_B": "new", "Name_7_": "x" * 4000}
