# SPDX-License-Identifier: LGPL-2.1-or-later
"""PKCS#11 tokens of softhsm."""

import os
import pathlib
import shutil
import subprocess

import pytest

SOFTHSM = pathlib.Path("/usr/lib/softhsm/libsofthsm2.so")


def need_tokens():
    """Skips the test where there can be none."""
    if not SOFTHSM.exists() or not shutil.which("pkcs11-tool"):
        pytest.skip("softhsm2 and opensc are not installed")


def make_token(directory, certificates):
    """A PKCS#11 token that holds the client's certificate and key; the environment to reach it."""
    tokens = directory / "tokens"
    tokens.mkdir()
    config = directory / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    env = {"SOFTHSM2_CONF": str(config), "PKCS11_MODULE_PATH": str(SOFTHSM)}

    def run(*command):
        subprocess.run(command, env={**os.environ, **env}, check=True, capture_output=True)

    token = ["pkcs11-tool", "--module", SOFTHSM, "--login", "--pin", "4711", "--id", "01"]
    run("softhsm2-util", "--init-token", "--free", "--label=phone", "--pin=4711", "--so-pin=4711")
    run(*token, "--type", "privkey", "--write-object", certificates.path("client.key"))
    run(*token, "--type", "cert", "--write-object", certificates.path("client.pem"))
    return env
