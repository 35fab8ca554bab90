"""Connections as the settings keep them: checked when they are typed, and again when they are read."""

from __future__ import annotations

from typing import Any

from tns_desktop.domain.connection import (
    Connection,
    Environment,
    checked_base_url,
    checked_operator_uuid,
    checked_public_id,
)
from tns_desktop.domain.roles import Duty, Role

# KNOWN, public documentation `integration_api_v6`.
BASE_URLS = {
    Environment.INTEGRATION: "https://integration-api.ekeynox.net/contract/v6/integration",
    Environment.PREPRODUCTION: "https://preprod-api.ekeynox.net/contract/v6/integration",
    Environment.PRODUCTION: "https://api.ekeynox.net/contract/v6/integration",
}


def checked_connection(
    *,
    connection_id: str,
    label: str,
    environment: Environment,
    base_url: str,
    public_id: str,
    operator_uuid: str,
    api_map_path: str = "",
    role: Role = Role.OPERATOR,
    operator_name: str = "",
) -> Connection:
    """A connection from what was typed. Raises ConnectionInvalid with ``facts["field"]``.

    The operator's name goes with the UUID: without one there is nobody to be named.
    """
    url = BASE_URLS.get(environment) or checked_base_url(base_url)
    public = checked_public_id(public_id)
    operator = checked_operator_uuid(operator_uuid)
    return Connection(
        connection_id=connection_id,
        label=label.strip() or public,
        environment=environment,
        base_url=url,
        public_id=public,
        operator_uuid=operator,
        api_map_path=api_map_path.strip(),
        role=role,
        operator_name=operator_name.strip() if operator else "",
    )


def record_of(connection: Connection) -> dict[str, Any]:
    """As the settings keep it."""
    return {
        "connection_id": connection.connection_id,
        "label": connection.label,
        "environment": connection.environment.value,
        "base_url": connection.base_url,
        "public_id": connection.public_id,
        "operator_uuid": connection.operator_uuid,
        "api_map_path": connection.api_map_path,
        "operator_name": connection.operator_name,
        "role": connection.role.value,
        # What older versions read: a desk that goes back to one must not begin to decide.
        "read_only": not connection.allows(Duty.DECIDE),
    }


def connection_from(record: dict[str, Any]) -> Connection:
    """Raises ConnectionInvalid, ValueError, KeyError or TypeError for a record that somebody broke by hand."""
    return checked_connection(
        connection_id=str(record["connection_id"]),
        label=str(record.get("label", "")),
        environment=Environment(record["environment"]),
        base_url=str(record.get("base_url", "")),
        public_id=str(record["public_id"]),
        operator_uuid=str(record.get("operator_uuid", "")),
        api_map_path=str(record.get("api_map_path", "")),
        role=_role_of(record),
        operator_name=str(record.get("operator_name", "")),
    )


def _role_of(record: dict[str, Any]) -> Role:
    """The stricter of the two that a record may have. Raises ValueError for a role that nobody knows."""
    role = Role(record.get("role", Role.OPERATOR))
    return Role.READ_ONLY if record.get("read_only", False) else role
