"""A connection: which server, which product, in whose name. The secret key is not part of it; the keychain holds it."""

from __future__ import annotations

import ipaddress
import uuid as uuid_module
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from tns_desktop.domain.errors import ConnectionInvalid, RoleForbids
from tns_desktop.domain.roles import Duty, Role, allows


class Environment(StrEnum):
    INTEGRATION = "integration"
    PREPRODUCTION = "preproduction"
    PRODUCTION = "production"
    OTHER = "other"


class ConnectionState(StrEnum):
    """How the line to the server is; each has its banner."""

    NEVER_TRIED = "never_tried"
    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    SERVER_TROUBLE = "server_trouble"
    SIGNED_OUT = "signed_out"
    WRONG_CREDENTIALS = "wrong_credentials"


MAX_PUBLIC_ID_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Connection:
    """One product of one environment.

    ``base_url`` is the integration API's base without a trailing slash. ``operator_uuid`` goes out in the ``USER`` header;
    empty: the header is left out. ``operator_name`` is how that operator is called here; nothing but a label.
    ``api_map_path`` is empty for the map that comes with the program.
    """

    connection_id: str
    label: str
    environment: Environment
    base_url: str
    public_id: str
    operator_uuid: str = ""
    api_map_path: str = ""
    role: Role = Role.OPERATOR
    operator_name: str = ""

    def allows(self, duty: Duty) -> bool:
        return allows(self.role, duty)

    def demand(self, duty: Duty) -> None:
        """Raises RoleForbids when its role does not allow that."""
        if not self.allows(duty):
            raise RoleForbids(f"{self.role}: {duty}", facts={"name": self.label, "duty": duty.value})

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc


def is_loopback(host: str) -> bool:
    """True for this machine only: ``localhost`` and the loopback ranges, IPv6 included."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def checked_base_url(url: str) -> str:
    """``url`` as it is stored, or ConnectionInvalid.

    https only, except towards this machine; no credentials, query or fragment in it.
    """
    text = url.strip().rstrip("/")
    if any(char.isspace() or ord(char) < 32 or ord(char) == 127 for char in text):
        # urlsplit drops some of these silently; what is stored must be what was checked.
        raise ConnectionInvalid("not a URL", facts={"field": "base_url", "reason": "not_a_url"})
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise ConnectionInvalid("not a URL", facts={"field": "base_url", "reason": "not_a_url"}) from None
    if parts.scheme not in ("http", "https") or not host:
        raise ConnectionInvalid("not a URL", facts={"field": "base_url", "reason": "not_a_url"})
    if parts.username is not None or parts.password is not None:
        raise ConnectionInvalid("credentials in URL", facts={"field": "base_url", "reason": "credentials_in_url"})
    if parts.query or parts.fragment:
        raise ConnectionInvalid("query in URL", facts={"field": "base_url", "reason": "query_in_url"})
    if parts.scheme == "http" and not is_loopback(host):
        raise ConnectionInvalid("https needed", facts={"field": "base_url", "reason": "https_needed"})
    return text


def checked_public_id(public_id: str) -> str:
    """The Basic login. A colon would end it early (RFC 7617), control characters have no place in it."""
    text = public_id.strip()
    if not text:
        raise ConnectionInvalid("empty", facts={"field": "public_id", "reason": "empty"})
    if ":" in text or any(ord(char) < 32 or ord(char) == 127 for char in text) or len(text) > MAX_PUBLIC_ID_LENGTH:
        raise ConnectionInvalid("bad public ID", facts={"field": "public_id", "reason": "bad_public_id"})
    return text


def checked_secret_key(secret: str) -> str:
    if not secret:
        raise ConnectionInvalid("empty", facts={"field": "secret_key", "reason": "empty"})
    return secret


def checked_operator_uuid(text: str) -> str:
    """Empty, or a uuid in its usual 36 characters."""
    stripped = text.strip()
    if not stripped:
        return ""
    try:
        return str(uuid_module.UUID(stripped))
    except ValueError:
        raise ConnectionInvalid(
            "bad operator uuid", facts={"field": "operator_uuid", "reason": "bad_operator_uuid"}
        ) from None
