# SPDX-License-Identifier: LGPL-2.1-or-later
"""provctl eval: conditions over values given by hand, and over what the daemon knows."""

import json

import pytest

DONE, FAILED, USAGE, UNREACHABLE = range(4)


@pytest.mark.parametrize(
    ("condition", "settings", "lines"),
    [
        ("$PRVTMR ge 600", ["PRVTMR=600"], ["TRUE", "  $PRVTMR ge 600: 600 ge 600: TRUE"]),
        ("$PRVTMR ge 600", ["PRVTMR=599"], ["FALSE", "  $PRVTMR ge 600: 599 ge 600: FALSE"]),
        ("$GPP_A = 0x10", ["A=16"], ["TRUE", "  $GPP_A eq 0x10: 16 eq 0x10: TRUE"]),
        ("$A = 16", ["GPP_A=16"], ["TRUE", "  $A eq 16: 16 eq 16: TRUE"]),
        ("lt 7.5.2b", ["SWVER=7.5.2a"], ["TRUE", "  $SWVER lt 7.5.2b: 7.5.2a lt 7.5.2b: TRUE"]),
        ('"$UID1" ne ""', ["UID1=a=b"], ["TRUE", '  "$UID1" ne "": "a=b" ne "": TRUE']),
        (
            '1 eq 1 and "a" lt "b" and $IP gt 0',
            ["A="],
            [
                "FALSE",
                "  1 eq 1: 1 eq 1: TRUE",
                '  "a" lt "b": "a" lt "b": FALSE, strings are only equal or not, they have no order',
                "  $IP gt 0: (nothing) gt 0: FALSE, an operand is empty where a number or version "
                "is needed",
            ],
        ),
        (
            "$SWVER ge 1.2",
            ["SWVER=11-3-2MPP0001-609"],
            [
                "FALSE",
                "  $SWVER ge 1.2: 11-3-2MPP0001-609 ge 1.2: FALSE, versions of different forms do "
                "not compare",
            ],
        ),
    ],
)
def test_by_hand(bus, provctl, condition, settings, lines):
    options = [option for setting in settings for option in ("--set", setting)]
    result = provctl("eval", condition, *options)
    assert (result.returncode, result.stderr) == (DONE, "")
    assert result.stdout.splitlines() == lines


def test_json(bus, provctl):
    result = provctl("--json", "eval", "$A gt 1 and 1.0 lt -1", "--set", "A=2")
    told = json.loads(result.stdout)
    assert (told["condition"], told["true"]) == ("$A gt 1 and 1.0 lt -1", False)
    assert told["comparisons"] == [
        {"left": "2", "operator": "gt", "right": "1", "true": True, "note": None},
        {
            "left": "1.0",
            "operator": "lt",
            "right": "-1",
            "true": False,
            "note": "a negative number is no version",
        },
    ]


def test_asks_the_daemon(provd, client, provctl):
    client.put(GPP_A="7", GPP_SA="hidden")
    result = provctl("eval", '$A eq 7 and "$PN" eq "EX-8851" and "$SA" eq "hidden"')
    assert result.returncode == DONE
    assert result.stdout.splitlines() == [
        "FALSE",
        "  $A eq 7: 7 eq 7: TRUE",
        '  "$PN" eq "EX-8851": "EX-8851" eq "EX-8851": TRUE',
        '  "$SA" eq "hidden": "$SA" eq "hidden": FALSE',
    ]
    assert provctl("eval", "lt 1.2.4").stdout.splitlines()[0] == "TRUE"


def test_parentheses_and_quotes_reach_the_daemon(provd, provctl):
    result = provctl("eval", r'"a)? x | (\"b\"" eq "a)? x | (\"b\"" and 2.0.3(0412s) gt 2.0.3')
    assert (result.returncode, result.stdout.splitlines()[0]) == (DONE, "TRUE")


def test_minus(provd, provctl):
    """A condition that begins with a minus is no option, and is shown as it was given."""
    result = provctl("eval", "-1 lt -0x0", "--set", "A=")
    assert (result.returncode, result.stdout) == (DONE, "TRUE\n  -1 lt -0x0: -1 lt -0x0: TRUE\n")
    assert json.loads(provctl("eval", "-2 ge -1", "--json").stdout)["condition"] == "-2 ge -1"
    said, shown, caret = provctl("eval", "-1 xx").stderr.splitlines()
    assert (shown, caret) == ("  -1 xx", "     ^") and "column 4" in said
    assert provctl("eval", "-x").returncode == USAGE


def test_no_daemon(bus, provctl):
    result = provctl("eval", "1 eq 1")
    assert (result.returncode, result.stdout) == (UNREACHABLE, "")
    assert provctl("eval", "1 eq 1", "--set", "A=").returncode == DONE


def test_syntax(bus, provctl):
    result = provctl("eval", '"設定" $A ge', "--set", "A=1")
    assert (result.returncode, result.stdout) == (USAGE, "")
    said, shown, caret = result.stderr.splitlines()
    assert said.startswith("provctl: column 6: expected a comparison")
    assert (shown, caret) == ('  "設定" $A ge', "  " + " " * 7 + "^")
    assert provctl("eval", "1 eq 1)? http://x | (1 eq 1").returncode == USAGE
    assert provctl("eval", "").returncode == USAGE


@pytest.mark.parametrize("setting", ["A", "=1", "FOO=1", "A:1=1", "SA=x", "MAX=1", "$A=1"])
def test_wrong_settings(bus, provctl, setting):
    result = provctl("eval", "1 eq 1", "--set", setting)
    assert (result.returncode, result.stdout) == (USAGE, "")
    assert result.stderr.startswith("provctl: ") and result.stderr.count("\n") == 1
