# SPDX-License-Identifier: LGPL-2.1-or-later
"""Servers on loopback for what a device fetches: nginx, atftpd, certificates made by openssl, and
servers that behave as no well-kept server does on demand. A pytest plugin: the fixtures are at the
end."""

import hashlib
import json
import os
import shutil
import socket
import socketserver
import struct
import subprocess
import threading
import time
import urllib.request

import pytest

LOOPBACK = "127.0.0.1"


def free_port(kind=socket.SOCK_STREAM):
    """A port that was free a moment ago, for a server that must be told one."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def hold_port(host=LOOPBACK):
    """A socket whose port is nobody else's while it is open: bound, and not listening, it leaves
    the port to a server that reuses addresses, as nginx does."""
    holder = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind((host, 0))
    return holder


def wait_for_port(port, process, host=LOOPBACK):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((host, port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"no server on port {port}")


def stop(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Certificates:
    """A CA and what it issued, as PEM files NAME.pem and NAME.key in a directory."""

    CONFIG = """
[ca]
default_ca = ca
[ca]
database = {0}/index
new_certs_dir = {0}
serial = {0}/serial
default_md = sha256
policy = policy
copy_extensions = copy
unique_subject = no
[policy]
commonName = supplied
"""

    def __init__(self, directory):
        self.directory = directory
        (directory / "index").touch()
        (directory / "serial").write_text("01\n")
        (directory / "ca.cnf").write_text(self.CONFIG.format(directory))
        self.authority("ca")
        self.authority("other-ca")
        self.issue("good")
        self.issue("expired", start="200101000000Z", end="210101000000Z")
        self.issue("future", start="480101000000Z", end="490101000000Z")
        self.issue("wrong-name", names="DNS:elsewhere.invalid")
        self.issue("unknown-issuer", ca="other-ca")
        self.issue("client", names="DNS:device")

    def path(self, name):
        return str(self.directory / name)

    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self.directory, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())

    def new_key(self, name, *arguments):
        self.openssl(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            f"{name}.key",
            "-subj",
            f"/CN={name}",
            *arguments,
        )

    def authority(self, name):
        self.new_key(
            name,
            "-x509",
            "-days",
            "30",
            "-out",
            f"{name}.pem",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
        )

    def issue(self, name, names="IP:127.0.0.1,IP:::1,DNS:localhost", ca="ca", start=None, end=None):
        self.new_key(name, "-addext", f"subjectAltName={names}", "-out", f"{name}.csr")
        dates = ["-startdate", start, "-enddate", end] if start else ["-days", "30"]
        self.openssl(
            "ca",
            "-batch",
            "-notext",
            "-config",
            "ca.cnf",
            "-cert",
            f"{ca}.pem",
            "-keyfile",
            f"{ca}.key",
            *dates,
            "-in",
            f"{name}.csr",
            "-out",
            f"{name}.pem",
        )


class Nginx:
    """nginx on a directory of files. locations: path to directives; certificates: the names of
    those that it shows, each on a port of its own (`ports`); the access log is kept as JSON."""

    LOG = (
        'escape=json \'{"port":"$server_port","method":"$request_method",'
        '"uri":"$request_uri","status":"$status",'
        '"authorization":"$http_authorization","agent":"$http_user_agent",'
        '"if_none_match":"$http_if_none_match","host":"$http_host",'
        '"if_modified_since":"$http_if_modified_since","encoding":"$http_accept_encoding",'
        '"client":"$ssl_client_s_dn","connection":"$connection"}\''
    )

    # A request that is in no log.
    FENCE = "/before-this-answer-the-log-was-written"

    def __init__(self, directory, locations=None, certificates=(), store=None, ipv6=False):
        self.directory = directory
        self.root = directory / "files"
        self.root.mkdir(parents=True)
        self.holders = []
        self.port = self.hold_port()
        self.ports = {name: self.hold_port() for name in certificates}
        self.ipv6_port = self.hold_port("::1") if ipv6 else None
        self.store = store
        (directory / "nginx.conf").write_text(self.config(locations or {}))
        self.start()

    def hold_port(self, host=LOOPBACK):
        self.holders.append(hold_port(host))
        return self.holders[-1].getsockname()[1]

    def start(self):
        self.process = subprocess.Popen(
            [
                shutil.which("nginx") or "/usr/sbin/nginx",
                "-p",
                str(self.directory),
                "-e",
                str(self.directory / "error.log"),
                "-c",
                str(self.directory / "nginx.conf"),
            ],
            stdin=subprocess.DEVNULL,
        )
        wait_for_port(self.port, self.process)

    def config(self, locations):
        lines = [
            "daemon off;",
            "master_process off;",
            "pid nginx.pid;",
            "error_log error.log;",
            "events {}",
            "http {",
            f"log_format json {self.LOG};",
            "access_log access.log json;",
            "default_type application/xml;",
            "absolute_redirect off;",
        ]
        lines += [
            f"{kind}_temp_path temp-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        ]
        lines += self.server(f"listen {LOOPBACK}:{self.port};", locations)
        if self.ipv6_port:
            lines += self.server(f"listen [::1]:{self.ipv6_port};", locations)
        for name, port in self.ports.items():
            lines += self.server(self.tls(name, port), locations)
        return "\n".join(lines + ["}"])

    def server(self, listen, locations):
        blocks = [f"location {path} {{ {body} }}" for path, body in locations.items()]
        blocks.append(f"location = {self.FENCE} {{ access_log off; return 204; }}")
        return ["server {", listen, f"root {self.root};", *blocks, "}"]

    def tls(self, name, port):
        lines = [f"listen {LOOPBACK}:{port} ssl;"]
        certificate = name
        if name == "ask":
            certificate = "good"
            lines += [
                "ssl_verify_client on;",
                f"ssl_client_certificate {self.store.path('ca.pem')};",
            ]
        elif name == "old-tls":
            certificate = "good"
            lines += ["ssl_protocols TLSv1.1;", "ssl_ciphers ALL:@SECLEVEL=0;"]
        lines += [
            f"ssl_certificate {self.store.path(certificate)}.pem;",
            f"ssl_certificate_key {self.store.path(certificate)}.key;",
        ]
        return "\n".join(lines)

    def put(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.url(name)

    def url(self, path, certificate=None, host=LOOPBACK):
        scheme, port = ("https", self.ports[certificate]) if certificate else ("http", self.port)
        return f"{scheme}://{host}:{port}/{path.lstrip('/')}"

    def log(self):
        """The requests so far. nginx answers first and writes then, but both before it looks at
        another request."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        direct.open(self.url(self.FENCE), timeout=20).close()
        path = self.directory / "access.log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def stop(self):
        """Takes it down; start() brings it back, at the same ports."""
        stop(self.process)

    def close(self):
        self.stop()
        for holder in self.holders:
            holder.close()


class Scripted:
    """A TCP server whose answer to each connection is a function of (connection, request): the
    socket, and what came before the first empty line. The requests are kept."""

    def __init__(self, script, read_request=True):
        self.requests = []
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                request = b""
                try:
                    while read_request and b"\r\n\r\n" not in request:
                        piece = self.request.recv(65536)
                        if not piece:
                            return
                        request += piece
                    outer.requests.append(request)
                    script(self.request, request)
                except OSError:
                    pass  # the client has had enough, which is what many a test is about

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self.server = Server((LOOPBACK, 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path="x.xml", scheme="http"):
        return f"{scheme}://{LOOPBACK}:{self.port}/{path}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def answer(status="200 OK", body=b"", length=None, **headers):
    """The bytes of an HTTP answer; an underscore in the name of a header stands for a hyphen."""
    lines = [f"HTTP/1.1 {status}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def hang(connection):
    """Holds a connection until the client closes it."""
    connection.settimeout(60)
    while connection.recv(65536):
        pass


def digest_script(user, password, body, algorithm="MD5", stale=False, other=""):
    """An answer by Digest (RFC 7616, qop=auth), which nginx cannot do. stale: the first nonce is
    out of date when it is used; other: a way of logging in that is offered before."""
    hashed = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

    def digest(text):
        return hashed(text.encode()).hexdigest()

    def expected(request, nonce):
        line, _, rest = request.decode().partition("\r\n")
        method = line.split(" ")[0]
        header = next(
            (h for h in rest.split("\r\n") if h.lower().startswith("authorization: dig")), None
        )
        if not header:
            return False
        parts = dict(part.strip().split("=", 1) for part in header.split(" ", 2)[2].split(","))
        parts = {key: value.strip('"') for key, value in parts.items()}
        secret = digest(f"{user}:{parts['realm']}:{password}")
        inner = ":".join(parts[key] for key in ("nonce", "nc", "cnonce", "qop"))
        wanted = digest(f"{secret}:{inner}:{digest(method + ':' + parts['uri'])}")
        return parts["nonce"] == nonce and parts["response"] == wanted

    def script(connection, request):
        nonces = ["dcd98b7102dd2f0e", "0e9fd2017b89dc"][: 1 + stale]
        challenge = f'{other}Digest realm="phones", qop="auth", algorithm={algorithm}, nonce='
        while request:
            known = expected(request, nonces[0])
            if known and len(nonces) == 1:
                connection.sendall(answer(body=body))
            else:
                nonces = nonces[known:]
                asks = f'{challenge}"{nonces[0]}"' + ", stale=true" * known
                connection.sendall(answer("401 Unauthorized", b"no", WWW_Authenticate=asks))
            request = connection.recv(65536)

    return script


class Tftp:
    """A TFTP server that can be made to misbehave: refuse(options) gives the error code that a read
    request is answered with, or None; the packets whose numbers, counted from 0 in the order in
    which they come and go, are in `lose` are lost."""

    RRQ, DATA, ACK, ERROR, OACK = 1, 3, 4, 5, 6

    def __init__(self, files=None, refuse=lambda options: None, lose=(), understand=True):
        self.files = files or {}
        self.refuse, self.lose, self.understand = refuse, set(lose), understand
        self.requests = []
        self.packets = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def url(self, path):
        return f"tftp://{LOOPBACK}:{self.port}/{path}"

    def lost(self):
        self.packets += 1
        return self.packets - 1 in self.lose

    def run(self):
        while True:
            try:
                packet, peer = self.socket.recvfrom(65536)
            except OSError:
                return
            if struct.unpack("!H", packet[:2])[0] == self.RRQ and not self.lost():
                threading.Thread(target=self.serve, args=(packet, peer), daemon=True).start()

    def serve(self, packet, peer):
        name, mode, *rest = packet[2:].decode().rstrip("\0").split("\0")
        options = dict(zip(rest[::2], rest[1::2]))
        self.requests.append((name, mode, options))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as transfer:
            transfer.bind((LOOPBACK, 0))
            transfer.connect(peer)
            transfer.settimeout(20)
            code = self.refuse(options)
            if code is None and name not in self.files:
                code = 1
            try:
                if code is not None:
                    transfer.send(struct.pack("!HH", self.ERROR, code) + b"no\0")
                else:
                    self.send_file(transfer, self.files[name], options if self.understand else {})
            except OSError:
                pass  # the client has gone

    def send_file(self, transfer, content, options):
        size = int(options.get("blksize", 512))
        if options:
            reply = {**options, **({"tsize": len(content)} if "tsize" in options else {})}
            text = "".join(f"{key}\0{value}\0" for key, value in reply.items())
            self.exchange(transfer, struct.pack("!H", self.OACK) + text.encode(), 0)
        for block in range(len(content) // size + 1):
            piece = content[block * size : (block + 1) * size]
            number = (block + 1) % 65536
            self.exchange(transfer, struct.pack("!HH", self.DATA, number) + piece, number)

    def exchange(self, transfer, packet, number):
        """Sends a packet, again when the client asks for it, until it is acknowledged."""
        if not self.lost():
            transfer.send(packet)
        while True:
            reply = transfer.recv(65536)
            if self.lost():
                continue
            if reply == struct.pack("!HH", self.ACK, number):
                return
            transfer.send(packet)

    def close(self):
        self.socket.close()


class Atftpd:
    def __init__(self, directory):
        self.directory = directory
        self.port = free_port(socket.SOCK_DGRAM)
        user = subprocess.check_output(["id", "-un"], text=True).strip()
        group = subprocess.check_output(["id", "-gn"], text=True).strip()
        self.process = subprocess.Popen(
            [
                shutil.which("atftpd") or "/usr/sbin/atftpd",
                "--daemon",
                "--no-fork",
                "--user",
                f"{user}.{group}",
                "--bind-address",
                LOOPBACK,
                "--port",
                str(self.port),
                "--logfile",
                str(directory / "log"),
                str(directory),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait()

    def wait(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.1)
            for _ in range(100):
                probe.sendto(struct.pack("!H", 1) + b"probe\0octet\0", (LOOPBACK, self.port))
                try:
                    probe.recv(512)
                    return
                except OSError:
                    time.sleep(0.02)
        raise RuntimeError("atftpd does not answer")

    def url(self, path):
        return f"tftp://{LOOPBACK}:{self.port}/{path}"

    def close(self):
        stop(self.process)


def need_program(name):
    if not shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
        pytest.skip(f"{name} is not installed")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    need_program("openssl")
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def make_nginx(tmp_path):
    need_program("nginx")
    made = []

    def make(**options):
        made.append(Nginx(tmp_path / f"nginx{len(made)}", **options))
        return made[-1]

    yield make
    for nginx in made:
        nginx.close()


@pytest.fixture
def scripted():
    """Makes Scripted servers."""
    made = []

    def make(script, **options):
        made.append(Scripted(script, **options))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def make_tftp():
    made = []

    def make(**options):
        made.append(Tftp(**options))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def atftpd(tmp_path):
    need_program("atftpd")
    directory = tmp_path / "tftp"
    directory.mkdir()
    server = Atftpd(directory)
    yield server
    server.close()
