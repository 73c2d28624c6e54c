# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fetcher against real servers on loopback, by fetch-tool: profile.md "Transport" and the
failure classes of resync.md."""

import hashlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time
from email.utils import formatdate

import pytest
from servers import LOOPBACK, Certificates, answer, digest_script, hang

BODY = b"<flat-profile><GPP_A>" + b"x" * 100_000 + b"</GPP_A></flat-profile>"
MIB = 1024 * 1024


def options(**given):
    """connect_timeout=1 as --connect-timeout=1; True is a flag."""
    names = {key: "--" + key.replace("_", "-") for key in given}
    return [
        names[key] if value is True else f"{names[key]}={value}" for key, value in given.items()
    ]


def parse(block):
    return dict(line.split("=", 1) for line in block.splitlines())


def fetch_all(*urls, env=None, wrapper=(), **given):
    """What came of each URL: a dictionary of strings, as fetch-tool prints them."""
    tool = os.environ.get("FETCH_TOOL")
    if not tool:
        pytest.skip("FETCH_TOOL names no program")
    clean = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    done = subprocess.run(
        [*wrapper, tool, *options(**given), *urls],
        capture_output=True,
        text=True,
        timeout=60,
        env={**clean, **(env or {})},
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    blocks = done.stdout.removesuffix("idle\n").split("\n\n")
    return [parse(block) for block in blocks if block]


def fetch(url, **given):
    (result,) = fetch_all(url, **given)
    return result


def fetch_ok(url, body=BODY, **given):
    result = fetch(url, **given)
    assert result["class"] == "ok", result["message"]
    assert result["sha256"] == hashlib.sha256(body).hexdigest()
    return result


def fetch_fails(url, failure, words, **given):
    """Fails in a class, with a message that begins with where and holds these words."""
    result = fetch(url, **given)
    assert result["class"] == failure, result.get("message")
    assert result["message"].startswith(f"{url}: ")
    assert words in result["message"]
    assert "sha256" not in result
    return result


# HTTP


def test_get(make_nginx):
    nginx = make_nginx()
    url = nginx.put("x.xml", BODY)
    result = fetch_ok(url, agent="Example-8851/1.2 (0123456789ab)")
    assert result["url"] == url
    assert (result["server_ip"], result["server_port"]) == (LOOPBACK, str(nginx.port))
    assert result["status"] == "200" and result["etag"] and result["last_modified"]
    assert int(result["pieces"]) > 1
    (request,) = nginx.log()
    assert request["method"] == "GET" and request["agent"] == "Example-8851/1.2 (0123456789ab)"
    assert request["authorization"] == ""


def test_empty_body(make_nginx):
    assert fetch_ok(make_nginx().put("empty", b""), body=b"")["size"] == "0"


def test_ipv6(make_nginx):
    if not socket.has_ipv6:
        pytest.skip("no IPv6")
    nginx = make_nginx(ipv6=True)
    nginx.put("x.xml", BODY)
    assert fetch_ok(f"http://[::1]:{nginx.ipv6_port}/x.xml")["server_ip"] == "::1"
    # the name has two addresses, and nothing listens on the other
    assert fetch_ok(f"http://localhost:{nginx.ipv6_port}/x.xml")["server_ip"] == "::1"


def test_chunked(scripted):
    def script(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in range(0, len(BODY), 5000):
            piece = BODY[start : start + 5000]
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.sendall(b"0\r\n\r\n")

    fetch_ok(scripted(script).url())


def test_content_codings_are_handed_on(scripted):
    server = scripted(
        lambda connection, request: connection.sendall(
            answer(body=b"\x1f\x8bnot gzip", Content_Encoding="aes128gcm\r\nContent-Encoding: gzip")
        )
    )
    result = fetch_ok(server.url(), body=b"\x1f\x8bnot gzip")
    assert result["content_encoding"] == "aes128gcm, gzip"


STATUSES = {
    204: "Http",
    206: "Http",
    300: "Http",
    304: "Http",
    305: "Http",
    400: "Http",
    401: "AccessDenied",
    403: "AccessDenied",
    404: "FileNotFound",
    405: "Http",
    407: "AccessDenied",
    410: "FileNotFound",
    418: "Http",
    429: "Http",
    500: "ServerError",
    502: "ServerError",
    503: "ServerError",
    504: "ServerError",
    599: "ServerError",
    600: "Http",
}


@pytest.mark.parametrize("status", STATUSES)
def test_status(make_nginx, status):
    nginx = make_nginx(locations={"= /x.xml": f"return {status};"})
    result = fetch_fails(nginx.url("x.xml"), STATUSES[status], f"answered {status}")
    assert result["status"] == str(status)
    assert result["retry_after"] == "0"


def test_error_page_of_any_size_is_a_status(scripted):
    def script(connection, request):
        connection.sendall(b"HTTP/1.1 404 Gone fishing\r\n\r\n")
        while True:
            connection.sendall(b"<p>not here</p>" * 1000)

    fetch_fails(scripted(script).url(), "FileNotFound", "answered 404 Not Found")
    huge = scripted(
        lambda connection, request: connection.sendall(answer("404 No", length=10**12))
    )
    fetch_fails(huge.url(), "FileNotFound", "answered 404 Not Found")


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(make_nginx, status):
    def retry_after(value):
        location = f'add_header Retry-After "{value}" always; return {status};'
        nginx = make_nginx(locations={"= /x": location})
        return int(fetch(nginx.url("x"))["retry_after"])

    assert retry_after("120") == 120
    assert retry_after("3600") == 3600
    assert 290 <= retry_after(formatdate(time.time() + 300, usegmt=True)) <= 300
    assert retry_after(formatdate(time.time() - 300, usegmt=True)) == 0
    assert retry_after("99999999999") == 86400
    assert retry_after("soon") == 0


def test_conditional(make_nginx):
    nginx = make_nginx()
    url = nginx.put("x.xml", BODY)
    first = fetch_ok(url)
    etag = first["etag"].replace('\\"', '"')
    result = fetch(url, etag=etag, modified=first["last_modified"])
    assert (result["class"], result["not_modified"]) == ("ok", "1")
    assert "size" not in result
    assert nginx.log()[-1]["if_none_match"] == etag
    assert nginx.log()[-1]["if_modified_since"] == first["last_modified"]
    assert fetch_ok(url, etag='"another"')["not_modified"] == "0"


def test_post(scripted):
    server = scripted(lambda connection, request: connection.sendall(answer(body=BODY)))
    fetch_ok(server.url(), post="mac=0123&x=$")
    assert server.requests[0].startswith(b"POST /x.xml HTTP/1.1\r\n")
    assert server.requests[0].endswith(b"\r\n\r\nmac=0123&x=$")


def test_no_header_by_control_characters(scripted):
    server = scripted(lambda connection, request: connection.sendall(answer(body=BODY)))
    fetch_ok(server.url(), agent="a\r\nX-Agent: 1", etag='"e"\r\nX-Etag: 1')
    lines = server.requests[0].decode().split("\r\n")
    assert "User-Agent: a  X-Agent: 1" in lines
    assert 'If-None-Match: "e"  X-Etag: 1' in lines


def test_impossible_url():
    for url in ("http://user:secret@ser ver/x", "ftp://user:secret@127.0.0.1/x", "http://"):
        result = fetch(url)
        assert result["class"] == "InvalidRule"
        assert "secret" not in result["message"]


# Credentials


def basic(nginx):
    (nginx.root / "users").write_text("phone:{PLAIN}secret\n")
    nginx.put("x.xml", BODY)


BASIC = {"/": "auth_basic phones; auth_basic_user_file files/users;"}


def test_basic(make_nginx):
    nginx = make_nginx(locations=BASIC)
    basic(nginx)
    fetch_ok(nginx.url("x.xml"), user="phone", password="secret")
    fetch_fails(
        nginx.url("x.xml"), "AccessDenied", "does not accept", user="phone", password="wrong"
    )
    result = fetch_fails(nginx.url("x.xml"), "AccessDenied", "asks for a user name")
    assert "secret" not in str(result)


def test_digest(scripted):
    server = scripted(digest_script("phone", "secret", BODY))
    fetch_ok(server.url(), user="phone", password="secret")
    result = fetch_fails(
        server.url(), "AccessDenied", "does not accept", user="phone", password="bad!"
    )
    assert "bad!" not in str(result)
    assert not any(b"basic" in request.lower() for request in server.requests)


def test_userinfo_is_never_shown_nor_used(make_nginx):
    nginx = make_nginx(locations={"= /x.xml": "return 404;"})
    result = fetch(nginx.url("x.xml").replace("//", "//phone:secret@"))
    assert result["class"] == "FileNotFound"
    assert "secret" not in str(result) and nginx.log()[0]["authorization"] == ""


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect(make_nginx, status):
    nginx = make_nginx(
        locations={"= /a": f"return {status} /deep/b;", "= /deep/b": f"return {status} x.xml;"}
    )
    url = nginx.put("deep/x.xml", BODY)
    assert fetch_ok(nginx.url("a"))["url"] == url


def test_redirects_have_an_end(make_nginx):
    steps = {f"= /{n}": f"return 302 /{n + 1};" for n in range(6)}
    nginx = make_nginx(locations={**steps, "= /loop": "return 302 /loop;"})
    nginx.put("6", BODY)
    fetch_ok(nginx.url("1"))
    result = fetch(nginx.url("0"))
    assert result["class"] == "Http" and "after 5 redirects" in result["message"]
    assert fetch(nginx.url("loop"))["class"] == "Http"
    assert len([request for request in nginx.log() if request["uri"] == "/loop"]) == 6


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "tftp://127.0.0.1/x",
        "http://",
        "http://[",
        "javascript:alert(1)",
    ],
)
def test_redirect_elsewhere(scripted, location):
    server = scripted(
        lambda connection, request: connection.sendall(answer("302 Found", Location=location))
    )
    fetch_fails(server.url(), "Http", "redirects to")


def test_redirect_nowhere(scripted):
    server = scripted(lambda connection, request: connection.sendall(answer("302 Found")))
    fetch_fails(server.url(), "Http", "without saying where")


def test_redirect_never_leaves_https(make_nginx, certificates):
    plain = make_nginx()
    plain.put("x.xml", BODY)
    nginx = make_nginx(
        certificates=["good"],
        store=certificates,
        locations={
            "= /down": f"return 302 {plain.url('x.xml')};",
            "= /up": "return 302 https://127.0.0.1:$arg_port/down;",
        },
    )
    ca = certificates.path("ca.pem")
    fetch_fails(nginx.url("down", "good"), "Http", "redirects from https to http:", ca=ca)
    result = fetch(nginx.url(f"up?port={nginx.ports['good']}"), ca=ca)
    assert result["class"] == "Http" and "redirects from https to http:" in result["message"]
    assert plain.log() == []


def test_redirect_to_https(make_nginx, certificates):
    nginx = make_nginx(
        certificates=["good"],
        store=certificates,
        locations={"= /up": "return 302 https://127.0.0.1:$arg_port/x.xml;"},
    )
    nginx.put("x.xml", BODY)
    fetch_ok(nginx.url(f"up?port={nginx.ports['good']}"), ca=certificates.path("ca.pem"))


def test_credentials_stay_with_the_first_host(make_nginx):
    """The second host asks for the very same ones: it gets none, by whatever name and port."""
    back = "return 302 http://127.0.0.1:$arg_port/x.xml;"
    second = make_nginx(locations={**BASIC, "= /back": back})
    basic(second)
    first = make_nginx(
        locations={
            **BASIC,
            "= /out": f"return 302 {second.url('x.xml')};",
            "= /name": f"return 302 {second.url('x.xml', host='localhost')};",
            "= /around": f"return 302 {second.url('back')}?port=$server_port;",
            "= /here": "return 302 /x.xml;",
        }
    )
    basic(first)
    secret = {"user": "phone", "password": "secret"}
    for path in ("out", "name"):
        result = fetch(first.url(path), **secret)
        assert result["class"] == "AccessDenied"
        assert "none are given for it" in result["message"]
    for path in ("around", "here"):
        fetch_ok(first.url(path), **secret)
    assert len(second.log()) == 3
    assert all(request["authorization"] == "" for request in second.log())


def test_credentials_stay_within_tls(make_nginx, certificates):
    nginx = make_nginx(
        certificates=["good"],
        store=certificates,
        locations={**BASIC, "= /up": "return 302 https://$arg_to/x.xml;"},
    )
    basic(nginx)
    to, given = nginx.ports["good"], {"user": "phone", "password": "secret"}
    given["ca"] = certificates.path("ca.pem")
    fetch_ok(nginx.url(f"up?to=127.0.0.1:{to}"), **given)
    assert fetch(nginx.url(f"up?to=localhost:{to}"), **given)["class"] == "AccessDenied"


def redirecting(location, status):
    def script(connection, request):
        if request.startswith(b"POST /x.xml"):
            connection.sendall(answer(f"{status} Go", Location=location, Connection="close"))
        else:
            connection.sendall(answer(body=BODY))

    return script


@pytest.mark.parametrize("status", [301, 302, 303])
def test_redirected_post_becomes_get(scripted, status):
    other = scripted(lambda connection, request: connection.sendall(answer(body=BODY)))
    fetch_ok(scripted(redirecting(other.url(), status)).url(), post="secret")
    assert other.requests[0].startswith(b"GET /x.xml") and b"secret" not in other.requests[0]


@pytest.mark.parametrize("status", [307, 308])
def test_redirected_post_stays_with_the_first_host(scripted, status):
    first = scripted(redirecting("/y.xml", status))
    fetch_ok(first.url(), post="secret")
    assert first.requests[1].startswith(b"POST /y.xml") and first.requests[1].endswith(b"secret")
    other = scripted(lambda connection, request: connection.sendall(answer(body=BODY)))
    fetch_fails(
        scripted(redirecting(other.url(), status)).url(),
        "Http",
        "not sent to another host",
        post="secret",
    )
    assert other.requests == []


# Limits, and servers on a bad day


def test_too_large_by_content_length(scripted):
    server = scripted(
        lambda connection, request: (
            connection.sendall(answer(length=4 * MIB + 1)),
            hang(connection),
        )
    )
    result = fetch_fails(server.url(), "TooLarge", "larger than 4194304 bytes", timeout=20)
    assert int(result["total_usec"]) < 2_000_000


def test_too_large_by_what_comes(scripted):
    def script(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    fetch_fails(scripted(script).url(), "TooLarge", "larger than 4194304 bytes")


def test_size_limit_is_exact(make_nginx):
    url = make_nginx().put("x.xml", BODY)
    fetch_ok(url, size=len(BODY))
    fetch_fails(url, "TooLarge", f"larger than {len(BODY) - 1} bytes", size=len(BODY) - 1)
    most = os.urandom(4 * MIB)
    fetch_ok(make_nginx().put("most", most), body=most)


def test_endless_header(scripted):
    def script(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: " + b"y" * 1000 + b"\r\n")

    fetch_fails(scripted(script).url(), "TooLarge", "header of the answer has no end")


def test_closed_port():
    with socket.socket() as unused:
        unused.bind((LOOPBACK, 0))
        url = f"http://{LOOPBACK}:{unused.getsockname()[1]}/x"
        fetch_fails(url, "Unreachable", "no connection: Connection refused")


def test_unknown_name():
    fetch_fails("http://server.invalid/x", "Unreachable", "no address is known for the server")


def test_never_answers(scripted):
    server = scripted(lambda connection, request: hang(connection))
    fetch_fails(server.url(), "Unreachable", "did not answer within 2 s", stall_timeout=2)
    fetch_fails(server.url(), "Unreachable", "did not answer within 1 s", timeout=1)


def test_never_accepts():
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind((LOOPBACK, 0))
        full.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        url = f"http://{LOOPBACK}:{full.getsockname()[1]}/x"
        fetch_fails(url, "Unreachable", "no connection within 1 s", connect_timeout=1)


def test_never_shakes_hands(scripted):
    server = scripted(lambda connection, request: hang(connection), read_request=False)
    fetch_fails(
        server.url(scheme="https"), "Unreachable", "no connection within 1 s", connect_timeout=1
    )


def drip(connection, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.1)


def test_drips(scripted):
    server = scripted(drip)
    fetch_fails(server.url(), "Unreachable", "fewer than 50 bytes/s for 2 s", stall_timeout=2)
    fetch_fails(server.url(), "Unreachable", "not complete within 1 s", timeout=1)


def test_whole_time_counts_over_redirects(scripted):
    def script(connection, request):
        time.sleep(0.7)
        connection.sendall(answer("302 Found", Location="/again", Connection="close"))

    started = time.monotonic()
    result = fetch(scripted(script).url(), timeout=2)
    assert result["class"] == "Unreachable"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "pieces, failure, words",
    [
        ([answer(length=1000, body=b"half")], "Unreachable", "broke off after 4 bytes"),
        (
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"],
            "Unreachable",
            "broke off",
        ),
        (
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab"],
            "Unreachable",
            "broke off",
        ),
        ([], "Unreachable", "unanswered"),
        ([b"HTTP/1.1 200 O"], "Unreachable", ""),
        ([b"220 mail.example ESMTP\r\n"], "Http", "not HTTP"),
        ([b"\x00\xff" * 4096], "Http", "not HTTP"),
        ([b"HTTP/1.1 abc OK\r\n\r\n"], "Http", "not HTTP"),
    ],
)
def test_breaks_off(scripted, pieces, failure, words):
    def script(connection, request):
        for piece in pieces:
            connection.sendall(piece)

    fetch_fails(scripted(script).url(), failure, words)


def test_resets(scripted):
    def script(connection, request):
        connection.sendall(answer(length=1000, body=b"half"))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()

    fetch_fails(scripted(script).url(), "Unreachable", "broke off")


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


SOFTHSM = pathlib.Path("/usr/lib/softhsm/libsofthsm2.so")


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


def test_client_certificate_in_a_token(make_nginx, certificates, tmp_path):
    if not SOFTHSM.exists() or not shutil.which("pkcs11-tool"):
        pytest.skip("softhsm2 and opensc are not installed")
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


# TFTP


def test_tftp(atftpd):
    (atftpd.directory / "x.xml").write_bytes(BODY)
    result = fetch_ok(atftpd.url("x.xml"))
    assert (result["server_ip"], result["server_port"]) == (LOOPBACK, str(atftpd.port))
    fetch_fails(atftpd.url("nope.xml"), "FileNotFound", "no such file")


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1428, 2856, 100_000])
def test_tftp_sizes(make_tftp, size):
    body = os.urandom(size)
    server = make_tftp(files={"dir/x": body})
    fetch_ok(server.url("dir/x"), body=body)
    assert server.requests[0][:2] == ("dir/x", "octet")


def test_tftp_server_without_options(make_tftp):
    fetch_ok(make_tftp(files={"x": BODY}, understand=False).url("x"))


@pytest.mark.parametrize(
    "code, failure",
    [
        (0, "ServerError"),
        (1, "FileNotFound"),
        (2, "AccessDenied"),
        (3, "ServerError"),
        (4, "ServerError"),
        (5, "ServerError"),
        (6, "ServerError"),
        (7, "ServerError"),
        (8, "ServerError"),
        (99, "ServerError"),
    ],
)
def test_tftp_errors(make_tftp, code, failure):
    server = make_tftp(files={"x": BODY}, refuse=lambda options: code)
    assert fetch(server.url("x"))["class"] == failure


@pytest.mark.parametrize("code", [0, 4, 8])
def test_tftp_server_that_stumbles_over_options(make_tftp, code):
    server = make_tftp(files={"x": BODY}, refuse=lambda options: code if options else None)
    fetch_ok(server.url("x"))
    first, second = server.requests
    assert first[2] and not second[2]


@pytest.mark.parametrize("lose", [0, 1, 2, 3, 4])
def test_tftp_loss(make_tftp, lose):
    """The request, the first answer, its acknowledgement, and so on. How soon a packet is sent
    again depends on the time there is."""
    server = make_tftp(files={"x": BODY[:20_000]}, lose={lose})
    fetch_ok(server.url("x"), body=BODY[:20_000], timeout=6)


def test_tftp_too_large(make_tftp):
    fetch_fails(
        make_tftp(files={"x": BODY}).url("x"), "TooLarge", "larger than 5000 bytes", size=5000
    )


def test_tftp_silence():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((LOOPBACK, 0))
        url = f"tftp://{LOOPBACK}:{silent.getsockname()[1]}/x"
        fetch_fails(url, "Unreachable", "did not answer within 2 s", timeout=2)
        fetch_fails(url, "Unreachable", "did not answer within", connect_timeout=2)


# Proxies

PROXY = {"/": "proxy_pass http://$http_host$request_uri;"}


def test_proxy(make_nginx):
    nginx, proxy = make_nginx(), make_nginx(locations=PROXY)
    url = nginx.put("x.xml", BODY)
    fetch_ok(url, proxy=f"http://{LOOPBACK}:{proxy.port}")
    fetch_ok(url, env={"http_proxy": f"http://{LOOPBACK}:{proxy.port}"})
    fetch_ok(url, env={"http_proxy": f"http://{LOOPBACK}:{proxy.port}", "no_proxy": LOOPBACK})
    assert [len(server.log()) for server in (nginx, proxy)] == [3, 2]


def test_tftp_asks_no_proxy(make_tftp):
    fetch_ok(
        make_tftp(files={"x": BODY}).url("x"),
        proxy=f"http://{LOOPBACK}:9",
        env={"all_proxy": f"http://{LOOPBACK}:9"},
    )


@pytest.mark.parametrize("status, failure", [(407, "AccessDenied"), (502, "Unreachable")])
def test_proxy_that_opens_no_tunnel(scripted, status, failure):
    proxy = scripted(lambda connection, request: connection.sendall(answer(f"{status} No")))
    result = fetch_fails(
        "https://server.invalid/x",
        failure,
        f"the proxy answered {status}",
        proxy=f"http://user:secret@{LOOPBACK}:{proxy.port}",
    )
    assert "secret" not in str(result)


# The loop


class Idle:
    """fetch-tool after its last fetch."""

    def __init__(self, *urls, **given):
        tool = os.environ.get("FETCH_TOOL")
        if not tool:
            pytest.skip("FETCH_TOOL names no program")
        # AddressSanitizer is not to count what it holds back
        asan = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0"
        self.process = subprocess.Popen(
            [tool, "--wait", *options(**given), *urls],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "ASAN_OPTIONS": asan},
        )
        self.proc = pathlib.Path(f"/proc/{self.process.pid}")

    def __enter__(self):
        assert any(line == "idle\n" for line in self.process.stdout)
        return self

    def __exit__(self, *_):
        self.process.communicate("")
        assert self.process.returncode == 0

    def descriptors(self):
        return {entry.name: os.readlink(entry) for entry in (self.proc / "fd").iterdir()}

    def armed_timers(self):
        timers = [fd for fd, target in self.descriptors().items() if "timerfd" in target]
        texts = [(self.proc / "fdinfo" / fd).read_text() for fd in timers]
        return [text for text in texts if "it_value: (0, 0)" not in text]

    def waits(self):
        return re.findall(r"ctxt_switches:\s+(\d+)", (self.proc / "status").read_text())

    def dirty(self):
        rollup = (self.proc / "smaps_rollup").read_text()
        return int(re.search(r"Private_Dirty:\s+(\d+)", rollup).group(1))


def test_idle_holds_nothing(make_nginx, certificates):
    nginx = make_nginx(certificates=["good"], store=certificates)
    nginx.put("x.xml", BODY)
    urls = [nginx.url("x.xml"), nginx.url("x.xml", "good"), nginx.url("x.xml", host="localhost")]
    with Idle(*urls, ca=certificates.path("ca.pem")) as idle:
        assert not any("socket" in target for target in idle.descriptors().values())
        assert idle.armed_timers() == []
        time.sleep(0.1)  # until it has gone to sleep
        before = idle.waits()
        time.sleep(1)
        assert idle.waits() == before


def test_connection_is_kept_for_the_next_fetch(make_nginx):
    nginx = make_nginx()
    fetch_all(nginx.put("a", BODY), nginx.put("b", BODY))
    assert len({request["connection"] for request in nginx.log()}) == 1


def test_thousand_fetches_leave_nothing(make_nginx, certificates):
    nginx = make_nginx(certificates=["good"], store=certificates)
    nginx.put("x.xml", BODY)
    urls = [nginx.url("x.xml"), nginx.url("nope"), nginx.url("x.xml", "good")]
    given = {"ca": certificates.path("ca.pem"), "quiet": True}
    with Idle(*urls, repeat=30, **given) as few, Idle(*urls, repeat=333, **given) as many:
        assert many.dirty() < few.dirty() * 1.05 or "PROVD_SANITIZED" in os.environ
        assert len(many.descriptors()) == len(few.descriptors())


def test_cancel(scripted, make_tftp):
    servers = [
        scripted(lambda connection, request: hang(connection)),
        scripted(drip),
        make_tftp(files={"x": BODY}, lose=range(1, 100)),
    ]
    urls = [server.url("x") for server in servers]
    urls.append(
        scripted(lambda connection, request: hang(connection), read_request=False).url(
            scheme="https"
        )
    )
    started = time.monotonic()
    results = fetch_all(*urls, cancel_ms=100)
    assert [result["class"] for result in results] == ["cancelled"] * 4
    assert time.monotonic() - started < 2


SILENT_NAME_SERVER = """
rm -f $DIR/ready
ip link set lo up && echo nameserver 127.0.0.1 >$DIR/resolv.conf || exit
mount --bind $DIR/resolv.conf /etc/resolv.conf || exit
python3 -c "if True:
    import signal, socket
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(('127.0.0.1', 53))
    print('ready', flush=True)
    signal.pause()" >$DIR/ready &
while ! test -s $DIR/ready; do sleep 0.02; done
"$@"; status=$?; kill $!; exit $status
"""


def test_no_wait_for_the_look_up_of_a_name(tmp_path):
    """In a network of its own, whose name server takes every question and answers none."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("a network of its own cannot be made")
    wrapper = ["unshare", "-mn", "env", f"DIR={tmp_path}", "sh", "-c", SILENT_NAME_SERVER, "sh"]
    url = "http://server.example/x"
    started = time.monotonic()
    assert fetch(url, cancel_ms=200, wrapper=wrapper)["class"] == "cancelled"
    fetch_fails(url, "Unreachable", "no connection within 1 s", connect_timeout=1, wrapper=wrapper)
    assert time.monotonic() - started < 4
