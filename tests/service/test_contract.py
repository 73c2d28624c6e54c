# SPDX-License-Identifier: LGPL-2.1-or-later
"""The live introspection is the contract under dbus/, to the letter."""

import pathlib
import xml.etree.ElementTree as ElementTree

import pytest
from bus import INTERFACES, PATH

CONTRACT = pathlib.Path(__file__).resolve().parents[2] / "dbus"


def argument(element, kind):
    direction = element.get("direction", "in" if kind == "method" else "out")
    return element.get("name"), element.get("type"), direction


def annotations(element):
    """What is not the default: a property that says nothing emits its changes."""
    pairs = {a.get("name"): a.get("value") for a in element.findall("annotation")}
    if pairs.get("org.freedesktop.DBus.Property.EmitsChangedSignal") == "true":
        del pairs["org.freedesktop.DBus.Property.EmitsChangedSignal"]
    return pairs


def members(interface):
    """Every member of an interface element, by kind and name."""
    table = {("interface", ""): annotations(interface)}
    for element in interface:
        if element.tag in ("method", "signal"):
            row = [argument(a, element.tag) for a in element.findall("arg")], annotations(element)
        elif element.tag == "property":
            row = element.get("type"), element.get("access"), annotations(element)
        else:
            continue
        table[element.tag, element.get("name")] = row
    return table


def interfaces(text):
    node = ElementTree.fromstring(text)
    return {i.get("name"): members(i) for i in node.findall("interface")}


@pytest.fixture
def live(provd, client):
    return interfaces(
        client.call("Introspect", interface="org.freedesktop.DBus.Introspectable", path=PATH)
    )


@pytest.fixture(scope="module")
def written():
    found = {}
    for path in sorted(CONTRACT.glob("org.provd.*.xml")):
        found |= interfaces(path.read_text())
    return found


def test_interfaces(live, written):
    assert sorted(written) == sorted(INTERFACES)
    assert sorted(name for name in live if name.startswith("org.provd.")) == sorted(written)


@pytest.mark.parametrize("interface", INTERFACES)
def test_members(live, written, interface):
    assert live.get(interface) == written[interface]


def test_every_member_is_documented(written):
    """A doc comment in front of each member, beginning with its name."""
    for path in sorted(CONTRACT.glob("org.provd.*.xml")):
        text = path.read_text()
        for interface in interfaces(text).values():
            for kind, name in interface:
                if kind == "interface":
                    continue
                before = text[: text.index(f'<{kind} name="{name}"')]
                comment = before[before.rindex("<!--") + 4 : before.rindex("-->")]
                assert comment.split()[0].rstrip(":") == name, f"{path.name}: {name}"


def test_properties_have_their_types(live, client, provd):
    """GetAll answers with each property and no other."""
    for interface in INTERFACES:
        named = {name for kind, name in live[interface] if kind == "property"}
        assert set(client.get_all(interface)) == named
