# SPDX-License-Identifier: LGPL-2.1-or-later
"""Profiles that come wrapped, as the command-line tools of a provisioning server wrap them."""

import base64
import gzip
import shutil
import subprocess
import zlib

import pytest
from origin import profile

KEY = "a long-kept secret"
VALUES = {"User_ID_1_": "4711", "Password_1_": "hush"}

# By the formulas of RFC 8188, of the gzipped profile {"User_ID_1_": "4711", ...}: records of 64
# bytes, each padded by three.
IKM = "yqdlZ-tYemfogSmv7Ws5PQ"
AES128GCM = base64.b64decode(
    "MDEyMzQ1Njc4OWFiY2RlZgAAAEAAUVpxxZnLSD9Ffn0qkinv+HN99iOtBqMHr6XmBuNRYdK0B5dTSZefBMpOoo2x642y"
    "JuOlKbrK8r3c6NIjQz0tFktV9fdDFRQlras/mQ0ru2DC74XJ/iUHcBC4Or1sXc+L+ke8q4CaztFZRJ4DHc4WgsD0ecIT"
    "73xi"
)


def enc(data, *options, cipher="-aes-256-cbc"):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    command = ["openssl", "enc", cipher, "-pass", "pass:" + KEY, *options]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.fixture
def fetch(provd, client, origin):
    """Resyncs from a page with a body, and answers with ResyncFinished."""

    def run(body, options="", coding=None):
        headers = {"Content_Encoding": coding} if coding else {}
        origin.page("/x", body, **headers)
        return client.resync(options + origin.url("/x"))

    return run


def check_applied(client, finished):
    assert finished.result == "success", finished
    assert client.parameters(*VALUES) == VALUES


def check_refused(finished, words):
    assert finished.error == "Corrupt"
    assert words in finished.message
    assert KEY not in finished.message
    assert IKM not in finished.message
    assert finished.changed == 0


WITH_KEY = f'[--key "{KEY}"]'


@pytest.mark.parametrize("digest", ["sha256", "md5"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", [[], ["-a"], ["-a", "-A"]])
def test_openssl_enc(fetch, client, digest, packed, form):
    data = gzip.compress(profile(VALUES)) if packed else profile(VALUES)
    check_applied(client, fetch(enc(data, "-md", digest, *form), WITH_KEY))


@pytest.mark.parametrize("columns", [63, 76, 100_000])
@pytest.mark.parametrize("start, end", [("", "\r\n"), ("\n", "\n\n"), ("  ", " \n")])
def test_base64_of_other_tools(fetch, client, columns, start, end):
    """Which break the lines elsewhere, and otherwise, than openssl does."""
    text = base64.b64encode(enc(profile(VALUES))).decode()
    lines = [text[at : at + columns] for at in range(0, len(text), columns)]
    check_applied(client, fetch("".join(start + line + end for line in lines).encode(), WITH_KEY))


def test_key_from_a_parameter(fetch, client):
    client.put(GPP_SA=KEY, GPP_B=KEY)
    data = enc(profile(VALUES))
    check_applied(client, fetch(data, "[--key $SA]"))
    check_applied(client, fetch(data, "[--key $B]"))


def test_key_does_not_fit(provd, fetch, client):
    data = enc(profile(VALUES))
    check_refused(fetch(data), "no --key")
    check_refused(fetch(data, "[--key $SA]"), "empty")
    check_refused(fetch(data, "[--key other]"), "wrong key")
    check_refused(fetch(enc(profile(VALUES), "-pbkdf2"), WITH_KEY), "-pbkdf2")
    check_refused(fetch(data[:-16], WITH_KEY), "cut off")
    assert KEY not in provd.log()


def test_key_for_a_plain_profile(provd, fetch, client):
    check_applied(client, fetch(profile(VALUES), WITH_KEY))
    assert "--key was not needed" in provd.log()
    assert KEY not in provd.log()


def test_packed(fetch, client):
    data = profile(VALUES)
    check_applied(client, fetch(gzip.compress(data)))
    check_applied(client, fetch(gzip.compress(data), coding="gzip"))
    check_applied(client, fetch(gzip.compress(gzip.compress(data)), coding="gzip"))
    check_applied(client, fetch(zlib.compress(data), coding="deflate"))
    check_applied(client, fetch(raw_deflate(data), coding="deflate"))
    check_applied(client, fetch(data, coding="identity"))
    check_refused(fetch(data, coding="br"), "“br”")
    check_refused(fetch(gzip.compress(data)[:-1]), "cut off")


def test_bomb(fetch, client):
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    assert fetch(bomb).error == "TooLarge"
    assert fetch(bomb, coding="gzip").error == "TooLarge"
    assert fetch(enc(bomb), WITH_KEY).error == "TooLarge"


def test_content_encryption(provd, fetch, client, origin):
    check_refused(fetch(AES128GCM, coding="aes128gcm"), "IKM_HTTP_Encrypt_Content")
    assert origin.requests[-1][2]["Accept-Encoding"] == "gzip"
    client.put(IKM_HTTP_Encrypt_Content=IKM)
    check_applied(client, fetch(AES128GCM, coding="aes128gcm"))
    assert origin.requests[-1][2]["Accept-Encoding"] == "gzip, aes128gcm"
    check_applied(client, fetch(AES128GCM, WITH_KEY, coding="aes128gcm"))
    check_refused(fetch(AES128GCM[:-56], coding="aes128gcm"), "cut off")
    client.put(IKM_HTTP_Encrypt_Content="hushed words")
    check_refused(fetch(AES128GCM, coding="aes128gcm"), "wrong key")
    assert IKM not in provd.log()
    assert "hushed words" not in provd.log()


def test_key_of_the_rule_before(provd, client, origin):
    """What rule A's profile sets is what rule B decrypts with."""
    origin.page("/a", {"GPP_SA": KEY, "Profile_Rule_B": "[--key $SA]" + origin.url("/b")})
    origin.page("/b", enc(profile(VALUES)))
    client.put(Profile_Rule=origin.url("/a"))
    finished = client.resync()
    check_applied(client, finished)
