# SPDX-License-Identifier: LGPL-2.1-or-later
"""HTTP servers of the test's own, for what a real one cannot do: hold a page back, break off, say
nothing, and know when the last byte was sent."""

import http.server
import socket
import threading
import time

ROOT = '<?xml version="1.0" encoding="UTF-8"?>\n<flat-profile>\n{}</flat-profile>\n'


def profile(values):
    """A profile that sets values, all of them plain text without markup."""
    return ROOT.format(
        "".join(f"<{name}>{value}</{name}>\n" for name, value in values.items())
    ).encode()


class Page:
    """One path of an Origin. While `gate` is closed, the last byte is held back. Who asks for a
    page unless it has the ETag that it has is told that it has not changed."""

    def __init__(self, body, status, headers):
        self.body = body
        self.status = status
        self.headers = headers
        self.gate = threading.Event()
        self.gate.set()
        self.asked = threading.Event()
        self.sent = threading.Event()
        self.sent_at = 0.0
        self.broken_off = threading.Event()

    def hold(self):
        """Closes the gate until release()."""
        self.gate.clear()
        self.asked.clear()
        self.sent.clear()
        self.broken_off.clear()
        return self

    def release(self):
        self.gate.set()

    def wait_asked(self, timeout=20):
        assert self.asked.wait(timeout), "the page was not asked for"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        self.server.origin.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0]
        self.server.origin.requests.append((self.command, self.path, dict(self.headers)))
        page = self.server.origin.pages.get(path)
        if page is None:
            self.send_error(404)
            return
        if self.headers["If-None-Match"] in (page.headers.get("ETag", ""), "*"):
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(page.status)
        for name, value in ({"Content-Length": str(len(page.body))} | page.headers).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.send_page(page)
        except OSError:
            page.broken_off.set()
            self.close_connection = True

    def send_page(self, page):
        self.wfile.write(page.body[:-1])
        page.asked.set()
        while not page.gate.wait(0.02):
            if self.gone():
                raise ConnectionResetError
        self.wfile.write(page.body[-1:])
        page.sent_at = time.monotonic()
        page.sent.set()

    def gone(self):
        """Whether the other side has closed the connection."""
        try:
            return self.connection.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that was killed is what some tests are about."""


class Origin:
    """A server on a port of its own, with pages."""

    def __init__(self):
        self.pages = {}
        self.requests = []
        self.bodies = []
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.origin = self
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def page(self, path, body=b"", status=200, **headers):
        """Puts a page there; bytes, or a dictionary that becomes a profile."""
        if isinstance(body, dict):
            body = profile(body)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(body, status, headers)
        return self.pages[path]

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self):
        for page in self.pages.values():
            page.release()
        self.server.shutdown()
        self.server.server_close()


class Silent:
    """A port that accepts connections and never answers."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.connections = []
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections = self.connections[-8:] + [connection]

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)
        for connection in self.connections:
            connection.close()
