"""Roles: one function says what a connection may be used for; whoever demands more is told so."""

from __future__ import annotations

import pytest

from tests.support.files import a_connection
from tns_desktop.domain.errors import ConnectionInvalid, RoleForbids
from tns_desktop.domain.operator import Operator, by_name, checked_admin
from tns_desktop.domain.roles import Duty, Role, allows


@pytest.mark.parametrize("duty", Duty)
def test_an_operator_may_do_everything_and_an_auditor_nothing_but_look(duty: Duty) -> None:
    assert allows(Role.OPERATOR, duty)
    assert not allows(Role.READ_ONLY, duty)


def test_a_connection_names_itself_when_its_role_forbids_something() -> None:
    a_connection().demand(Duty.DECIDE)
    with pytest.raises(RoleForbids) as caught:
        a_connection(read_only=True).demand(Duty.CREATE)
    assert caught.value.facts == {"name": "Crédit Demo", "duty": "create"}


@pytest.mark.parametrize(
    ("email", "password", "field", "reason"),
    [
        ("", "x", "admin_email", "empty"),
        ("claire", "x", "admin_email", "not_an_email"),
        ("cl:aire@example.test", "x", "admin_email", "not_an_email"),
        ("claire@exam ple.test", "x", "admin_email", "not_an_email"),
        ("claire@example.test", "", "admin_password", "empty"),
    ],
)
def test_a_login_that_cannot_be_used_names_its_field(email: str, password: str, field: str, reason: str) -> None:
    with pytest.raises(ConnectionInvalid) as caught:
        checked_admin(email, password)
    assert caught.value.facts == {"field": field, "reason": reason}


def test_a_password_is_in_no_representation() -> None:
    assert "se:same" not in repr(checked_admin(" claire@example.test ", "se:same"))


def test_operators_stand_in_the_order_of_their_names() -> None:
    people = [Operator("2", "Zoé"), Operator("1", "émile"), Operator("3", "", "anne@example.test"), Operator("4")]
    assert [one.display_name for one in by_name(people)] == ["4", "anne@example.test", "émile", "Zoé"]
