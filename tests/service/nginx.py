# SPDX-License-Identifier: LGPL-2.1-or-later
"""nginx with a document root of the test's own, by HTTP and HTTPS on ports of its own."""

import os
import pathlib
import shutil
import socket
import subprocess

CONFIG = """daemon off;
{user}
pid {prefix}/nginx.pid;
error_log {prefix}/error.log;
events {{ worker_connections 64; }}
http {{
  types {{ text/xml xml; text/html html; }}
  access_log {prefix}/access.log;
  client_body_temp_path {prefix}/temp;
  proxy_temp_path {prefix}/temp;
  fastcgi_temp_path {prefix}/temp;
  uwsgi_temp_path {prefix}/temp;
  scgi_temp_path {prefix}/temp;
  server {{
    listen 127.0.0.1:{http};
    listen 127.0.0.1:{https} ssl;
    ssl_certificate {prefix}/server.crt;
    ssl_certificate_key {prefix}/server.key;
    root {prefix}/root;
  }}
}}
"""


def make_certificate(directory):
    """A certificate for 127.0.0.1 that is its own issuer."""
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", directory / "server.key", "-out", directory / "server.crt",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip


class Nginx:
    """It inherits sockets that listen already: its ports are known and open before it runs."""

    def __init__(self, directory):
        self.prefix = pathlib.Path(directory)
        self.root = self.prefix / "root"
        self.root.mkdir(parents=True)
        make_certificate(self.prefix)
        self.ca_file = self.prefix / "server.crt"
        sockets = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(2)]
        self.port, self.tls_port = (s.getsockname()[1] for s in sockets)
        config = self.prefix / "nginx.conf"
        # Its worker is to read what this process writes, who may be root in a directory of its own.
        user = "user root root;" if os.geteuid() == 0 else ""
        config.write_text(
            CONFIG.format(prefix=self.prefix, user=user, http=self.port, https=self.tls_port)
        )
        descriptors = [s.fileno() for s in sockets]
        self.process = subprocess.Popen(
            [nginx_program(), "-p", self.prefix, "-c", config, "-e", self.prefix / "error.log"],
            env=os.environ | {"NGINX": "".join(f"{fd};" for fd in descriptors)},
            pass_fds=descriptors,
            stderr=subprocess.DEVNULL,
        )
        for listening in sockets:
            listening.close()

    def put(self, name, content):
        """Publishes bytes under a name, as a whole; its URL."""
        partial = self.root / (name + ".partial")
        partial.write_bytes(content)
        partial.rename(self.root / name)
        return self.url(name)

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def tls_url(self, name):
        return f"https://127.0.0.1:{self.tls_port}/{name}"

    def requests(self):
        """The lines of the access log."""
        return (self.prefix / "access.log").read_text().splitlines()

    def close(self):
        self.process.terminate()
        self.process.wait(10)


def nginx_program():
    """Where nginx is; it is not in everybody's PATH. None where it is not installed."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
