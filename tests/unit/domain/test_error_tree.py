"""The tree of errors: drawn as it is, each with a code of its own, and honest about whether the server may have acted."""

from __future__ import annotations

import re

import pytest

from tns_desktop.domain import errors, handover_errors, preset_errors, verdict_errors
from tns_desktop.domain.errors import (
    CertificateNotTrusted,
    ServerError,
    ServerUnreachable,
    TnsError,
    TooManyRequests,
    TransportError,
    all_error_types,
)

DRAWN = re.compile(r"^ *(?P<indent>[│ ]*)(?:[├└]── )?(?P<name>[A-Z]\w+)(?P<rest>.*)$")


def drawn_tree() -> dict[str, tuple[int, bool]]:
    """Name to depth and ``retryable``, as the module's docstring draws them."""
    drawings = [
        (module.__doc__ or "").split("::\n", 1)[1]
        for module in (errors, handover_errors, preset_errors, verdict_errors)
    ]
    found = {}
    for line in filter(None, "\n".join(drawings).splitlines()):
        matched = DRAWN.match(line)
        assert matched is not None, line
        depth = 0 if "──" not in line else line.index("──") // 4
        found[matched["name"]] = (depth, line.rstrip().endswith("retryable"))
    return found


def test_the_drawing_is_the_tree() -> None:
    drawn = drawn_tree()
    assert set(drawn) == {kind.__name__ for kind in all_error_types()}
    for kind in all_error_types():
        depth, retryable = drawn[kind.__name__]
        assert depth == kind.__mro__.index(TnsError), kind
        if not kind.__subclasses__():
            assert retryable is kind.retryable, kind


def test_parents_come_before_children() -> None:
    order = list(all_error_types())
    assert order[0] is TnsError
    assert len(order) == len(set(order))
    for kind in order[1:]:
        assert order.index(kind.__base__) < order.index(kind)  # type: ignore[arg-type]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in all_error_types()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)


@pytest.mark.parametrize("kind", [one for one in all_error_types() if issubclass(one, TransportError)])
def test_only_what_never_left_is_certainly_not_carried_out(kind: type[TransportError]) -> None:
    assert kind.request_sent is (kind not in (ServerUnreachable, CertificateNotTrusted))


def test_an_error_keeps_the_servers_words_and_its_own_facts() -> None:
    facts = {"route": "accept"}
    error = TooManyRequests("slow down", status=429, retry_after=3.0, facts=facts, server_message="Doucement")
    facts["route"] = "changed"
    assert (error.facts, error.server_message, error.retry_after) == (
        {"route": "accept", "status": "429"}, "Doucement", 3.0,
    )  # fmt: skip
    assert str(ServerError()) == "server"
