"""Carries requests: clients built once, credentials, bounds, and every failure as one of the desk's errors.

Redirects are never followed and nothing here logs: headers carry the secret key, bodies carry people's papers.
"""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import logging
import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx
import truststore

from tns_desktop import __version__
from tns_desktop.adapters.api.errors import transport_error
from tns_desktop.adapters.api.json_body import not_understood
from tns_desktop.adapters.api.proxies import proxy_for_blocking, without_credentials
from tns_desktop.domain.connection import (
    Connection,
    checked_base_url,
    checked_operator_uuid,
    checked_public_id,
    checked_secret_key,
)
from tns_desktop.domain.errors import ConnectionInvalid, ServerUnreachable, TnsError
from tns_desktop.domain.roles import Duty

USER_AGENT = f"TnS-Desktop/{__version__}"
MAX_ANSWER_BYTES = 64 * 1024 * 1024
MAX_ERROR_BYTES = 1024 * 1024
_ASKING = frozenset({"GET", "HEAD"})
"""The methods that change nothing (RFC 9110, 9.2.1); of any other only a connection that may decide makes use."""
_LIMITS = httpx.Limits(max_connections=10, max_keepalive_connections=5, keepalive_expiry=30.0)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """All in seconds. ``exchange`` bounds a whole request and answer, archives excepted: a server that drips bytes."""

    connect: float = 10.0
    read: float = 30.0
    write: float = 30.0
    exchange: float = 180.0

    def for_httpx(self) -> httpx.Timeout:
        return httpx.Timeout(connect=self.connect, read=self.read, write=self.write, pool=self.read)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``headers`` are case-insensitive; ``issuer`` is who signed the server's certificate, if known."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    issuer: str = ""


class TrustedRoots:
    """The operating system's trusted certificates as an SSL context, built at first use and shared.

    Building costs 120–270 ms, so only worker threads ask for it.
    """

    def __init__(self, build: Callable[[], ssl.SSLContext] | None = None) -> None:
        self._build = build or (lambda: truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def context_blocking(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = self._build()
            return self._context


class Transport:
    """The line to one connection's server.

    Raises ConnectionInvalid when the connection or the secret cannot be used.
    """

    def __init__(
        self, connection: Connection, secret: str, *, operator_header: str, timeouts: Timeouts, roots: TrustedRoots
    ) -> None:
        self.base_url = _usable_base_url(connection.base_url)
        self.host = urlsplit(self.base_url).netloc
        self.proxy = ""
        self._connection = connection
        self._timeouts = timeouts
        self._roots = roots
        self._headers = {"Authorization": basic_authorization(connection.public_id, secret), "User-Agent": USER_AGENT}
        operator = checked_operator_uuid(connection.operator_uuid)
        if operator_header and operator:
            self._headers[operator_header] = operator
        self._client: httpx.AsyncClient | None = None
        self._building = asyncio.Lock()
        self._closed = False
        silence_http_logs()
        _spare_the_search_for_sniffio()

    async def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        max_bytes: int | None = None,
        route: str,
    ) -> Answer:
        """One request and its whole answer, whatever its status.

        ``max_bytes`` None: more than MAX_ANSWER_BYTES is refused; a number: reading stops there. Of a failure's body the
        first MAX_ERROR_BYTES are read. Raises TransportError, AnswerNotUnderstood (``too_large``, ``bad_encoding``,
        ``bad_url``), and RoleForbids, before anything is sent, for what a read-only connection must not ask.
        """
        if method not in _ASKING:
            self._connection.demand(Duty.DECIDE)
        client = await self._ready_client()
        try:
            async with (
                asyncio.timeout(self._timeouts.exchange),
                client.stream(method, url, headers=dict(headers), content=content) as response,
            ):
                body = await _read_bounded(response, route, max_bytes)
                return Answer(str(response.url), response.status_code, response.headers, body, issuer_of(response))
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            raise self.translated(error) from error
        except httpx.InvalidURL as error:  # a next page whose address is too long
            raise not_understood(route, "bad_url") from error
        except RuntimeError as error:  # httpx: the client was closed meanwhile
            if not self._closed:
                raise
            raise self.closed_error() from error

    async def _ready_client(self) -> httpx.AsyncClient:
        async with self._building:
            if self._closed:
                raise self.closed_error()
            if self._client is None:
                self._client = await asyncio.to_thread(self._build_async_blocking)
            return self._client

    def _build_async_blocking(self) -> httpx.AsyncClient:
        verify, proxy = self._prepare_blocking()
        try:
            return httpx.AsyncClient(
                verify=verify,
                proxy=proxy,
                trust_env=False,
                http2=False,
                follow_redirects=False,
                timeout=self._timeouts.for_httpx(),
                limits=_LIMITS,
                headers=self._headers,
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise self._proxy_error(error) from error

    def build_download_client_blocking(self) -> httpx.Client:
        """A client with one connection, for one archive at a time. Raises ServerUnreachable."""
        if self._closed:
            raise self.closed_error()
        verify, proxy = self._prepare_blocking()
        try:
            return httpx.Client(
                verify=verify,
                proxy=proxy,
                trust_env=False,
                http2=False,
                follow_redirects=False,
                timeout=self._timeouts.for_httpx(),
                limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=30.0),
                headers=self._headers,
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise self._proxy_error(error) from error

    def _prepare_blocking(self) -> tuple[ssl.SSLContext, str | None]:
        if self.base_url.startswith("http://"):
            # Nothing is trusted and nothing is loaded: plain HTTP is for this machine only.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), None
        proxy = proxy_for_blocking(self.base_url)
        self.proxy = without_credentials(proxy)
        return self._roots.context_blocking(), proxy or None

    def translated(self, error: Exception) -> TnsError:
        """The desk's error for one of httpx, or for TimeoutError."""
        return transport_error(error, host=self.host, proxy=self.proxy)

    def closed_error(self) -> ServerUnreachable:
        """The error for whoever asks after ``close``."""
        return ServerUnreachable("closed", facts={"host": self.host, "problem": "closed"})

    def _proxy_error(self, error: Exception) -> ServerUnreachable:
        return ServerUnreachable(
            f"proxy cannot be used: {type(error).__name__}",
            facts={"host": self.host, "proxy": self.proxy, "problem": "proxy_unsupported"},
        )

    async def close(self) -> None:
        async with self._building:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _usable_base_url(url: str) -> str:
    text = checked_base_url(url)
    try:
        httpx.URL(text)
    except httpx.InvalidURL:
        raise ConnectionInvalid("not a URL", facts={"field": "base_url", "reason": "not_a_url"}) from None
    return text


def basic_authorization(public_id: str, secret: str) -> str:
    """The Authorization header (RFC 7617) with UTF-8 bytes. Raises ConnectionInvalid."""
    pair = f"{checked_public_id(public_id)}:{checked_secret_key(secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def silence_http_logs() -> None:
    """httpx and httpcore write a line for every request: URLs hold identifiers of people's files."""
    for name in ("httpx", "httpcore"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))


@cache
def _spare_the_search_for_sniffio() -> None:
    """httpcore asks at each of its locks whether ``sniffio`` is there, and goes on well without. Python looks through the
    disk for it each time: up to two fifths of what a request costs. A name that is marked as missing is not looked for.
    """
    if importlib.util.find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]


def issuer_of(response: httpx.Response) -> str:
    """Organisation or name of the authority behind the server's certificate; empty without TLS or where it is not told."""
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    if tls is None:
        return ""
    certificate = tls.getpeercert() or {}
    names = {key: value for part in certificate.get("issuer", ()) for key, value in part}
    return str(names.get("organizationName") or names.get("commonName") or "")


async def _read_bounded(response: httpx.Response, route: str, max_bytes: int | None) -> bytes:
    cut_at = MAX_ERROR_BYTES if response.status_code >= 300 else max_bytes
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        chunks.append(chunk)
        size += len(chunk)
        if cut_at is not None and size >= cut_at:
            return b"".join(chunks)[:cut_at]
        if size > MAX_ANSWER_BYTES:
            raise not_understood(route, "too_large", limit=str(MAX_ANSWER_BYTES))
    return b"".join(chunks)
