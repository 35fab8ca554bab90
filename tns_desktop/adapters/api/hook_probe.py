"""Posts a sample event to the public address of the desk's web hooks, as the server would, and says how far it came."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from urllib.parse import urlsplit

import httpx

from tns_desktop.adapters.api.errors import transport_error
from tns_desktop.adapters.api.proxies import proxy_for_blocking, without_credentials
from tns_desktop.adapters.api.transport import USER_AGENT, TrustedRoots, issuer_of, silence_http_logs
from tns_desktop.domain.connection import checked_base_url
from tns_desktop.domain.errors import CertificateNotTrusted, ConnectionInvalid, TnsError
from tns_desktop.services.ports import ProbeAnswer

SECONDS = 20.0
"""The server waits no longer for an answer (KNOWN, public documentation ``appendices/webhooks``)."""


class HttpHookProbe:
    """The ``WebHookProbe`` port. Redirects are not followed: the server counts them as failures."""

    def __init__(self, roots: TrustedRoots | None = None) -> None:
        self._roots = roots or TrustedRoots()

    async def post(self, url: str, header_name: str, header_value: str, body: bytes) -> ProbeAnswer:
        silence_http_logs()
        parts = urlsplit(url)
        host, plain = parts.hostname or "", parts.scheme == "http"
        try:
            checked_base_url(url.partition("?")[0])
        except ConnectionInvalid as invalid:
            return ProbeAnswer(host, error=invalid)
        proxy = "" if plain else await asyncio.to_thread(proxy_for_blocking, url)
        shown = without_credentials(proxy)
        addresses = () if proxy else await _addresses(host, parts.port or (80 if plain else 443))
        began = time.perf_counter()
        issuer, status = "", 0
        error: TnsError | None = None
        try:
            async with asyncio.timeout(SECONDS):
                verify = await asyncio.to_thread(self._context_blocking, plain)
                async with (
                    httpx.AsyncClient(
                        verify=verify, proxy=proxy or None, trust_env=False, follow_redirects=False, timeout=SECONDS
                    ) as client,
                    client.stream(
                        "POST",
                        url,
                        content=body,
                        headers={
                            header_name: header_value,
                            "Content-Type": "application/json",
                            "User-Agent": USER_AGENT,
                        },
                    ) as response,
                ):
                    status, issuer = response.status_code, issuer_of(response)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as trouble:
            error = transport_error(trouble, host=host, proxy=shown)
        return ProbeAnswer(
            host,
            addresses=addresses,
            proxy=shown,
            issuer=issuer,
            status=status,
            seconds=time.perf_counter() - began,
            plain=plain,
            untrusted=isinstance(error, CertificateNotTrusted),
            error=error,
        )

    def _context_blocking(self, plain: bool) -> ssl.SSLContext:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else self._roots.context_blocking()


async def _addresses(host: str, port: int) -> tuple[str, ...]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
