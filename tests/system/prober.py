# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs in the machine as one of its users: makes the calls that it reads from standard input, and
prints what came of each. A call is [member, signature, arguments, interface]; what comes of one is
its value as text, or the name of its error."""

import json
import sys

from bus import BusError, Client


def revive(value):
    """JSON has no tuples, which stand for a variant here."""
    if isinstance(value, list) and value and value[0] == "variant":
        return tuple(value[1:])
    if isinstance(value, dict):
        return {key: revive(item) for key, item in value.items()}
    return value


def probe(client, member, signature, arguments, interface):
    try:
        value = client.call(member, signature, *map(revive, arguments), interface=interface)
    except BusError as error:
        return {"error": error.name}
    return {"value": json.dumps(value, default=str)}


def main():
    client = Client("unix:path=/run/dbus/system_bus_socket", rules=())
    json.dump([probe(client, *call) for call in json.load(sys.stdin)], sys.stdout)


main()
