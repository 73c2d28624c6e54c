# SPDX-License-Identifier: LGPL-2.1-or-later
"""provctl check: profiles as they lie on a server, wrapped by the tools that people use."""

import json
import re
import shutil
import subprocess

import pytest
from conftest import need
from terminal import Terminal, plain

CLEAN, FOUND, USAGE = range(3)
KEY = "correct horse"
MISSPELLED = "<flat-profile>\n  <Resync_Peridic>3600</Resync_Peridic>\n</flat-profile>\n"
SENTENCE = "Resync_Peridic is no known parameter"


@pytest.fixture
def check(tmp_path):
    """Runs provctl check where the files are, and where there is no bus."""
    program = need("PROVCTL")

    def run(*arguments, **options):
        return subprocess.run(
            [program, *arguments],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=30,
            **options,
        )

    return lambda *arguments, **options: run("check", *arguments, **options)


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def enc(*arguments, content):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    command = ["openssl", "enc", "-aes-256-cbc", *arguments, "-pass", f"pass:{KEY}"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def gzip(content):
    return subprocess.run(["gzip", "-9"], input=content, capture_output=True, check=True).stdout


def test_clean(check, write):
    write("a.xml", "<flat-profile><Resync_Periodic>3600</Resync_Periodic></flat-profile>")
    result = check("a.xml")
    assert (result.returncode, result.stdout, result.stderr) == (CLEAN, "", "")


def test_notes_are_no_findings(check, write):
    write("a.xml", "<flat-profile><Resync_At>0400</Resync_At></flat-profile>")
    result = check("a.xml")
    assert result.returncode == CLEAN
    assert re.match(r"a\.xml:1:15: note: Resync_At is .* Resync_At__HHmm_", result.stdout)


def test_place_and_fix(check, write):
    write("a.xml", MISSPELLED)
    result = check("a.xml")
    line = f"a.xml:2:3: warning: {SENTENCE} (did you mean Resync_Periodic?)\n"
    assert (result.returncode, result.stdout, result.stderr) == (FOUND, line, "")


def test_not_well_formed(check, write):
    write("a.xml", "<flat-profile>\n<A>1 & 2</A></flat-profile>")
    result = check("a.xml")
    assert result.returncode == FOUND
    assert result.stdout.startswith("a.xml:2:7: error: not well-formed; in text, & is")


def test_several_files(check, write):
    write("a.xml", MISSPELLED)
    write("b.xml", "<flat-profile/>")
    write("c.xml", "<config/>")
    result = check("a.xml", "b.xml", "missing.xml", "c.xml")
    assert result.returncode == FOUND
    assert [line.split(": ")[0] for line in result.stdout.splitlines()] == ["a.xml:2:3", "c.xml"]
    assert result.stderr == "provctl: 'missing.xml' cannot be read: No such file or directory\n"
    assert check("missing.xml", "b.xml").returncode == FOUND
    assert check(".").returncode == FOUND


def test_standard_input(check):
    result = check("-", input=MISSPELLED)
    assert result.stdout.startswith(f"-:2:3: warning: {SENTENCE}")


WRAPPINGS = {
    "gzip": gzip,
    "sha256": lambda content: enc("-md", "sha256", content=content),
    "md5": lambda content: enc("-md", "md5", content=content),
    "base64": lambda content: enc("-md", "sha256", "-a", content=content),
    "gzip in md5": lambda content: enc("-md", "md5", content=gzip(content)),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_wrapped(check, write, wrapping):
    write("a.cfg", WRAPPINGS[wrapping](MISSPELLED.encode()))
    write("key", KEY + "\n")
    if wrapping != "gzip":
        refused = check("a.cfg")
        assert (refused.returncode, refused.stderr) == (FOUND, "")
        assert "encrypted" in refused.stdout and "key is needed" in refused.stdout
        wrong = check("a.cfg", "--key", "wrong")
        assert wrong.returncode == FOUND and "wrong key" in wrong.stdout
        assert KEY not in wrong.stdout
    options = [[]] if wrapping == "gzip" else [["--key", KEY], ["--key-file", "key"]]
    for option in options:
        result = check(*option, "a.cfg")
        assert result.returncode == FOUND
        assert result.stdout.startswith(f"a.cfg:2:3: warning: {SENTENCE}")


def test_cut_off(check, write):
    write("a.gz", gzip(MISSPELLED.encode() * 100)[:-20])
    result = check("a.gz")
    assert result.returncode == FOUND
    assert result.stdout.startswith("a.gz: error: ")


def test_key_files(check, write):
    write("a.xml", "<flat-profile/>")
    write("empty", "\n")
    result = check("--key-file", "empty", "a.xml")
    assert (result.returncode, result.stdout) == (FOUND, "")
    assert result.stderr == "provctl: there is no key in 'empty'\n"
    assert check("--key-file", "missing", "a.xml").returncode == FOUND
    assert check("--key-file", "empty", "--key", "x", "a.xml").returncode == USAGE


def test_json(check, write):
    write("a.xml", MISSPELLED)
    write("b.xml", "<flat-profile/>")
    result = check("--json", "a.xml", "b.xml", "missing.xml")
    assert result.returncode == FOUND and result.stdout.count("\n") == 1
    assert json.loads(result.stdout) == [
        {
            "file": "a.xml",
            "error_message": None,
            "findings": [
                {
                    "severity": "warning",
                    "line": 2,
                    "column": 3,
                    "message": SENTENCE,
                    "suggestion": "Resync_Periodic",
                }
            ],
        },
        {"file": "b.xml", "error_message": None, "findings": []},
        {"file": "missing.xml", "error_message": "No such file or directory", "findings": []},
    ]


def test_wrong_usage(check):
    for arguments in ([], ["--lint", "a.xml"], ["--key"]):
        result = check(*arguments)
        assert (result.returncode, result.stdout) == (USAGE, "")
        assert result.stderr.startswith("provctl: ")


def test_colours_only_on_a_terminal(check, write, tmp_path):
    path = write("a.xml", MISSPELLED)
    program = need("PROVCTL")
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    shown = Terminal([program, "check", str(path)], environment, 80)
    assert shown.close() == FOUND
    assert "\x1b[" in shown.screen
    assert f"{path}:2:3: warning: {SENTENCE}" in plain(shown.screen)
    uncoloured = Terminal([program, "--no-color", "check", str(path)], environment, 80)
    uncoloured.close()
    assert "\x1b" not in uncoloured.screen
    assert "\x1b" not in check("a.xml").stdout


def test_file_cannot_steer_the_terminal(check, write):
    write(
        "a\x1b[31m.xml", "<flat-profile><Resync_On_Reset>\u009b31m</Resync_On_Reset></flat-profile>"
    )
    result = check("a\x1b[31m.xml")
    assert "\x1b" not in result.stdout and "\u009b" not in result.stdout
