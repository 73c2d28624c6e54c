# SPDX-License-Identifier: LGPL-2.1-or-later
"""More calls than anybody needs: the others still get their answers, and memory comes back.

How soon they get them is measured and printed. It is judged where somebody asks for it, on a quiet
machine: PROVD_FLOOD=100000 meson test -C build flood, which sets as many values in a row."""

import multiprocessing
import os
import statistics
import time

import pytest
from bus import MAIN, NAME, PARAMETERS, PATH, PROPERTIES, Client
from jeepney import DBusAddress, MessageType, new_method_call

MIB = 1024  # in KiB

fork = multiprocessing.get_context("fork")


def worst(latencies):
    """The 99th percentile, in milliseconds."""
    return statistics.quantiles(latencies, n=100)[-1] * 1e3


def measure(client, busy):
    """How long an ordinary call takes, again and again, as long as somebody is busy."""
    latencies = []
    while busy():
        begin = time.monotonic()
        client.parameter("GPP_A")
        latencies.append(time.monotonic() - begin)
        time.sleep(0.002)
    return latencies


class Flood:
    """Processes that each do something on a connection of their own."""

    def __init__(self, bus, count, work):
        self.processes = [fork.Process(target=self.run, args=(bus, work)) for _ in range(count)]
        for process in self.processes:
            process.start()

    @staticmethod
    def run(bus, work):
        os.nice(15)  # what is measured is the daemon, not who gets a processor
        client = Client(bus.address, [])
        work(client)
        client.close()

    def goes_on(self):
        return any(process.is_alive() for process in self.processes)

    def end(self):
        for process in self.processes:
            process.join(60)
            assert process.exitcode == 0


@pytest.fixture
def memory(provd):
    """Checks that memory grows by no more than 2 MiB, which the daemon is not to keep."""
    before = provd.private_dirty()
    yield lambda: provd.private_dirty() - before
    if not os.environ.get("PROVD_SANITIZED"):
        assert provd.private_dirty() - before < 2 * MIB


def prompt(latencies):
    assert len(latencies) > 20
    print(f"{len(latencies)} calls beside it, 99th percentile {worst(latencies):.1f} ms")
    assert "PROVD_FLOOD" not in os.environ or worst(latencies) < 50


CALLS = [
    (PARAMETERS, "GetParameters", "as", (["GPP_A", "GPP_B"],)),
    (PARAMETERS, "DescribeParameters", "as", (["Resync_Periodic"],)),
    (PROPERTIES, "Get", "ss", (MAIN, "State")),
    (MAIN, "Explain", "s", ("",)),
]


def wait_for_reply(connection):
    while connection.receive(timeout=60).header.message_type != MessageType.method_return:
        pass


def test_ten_thousand_calls_of_fifty_clients(bus, provd, client, memory):
    """Ten in each of five processes; each of the fifty has a call under way at any time."""

    def work(own):
        connections = [own.connection] + [Client(bus.address, []).connection for _ in range(9)]
        for number in range(200):
            interface, member, signature, body = CALLS[number % len(CALLS)]
            address = DBusAddress(PATH, bus_name=NAME, interface=interface)
            for connection in connections:
                connection.send(new_method_call(address, member, signature, body))
            for connection in connections:
                wait_for_reply(connection)

    flood = Flood(bus, 5, work)
    latencies = measure(client, flood.goes_on)
    flood.end()
    prompt(latencies)


def test_client_that_never_reads(bus, provd, client, memory):
    """It asks for everything, and lets the answers wait."""
    client.put({f"Name_{n}_": "x" * 200 for n in range(300)})
    deaf = Client(bus.address, [])
    address = DBusAddress(PATH, bus_name=NAME, interface=PARAMETERS)
    for _ in range(120):  # the bus itself refuses more than 128
        deaf.connection.send(new_method_call(address, "GetParameters", "as", ([],)))
    deadline = time.monotonic() + 2
    prompt(measure(client, lambda: time.monotonic() < deadline))
    deaf.close()
    client.settle()


def test_values_set_in_a_row(bus, provd, client, memory):
    def work(own):
        for n in range(int(os.environ.get("PROVD_FLOOD", "5000"))):
            own.call("SetParameter", "ss", "GPP_B", str(n), interface=PARAMETERS)

    flood = Flood(bus, 1, work)
    latencies = measure(client, flood.goes_on)
    flood.end()
    prompt(latencies)


def test_requests_join_one_attempt(bus, provd, client, origin, memory):
    page = origin.page("/p.xml", {"GPP_B": "new"}).hold()
    client.put(Profile_Rule=origin.url("/p.xml"))
    first = client.request()
    page.wait_asked()

    def work(own):
        for _ in range(500):
            assert own.request() == first + 1

    flood = Flood(bus, 10, work)
    latencies = measure(client, flood.goes_on)
    flood.end()
    prompt(latencies)
    mark = client.mark()
    page.release()
    client.finished(first + 1, since=mark)
    client.wait_for("State", "scheduled")
    assert [row[0] for row in client.history()] == [first + 1, first]
