# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a profile says, by a parser that the daemon does not use: the tests' own reading of the
contract. As a program it prints the parameters of a file, for the differential unit test."""

import re
import sys

from lxml import etree

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
SPACE = " \t\r\n"

OTHER_GENERATIONS = {
    "Log_Resync_Request_Msg": "Log_Request_Msg",
    "Log_Resync_Success_Msg": "Log_Success_Msg",
    "Log_Resync_Failure_Msg": "Log_Failure_Msg",
    "Resync_At": "Resync_At__HHmm_",
    "Custom_CA_RULE": "Custom_CA_Rule",
    "Report_To_Server": "Report_to_Server",
    "periodic_upload_to_server": "Periodic_Upload_to_Server",
}


def local_name(element):
    return re.sub(r"^(\{.*\}|[^:]*:)", "", element.tag)


def value_of(element):
    """The element's value; None where it is empty, "" where it says `""`."""
    text = element.xpath("string(.)").strip(SPACE)
    value = re.sub(r"[ \t]*[\r\n][ \t\r\n]*", " ", text)
    return {"": None, '""': ""}.get(value, value)


def elements_of(path):
    """(name, value) of every parameter element, in the order of the document."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    for flat in etree.parse(str(path), parser).iter():
        outer = [a for a in flat.iterancestors() if local_name(a) == "flat-profile"]
        if local_name(flat) != "flat-profile" or outer:
            continue
        for element in flat:
            if len(element) == 0 and NAME.fullmatch(local_name(element)):
                yield local_name(element), value_of(element)


def expected(path):
    """Name to value, as the document has them last; None for an empty element."""
    return dict(elements_of(path))


def settled(path, defaults):
    """Name to value as a device has them after the profile: under the names of this generation, and
    an empty element taken back to its default, or else to the empty string. Values of type Bool
    are as the document spells them."""
    values = {OTHER_GENERATIONS.get(name, name): value for name, value in elements_of(path)}
    return {
        name: defaults.get(name, "") if value is None else value for name, value in values.items()
    }


if __name__ == "__main__":
    for name, value in elements_of(sys.argv[1]):
        sys.stdout.write(name + ("" if value is None else "=" + value) + "\n")
