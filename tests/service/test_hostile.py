# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a server or a caller may send to do harm: afterwards everything is as usable as before."""

import pytest


def usable(provd, client, finished):
    """Whether a failure can be seen everywhere, now and after a restart."""
    for _ in range(2):
        assert client.get_all()["LastErrorMessage"] == finished.message
        assert client.history(1)[0][6] == finished.message
        provd.restart()
    assert "damaged" not in provd.log()


# U+FFFE is UTF-8, but no text that the bus takes.
@pytest.mark.parametrize(
    "header, words",
    [
        (b"302 Found\r\nLocation: ftp://h\xff\xfe/", "its host is not ASCII"),
        (b"302 Found\r\nLocation: http://h%ff/", "its host is not ASCII"),
        (b"302 Found\r\nLocation: http://\xef\xbf\xbe/", "its host is not ASCII"),
        (b"200 OK\r\nContent-Encoding: x\xff", "content coding “x?”"),
        (b"200 OK\r\nContent-Encoding: x\xef\xbf\xbe", "content coding “x???”"),
    ],
)
def test_header_that_is_no_text(provd, client, scripted, header, words):
    server = scripted(
        lambda connection, request: connection.sendall(
            b"HTTP/1.1 " + header + b"\r\nContent-Length: 2\r\n\r\nxx"
        )
    )
    finished = client.resync(server.url(), timeout=10)
    assert words in finished.message
    usable(provd, client, finished)
