# SPDX-License-Identifier: LGPL-2.1-or-later
"""The fetcher and HTTP against real servers on loopback: profile.md "Transport" and the
failure classes of resync.md."""

import os
import socket
import time
from email.utils import formatdate

import pytest
from fetching import BODY, MIB, drip, fetch, fetch_fails, fetch_ok
from servers import LOOPBACK, answer, digest_script, hang, hold_port


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


def test_question_larger_than_a_profile(make_nginx):
    """The page of a 401 may be longer than a profile, and is of no interest."""
    nginx = make_nginx(locations=BASIC)
    basic(nginx)
    url = nginx.put("x.xml", BODY[:100])
    fetch_ok(url, body=BODY[:100], user="phone", password="secret", size=100)
    fetch_fails(url, "TooLarge", "than 99 bytes", user="phone", password="secret", size=99)


def test_digest(scripted):
    server = scripted(digest_script("phone", "secret", BODY))
    fetch_ok(server.url(), user="phone", password="secret")
    result = fetch_fails(
        server.url(), "AccessDenied", "does not accept", user="phone", password="bad!"
    )
    assert "bad!" not in str(result)
    assert not any(b"basic" in request.lower() for request in server.requests)


def test_no_header_by_a_user_name(scripted):
    answers = []

    def script(connection, request):
        challenge = 'Digest realm="phones", nonce="n", qop="auth", algorithm=MD5'
        connection.sendall(answer("401 Unauthorized", WWW_Authenticate=challenge))
        answers.append(connection.recv(65536))
        connection.sendall(answer(body=BODY))

    fetch_ok(scripted(script).url(), user="phone\r\nX-User: 1", password="secret")
    assert b'username="phone  X-User: 1"' in answers[0]


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


def test_endless_header_line(scripted):
    def script(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-More: ")
        while True:
            connection.sendall(b"y" * 1000)

    fetch_fails(scripted(script).url(), "TooLarge", "header has no end")


def test_closed_port():
    with hold_port() as unused:
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
