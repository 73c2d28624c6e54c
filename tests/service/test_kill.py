# SPDX-License-Identifier: LGPL-2.1-or-later
"""Killed at any moment, the daemon comes back with one profile or the other, never a mix."""

import os
import random
import time

import pytest

KILLS = 200
AIMED = 150  # so many aim between the last byte and ParametersChanged
NEEDED = 50  # so many must have been there
PARAMETERS = 1000


def values(letter):
    return {f"Number_{n}": f"{letter}-{n}" for n in range(PARAMETERS)} | {"GPP_A": letter}


class Run:
    """Resyncs of one daemon between two profiles, and what came of them."""

    def __init__(self, provd, client, origin, seed):
        self.provd = provd
        self.client = client
        self.random = random.Random(seed)
        self.pages = {x: origin.page(f"/{x}.xml", values(x)) for x in "AB"}
        self.urls = {x: origin.url(f"/{x}.xml") for x in "AB"}
        self.known = set(client.parameters()) - {"GPP_A"}
        self.current = "A"
        assert client.resync(self.urls["A"]).result == "success"
        self.base = {n: v for n, v in client.parameters().items() if n in self.known}

    def other(self):
        return "B" if self.current == "A" else "A"

    def measure(self):
        """The time from request to last byte, and from there to ParametersChanged."""
        before, after = [], []
        for _ in range(10):
            page = self.pages[self.other()].hold()
            page.release()
            mark = self.client.mark()
            asked = time.monotonic()
            self.client.request(self.urls[self.other()])
            announced = self.client.wait("ParametersChanged", since=mark).when
            self.client.wait("ResyncFinished", since=mark)
            before.append(page.sent_at - asked)
            after.append(announced - page.sent_at)
            self.current = self.other()
        self.fetch, self.commit = sorted(before)[5], sorted(after)[5]

    def adjust(self, outcomes):
        """A machine that is slower than it was when it was measured, or quicker, takes another time:
        where all kills of late came too early, or too late, the next ones come later, or earlier.
        """
        if len(set(outcomes[-10:])) == 1 and len(outcomes) >= 10:
            self.commit *= 1.2 if outcomes[-1] == "old" else 0.8

    def kill(self, aimed):
        """One resync, ended at a random moment; whether that was between the last byte and
        ParametersChanged, and the profile that it left."""
        page = self.pages[self.other()].hold()
        page.release()
        mark = self.client.mark()
        id = self.client.request(self.urls[self.other()])
        if aimed:
            page.sent.wait(10)
            delay = self.random.uniform(0, 1.1 * self.commit)
        else:
            delay = self.random.uniform(0, self.fetch + 2 * self.commit)
        until = time.monotonic() + delay
        while time.monotonic() < until:
            pass
        sent = page.sent.is_set()
        self.provd.kill()
        self.client.listen(5, until="NameOwnerChanged")
        announced = any(s.member == "ParametersChanged" for s in self.client.log[mark:])
        self.provd.start()
        outcome = self.outcome(id)
        assert not (announced and outcome == "old"), "it was announced and is not there"
        assert page.sent.is_set() or outcome == "old", "it is there without having been fetched"
        return sent and not announced, outcome

    def outcome(self, id):
        """Checks that all is of one profile, and that the history tells the same story."""
        found = self.client.parameters()
        letter = found["GPP_A"]
        assert letter in (self.current, self.other())
        assert found == self.base | values(letter)
        row = self.client.history(1)[0]
        outcome = "old" if letter == self.current else "new"
        if outcome == "new":
            assert (row[0], row[4], row[7]) == (id, "success", PARAMETERS + 1)
        elif row[0] == id:
            assert (row[4], row[5], row[7]) == ("failure", "Interrupted", 0)
        self.interrupted += row[0] == id and row[5] == "Interrupted"
        self.current = letter
        return outcome

    interrupted = 0


@pytest.mark.parametrize("count", [KILLS])
def test_kill(make_provd, client, origin, count):
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed}")
    provd = make_provd(
        Defaults={"Profile_Rule": "", "Resync_Periodic": "0", "Resync_Error_Retry_Delay": "0"}
    ).start()
    run = Run(provd, client, origin, seed)
    run.measure()
    print(f"median: fetch {run.fetch * 1e3:.1f} ms, to ParametersChanged {run.commit * 1e3:.1f} ms")
    plan = [True] * AIMED + [False] * (count - AIMED)
    run.random.shuffle(plan)
    results = []
    for aimed in plan:
        results.append(run.kill(aimed))
        run.adjust([outcome for _, outcome in results])
    inside = [outcome for between, outcome in results if between]
    everywhere = [outcome for _, outcome in results]
    print(
        f"{len(results)} kills: {everywhere.count('old')} left the old profile, "
        f"{everywhere.count('new')} the new one, {run.interrupted} attempts told as interrupted"
    )
    print(
        f"{len(inside)} kills between the last byte and ParametersChanged: "
        f"{inside.count('old')} old, {inside.count('new')} new"
    )
    assert len(inside) >= NEEDED
    assert {"old", "new"} == set(everywhere)
    assert "old" in inside
    assert run.interrupted >= NEEDED // 2
