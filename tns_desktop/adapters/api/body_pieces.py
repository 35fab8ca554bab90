"""The body of a large answer, read past the HTTP parser.

h11 copies each piece three times and httpx hands it through four generators: for 200 MB on loopback that is as much work as
encrypting and hashing them. Of a body whose length is known nothing is left to parse once the headers are read, so the
rest of a large one is taken from the socket itself, which httpx hands out (the response's ``network_stream`` extension,
https://www.python-httpx.org/advanced/extensions/#network_stream). The connection cannot be used again: beside a large
body a new one costs nothing to speak of.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

LARGE_BODY = 4 * 1024 * 1024
"""Bytes still to come from which on it pays."""
PIECE_SIZE = 256 * 1024
"""Measured: 128 and 64 KiB are no faster."""


def body_pieces(response: httpx.Response) -> Iterator[bytes | memoryview]:
    """The raw bytes of the body, piece by piece, each within the request's read timeout. A piece is good until the next
    one is asked for: the memory is used again.

    Raises httpx.TransportError as ``iter_raw`` does: a body that ends early is a RemoteProtocolError.
    """
    # Held to the end: a forgotten ``iter_raw`` closes the connection that is still being read.
    parsed = response.iter_raw()
    rest, source = _length_that_ends_it(response), _socket_of(response)
    if rest is None or source is None:
        yield from parsed
        return
    for piece in parsed:
        yield piece
        rest -= len(piece)
        # The parser has handed over everything that it held, so that what is still to come is in the socket.
        if rest >= LARGE_BODY:
            break
    else:
        return
    source.settimeout(response.request.extensions["timeout"]["read"])
    room = memoryview(bytearray(PIECE_SIZE))
    while rest > 0:
        received = _receive(source, room, min(PIECE_SIZE, rest))
        if received == 0:
            raise httpx.RemoteProtocolError(f"the body ended {rest} bytes early")
        rest -= received
        yield room[:received]


def _length_that_ends_it(response: httpx.Response) -> int | None:
    """Content-Length where nothing but it says where the body ends (RFC 9112, section 6.3), else None."""
    length = response.headers.get("content-length", "")
    if response.http_version != "HTTP/1.1" or "transfer-encoding" in response.headers:
        return None
    return int(length) if length.isascii() and length.isdigit() else None


def _socket_of(response: httpx.Response) -> socket.socket | None:
    """The socket that brings clear bytes; None where there is none, as with TLS inside the TLS of a proxy."""
    stream = response.extensions.get("network_stream")
    found = None if stream is None else stream.get_extra_info("socket")
    if not isinstance(found, socket.socket):
        return None
    return found if isinstance(found, ssl.SSLSocket) == (response.url.scheme == "https") else None


def _receive(source: socket.socket, room: memoryview, most: int) -> int:
    try:
        return source.recv_into(room, most)
    except TimeoutError as error:
        raise httpx.ReadTimeout(str(error)) from error
    except OSError as error:
        raise httpx.ReadError(str(error)) from error
