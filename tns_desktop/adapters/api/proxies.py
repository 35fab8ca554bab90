"""Which proxy leads to a host, by the environment or the operating system's settings.

Resolved here rather than inside httpx, so that "Check this connection" can name it. Towards this machine there is none.
"""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit

from tns_desktop.domain.connection import is_loopback


def proxy_for_blocking(url: str) -> str:
    """The proxy's URL, or an empty string. Asks the registry on Windows and the system configuration on macOS."""
    parts = urlsplit(url)
    if is_loopback(parts.hostname or "") or urllib.request.proxy_bypass(parts.netloc):
        return ""
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def without_credentials(proxy: str) -> str:
    """Scheme, host and port of a proxy's URL, fit to be shown."""
    try:
        parts = urlsplit(proxy)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
