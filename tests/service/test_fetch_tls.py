# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fetcher and TLS: which certificates it accepts, shows, and names what is wrong with."""

import os
import pathlib
import shutil
import socket
import subprocess

import pytest
from fetching import BODY, fetch, fetch_fails, fetch_ok, options
from servers import LOOPBACK
from terminal import Terminal
from tokens import make_token, need_tokens


# TLS


def test_https(make_nginx, certificates):
    nginx = make_nginx(certificates=["good"], store=certificates)
    nginx.put("x.xml", BODY)
    fetch_ok(nginx.url("x.xml", "good"), ca=certificates.path("ca.pem"))
    fetch_ok(nginx.url("x.xml", "good", host="localhost"), ca=certificates.path("ca.pem"))


@pytest.mark.parametrize(
    "name, words",
    [
        ("unknown-issuer", "its issuer is unknown"),
        ("expired", "it has expired"),
        ("future", "it is not yet valid; is this device's clock wrong?"),
        ("wrong-name", "another name"),
        ("old-tls", "TLS failed"),
    ],
)
def test_refused_certificate(make_nginx, certificates, name, words):
    nginx = make_nginx(certificates=[name], store=certificates)
    nginx.put("x.xml", BODY)
    fetch_fails(nginx.url("x.xml", name), "Tls", words, ca=certificates.path("ca.pem"))
    assert nginx.log() == []


def test_own_authority_has_to_be_named(make_nginx, certificates):
    nginx = make_nginx(certificates=["good"], store=certificates)
    fetch_fails(nginx.url("x.xml", "good"), "Tls", "its issuer is unknown")


def test_own_authority_is_beside_the_systems(certificates, make_nginx):
    """With a CAFile= that is of no use, the system's certificates are still asked."""
    directory = pathlib.Path("/etc/ssl/certs")
    if os.geteuid() != 0 or not shutil.which("unshare") or not directory.is_dir():
        pytest.skip("the system's certificates cannot be replaced for a test")
    nginx = make_nginx(certificates=["good"], store=certificates)
    nginx.put("x.xml", BODY)
    digest = subprocess.check_output(
        ["openssl", "x509", "-hash", "-noout", "-in", certificates.path("ca.pem")], text=True
    ).strip()
    wrapper = [
        "unshare",
        "-m",
        "sh",
        "-c",
        f"mount -t tmpfs tmpfs {directory} && "
        f"cp {certificates.path('ca.pem')} {directory}/{digest}.0 && exec \"$@\"",
        "sh",
    ]
    fetch_ok(nginx.url("x.xml", "good"), wrapper=wrapper)
    fetch_ok(nginx.url("x.xml", "good"), wrapper=wrapper, ca=certificates.path("other-ca.pem"))


def test_client_certificate(make_nginx, certificates):
    nginx = make_nginx(certificates=["ask"], store=certificates)
    nginx.put("x.xml", BODY)
    url, given = nginx.url("x.xml", "ask"), {"ca": certificates.path("ca.pem")}
    fetch_ok(
        url, cert=certificates.path("client.pem"), key=certificates.path("client.key"), **given
    )
    assert nginx.log()[0]["client"] == "CN=client"
    fetch_fails(url, "Http", "answered 400", **given)


def test_key_in_the_certificates_file(make_nginx, certificates):
    both = pathlib.Path(certificates.path("both.pem"))
    both.write_text(
        "".join(
            pathlib.Path(certificates.path(name)).read_text()
            for name in ("client.pem", "client.key")
        )
    )
    nginx = make_nginx(certificates=["ask"], store=certificates)
    nginx.put("x.xml", BODY)
    fetch_ok(nginx.url("x.xml", "ask"), ca=certificates.path("ca.pem"), cert=str(both))


def test_no_question_for_a_passphrase(make_nginx, certificates):
    """A key that needs one is no use, and the loop does not wait for somebody at the terminal."""
    tool = os.environ.get("FETCH_TOOL") or pytest.skip("FETCH_TOOL names no program")
    certificates.openssl(
        "ec", "-in", "client.key", "-aes256", "-passout", "pass:x", "-out", "locked.key"
    )
    nginx = make_nginx(certificates=["ask"], store=certificates)
    names = {"ca": "ca.pem", "cert": "client.pem", "key": "locked.key"}
    given = options(**{name: certificates.path(file) for name, file in names.items()})
    terminal = Terminal([tool, *given, nginx.url("x.xml", "ask")], dict(os.environ))
    assert "class=Tls" in terminal.read(until="class=")
    terminal.close()


def test_client_certificate_in_a_token(make_nginx, certificates, tmp_path):
    need_tokens()
    nginx = make_nginx(certificates=["ask"], store=certificates)
    nginx.put("x.xml", BODY)
    given = {"env": make_token(tmp_path, certificates), "ca": certificates.path("ca.pem")}
    uri = "pkcs11:token=phone;id=%01;pin-value="
    fetch_ok(nginx.url("x.xml", "ask"), cert=uri + "4711", **given)
    fetch_ok(
        nginx.url("x.xml", "ask"),
        cert=certificates.path("client.pem"),
        key=uri + "4711",
        **given,
    )
    # the engine keeps, once for the process, what it made before the token refused
    given["env"]["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    result = fetch(nginx.url("x.xml", "ask"), cert=uri + "0815", **given)
    assert result["class"] == "Tls" and "0815" not in str(result)


def test_server_that_ends_tls_with_an_alert(certificates):
    """openssl s_server, unlike nginx, does not answer without a client certificate."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            "openssl",
            "s_server",
            "-accept",
            f"{LOOPBACK}:{port}",
            "-cert",
            certificates.path("good.pem"),
            "-key",
            certificates.path("good.key"),
            "-Verify",
            "1",
            "-verify_return_error",
            "-www",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert any(b"ACCEPT" in line for line in server.stdout)
        fetch_fails(
            f"https://{LOOPBACK}:{port}/x",
            "Tls",
            "certificate required",
            ca=certificates.path("ca.pem"),
        )
    finally:
        server.kill()
        server.communicate()


def test_files_that_are_not_there(make_nginx, certificates):
    nginx = make_nginx(certificates=["good"], store=certificates)
    url, ca = nginx.url("x.xml", "good"), certificates.path("ca.pem")
    assert "/nowhere.pem" in fetch_fails(url, "Tls", "TLS failed", ca="/nowhere.pem")["message"]
    fetch_fails(url, "Tls", "TLS failed", ca=ca, cert="/nowhere.pem")


def test_plain_server_on_the_tls_port(make_nginx):
    nginx = make_nginx()
    fetch_fails(nginx.url("x").replace("http:", "https:"), "Tls", "TLS failed")
