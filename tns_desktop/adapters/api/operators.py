"""The operators of a product, from the management API: another base, and another login, than everything else."""

from __future__ import annotations

from collections.abc import Sequence

from tns_desktop.adapters.api.errors import status_error
from tns_desktop.adapters.api.json_body import check_media_type, decode_json, find, not_understood, text_of
from tns_desktop.adapters.api.map_values import ApiMap, OperatorsRoute
from tns_desktop.adapters.api.requests import build_request
from tns_desktop.adapters.api.transport import Answer, Transport
from tns_desktop.domain.connection import checked_operator_uuid
from tns_desktop.domain.errors import (
    AccessForbidden,
    AdminNotAllowed,
    AdminRefused,
    ClientFileNotFound,
    ConnectionInvalid,
    CredentialsRefused,
    ServerError,
    TnsError,
)
from tns_desktop.domain.operator import Operator


class OperatorDirectory:
    """The ``OperatorsApi`` port. ``transport`` carries the Admin's login and stands on the base that the map names."""

    def __init__(self, api_map: ApiMap, transport: Transport) -> None:
        self._map = api_map
        self._transport = transport

    async def list_operators(self) -> Sequence[Operator]:
        """Everybody who is active. Raises TransportError, AdminRefused, AdminNotAllowed, another ServerError, or
        AnswerNotUnderstood: one item that cannot be used makes the whole list not understood.
        """
        route = self._map.list_operators
        if route is None:
            raise not_understood("list_operators", "not_in_the_map")
        request = build_request(route, self._transport.base_url, {})
        answer = await self._transport.exchange(
            request.method, request.url, headers=request.headers, content=None, route=route.name
        )
        if answer.status not in route.success:
            raise self._failure(route, answer)
        content_type = answer.headers.get("content-type", "")
        check_media_type(content_type, route.answer, route.name)
        items = find(decode_json(answer.body, content_type, route.name), route.items)
        if not isinstance(items, list):
            raise not_understood(route.name, "not_a_list", path=route.items)
        return [self._operator(item, route.name, index) for index, item in enumerate(items)]

    async def close(self) -> None:
        await self._transport.close()

    def _operator(self, item: object, route: str, index: int) -> Operator:
        fields = self._map.operator
        if not isinstance(item, dict) or fields is None:
            raise not_understood(route, "not_an_object", path="", index=str(index))
        try:
            uuid = checked_operator_uuid(text_of(find(item, fields.uuid)))
        except ConnectionInvalid:
            raise not_understood(route, "wrong_type", path=fields.uuid, index=str(index)) from None
        if not uuid:
            raise not_understood(route, "missing_field", path=fields.uuid, index=str(index))
        names = [text_of(find(item, path)) if path else "" for path in (fields.first_name, fields.last_name)]
        email = text_of(find(item, fields.email)) if fields.email else ""
        return Operator(uuid, " ".join(name.strip() for name in names if name.strip()), email.strip())

    def _failure(self, route: OperatorsRoute, answer: Answer) -> TnsError:
        """A refusal here says nothing about the product's credentials, and nobody is a client file."""
        error = status_error(
            self._map.errors,
            route=route.name,
            url=answer.url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
        )
        if isinstance(error, ClientFileNotFound):
            return not_understood(route.name, "unexpected_status", status=str(answer.status))
        kinds: dict[type[ServerError], type[ServerError]] = {
            CredentialsRefused: AdminRefused,
            AccessForbidden: AdminNotAllowed,
        }
        if isinstance(error, ServerError) and type(error) in kinds:
            return kinds[type(error)](
                error.detail,
                status=error.status,
                facts=error.facts,
                server_message=error.server_message,
                server_code=error.server_code,
            )
        return error
