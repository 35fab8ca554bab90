"""Every fault does on the wire what its name says, and nothing happens, or does happen, as documented."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.sandbox import SandboxProcess
from tns_desktop.sandbox.faults import FAULT_KINDS, FAULT_ROUTES, FaultPlan, FaultSpecInvalid, parse_faults


@pytest.mark.parametrize("status", ["401", "403", "404", "409", "429", "500", "503"])
def test_a_status_fault_answers_with_the_envelope_and_does_not_act(
    sandbox: SandboxProcess, api: httpx.Client, waiting: list[str], status: str
) -> None:
    sandbox.set_faults(f"accept:{status}")
    answer = api.post(f"/client-files/{waiting[0]}/accept")
    assert answer.status_code == int(status)
    assert answer.json()["error"]["message"]
    assert sandbox.decisions() == []


def test_retry_after_says_the_wanted_seconds(sandbox: SandboxProcess, api: httpx.Client) -> None:
    sandbox.set_faults("list:429(7)*1,list:503(9)*1,list:429")
    told = [api.get("/client-files").headers.get("retry-after") for _ in range(3)]
    assert told == ["7", "9", "1"]


def test_hang_never_answers(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    sandbox.set_faults("accept:hang")
    with pytest.raises(httpx.ReadTimeout):
        api.post(f"/client-files/{waiting[0]}/accept", timeout=0.3)
    assert sandbox.decisions() == []


def test_slow_sends_headers_first_and_the_whole_body_later(
    sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]
) -> None:
    sandbox.set_faults("read:slow(0.4)")
    with pytest.raises(httpx.ReadTimeout):
        api.get(f"/client-files/{waiting[0]}", timeout=0.02)
    answer = api.get(f"/client-files/{waiting[0]}")
    assert answer.json()["uuid"] == waiting[0]
    assert answer.elapsed.total_seconds() > 0.3


def test_cut_breaks_off_in_the_middle_of_a_body(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    path = f"/client-files/{waiting[2]}/archive"
    size = len(api.get(path).content)
    sandbox.set_faults("archive:cut")
    received = 0
    with pytest.raises(httpx.RemoteProtocolError), api.stream("GET", path) as answer:  # noqa: PT012
        assert int(answer.headers["content-length"]) == size
        for piece in answer.iter_raw():
            received += len(piece)
    assert 0 < received < size


def test_wrong_length_promises_more_than_comes(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    sandbox.set_faults("read:wrong-length")
    with pytest.raises(httpx.RemoteProtocolError):
        api.get(f"/client-files/{waiting[0]}")


@pytest.mark.parametrize("fault", ["commit-then-cut", "cut", "wrong-length"])
def test_a_decision_is_carried_out_although_its_answer_is_lost(
    sandbox: SandboxProcess, api: httpx.Client, waiting: list[str], fault: str
) -> None:
    sandbox.set_faults(f"decision:{fault}*1")
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(f"/client-files/{waiting[0]}/accept")
    assert api.get(f"/client-files/{waiting[0]}").json()["state"] == "ACCEPTED"
    assert len(sandbox.decisions()) == 1


def test_html_is_a_proxys_page_with_status_200(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    sandbox.set_faults("any:html")
    answer = api.post(f"/client-files/{waiting[0]}/accept")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert sandbox.decisions() == []


def test_invalid_json_claims_to_be_json(sandbox: SandboxProcess, api: httpx.Client) -> None:
    sandbox.set_faults("list:invalid-json")
    answer = api.get("/client-files")
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_wrong_media_keeps_the_body(sandbox: SandboxProcess, api: httpx.Client) -> None:
    sandbox.set_faults("list:wrong-media")
    answer = api.get("/client-files")
    assert answer.headers.get_list("content-type") == ["application/x-unexpected"]
    assert answer.json()["total"] == 40


def test_redirect_points_to_another_host(sandbox: SandboxProcess, api: httpx.Client) -> None:
    sandbox.set_faults("list:redirect")
    answer = api.get("/client-files")
    assert answer.status_code == 302
    assert httpx.URL(answer.headers["location"]).host == "portail.exemple.test"


def test_huge_json_is_valid_and_huge(sandbox: SandboxProcess, api: httpx.Client) -> None:
    sandbox.set_faults("list:huge-json")
    answer = api.get("/client-files")
    assert len(answer.content) == 10 * 1024 * 1024
    assert list(answer.json()) == ["padding"]


def test_a_fault_keeps_to_its_route(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    sandbox.set_faults("decision:500")
    assert api.get(f"/client-files/{waiting[0]}").status_code == 200
    reject = api.post(f"/client-files/{waiting[0]}/reject", json={"rejectionCause": "a", "rejectionMessage": "b"})
    assert reject.status_code == 500


def test_faults_given_at_the_start_are_back_after_a_reset() -> None:
    with SandboxProcess("--faults", "read:500", files=2) as broken, broken.api() as client:
        uuid = broken.uuids()[0]
        broken.set_faults("")
        assert client.get(f"/client-files/{uuid}").status_code == 200
        broken.reset()
        assert client.get(f"/client-files/{uuid}").status_code == 500


def test_count_and_after_choose_the_requests() -> None:
    plan = FaultPlan("list:500*2@1,any:html@4")
    struck = [rule.kind if (rule := plan.take("list")) else "" for _ in range(8)]
    # The second rule is asked only where the first one lets a request pass.
    assert struck == ["", "500", "500", "", "", "", "html", "html"]


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        ("list", "form"),
        ("lists:500", "routes are"),
        ("list:502", "faults are"),
        ("list:hang(3)", "number"),
        ("list:500*x", "form"),
        ("list:500@1*2", "form"),
    ],
)
def test_a_bad_specification_is_explained(spec: str, word: str) -> None:
    with pytest.raises(FaultSpecInvalid, match=word):
        parse_faults(spec)


@given(
    route=st.sampled_from(FAULT_ROUTES),
    kind=st.sampled_from(FAULT_KINDS),
    count=st.none() | st.integers(0, 50),
    after=st.integers(0, 50),
)
@settings(max_examples=80)
def test_a_rule_strikes_exactly_the_requests_it_names(route: str, kind: str, count: int | None, after: int) -> None:
    plan = FaultPlan(f"{route}:{kind}" + ("" if count is None else f"*{count}") + f"@{after}")
    name = {"decision": "reject", "any": "create"}.get(route, route)
    struck = [plan.take(name) is not None for _ in range(110)]
    expected = [after <= place and (count is None or place < after + count) for place in range(110)]
    assert struck == expected


@given(st.text(alphabet="listany:50hang*@(),. ", max_size=24))
@settings(max_examples=100)
def test_any_text_is_either_rules_or_an_explanation(text: str) -> None:
    try:
        rules = parse_faults(text)
    except FaultSpecInvalid as error:
        explanation = str(error)
    else:
        explanation = "."
        assert all(rule.kind in FAULT_KINDS for rule in rules)
    assert explanation.endswith(".")
