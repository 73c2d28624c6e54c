# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tells the results of a pytest run as TAP, so that meson counts each case and shows why one was
skipped. A pytest plugin: `pytest --tap`."""

import sys

import pytest


class TapReporter:
    def __init__(self, out):
        self.out = out
        self.count = 0
        self.outcomes = {}

    def line(self, text):
        print(text, file=self.out, flush=True)

    def comment(self, text):
        for line in str(text).splitlines():
            self.line(f"# {line}")

    def pytest_collection_finish(self, session):
        self.line(f"1..{len(session.items)}")

    def pytest_collectreport(self, report):
        if report.failed:
            self.comment(report.longrepr)
            self.line(f"Bail out! {report.nodeid} cannot be read")
        elif report.skipped:
            self.comment(f"{report.nodeid} skipped: {report.longrepr[2]}")

    def pytest_runtest_logreport(self, report):
        """A case has three phases, and fails with the first of them that does."""
        before = self.outcomes.get(report.nodeid)
        if before is None or before.passed:
            self.outcomes[report.nodeid] = report
        elif report.failed:
            self.comment(report.longrepr)
        if report.when == "teardown":
            self.result(self.outcomes.pop(report.nodeid), report)

    def result(self, report, last):
        self.count += 1
        name = report.nodeid.split("::", 1)[1].replace("#", "_")
        for title, content in last.sections:
            if report.failed or "stdout" in title:
                self.comment(content)
        if report.failed:
            self.comment(report.longrepr)
            self.line(f"not ok {self.count} - {name}")
        elif report.skipped:
            reason = report.longrepr[2].removeprefix("Skipped: ")
            self.line(f"ok {self.count} - {name} # SKIP {reason}")
        else:
            self.line(f"ok {self.count} - {name}")


def pytest_addoption(parser):
    parser.addoption("--tap", action="store_true", help="report in the Test Anything Protocol")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Last, for only then is there a terminal reporter to take out."""
    if config.getoption("--tap"):
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(TapReporter(sys.stdout), "tapreporter")
