"""The routes, over real HTTP: who may ask, what is listed and read, what a decision does."""

from __future__ import annotations

import httpx

from tests.support.sandbox import SandboxProcess


def test_refuses_wrong_credentials_with_the_error_envelope(sandbox: SandboxProcess) -> None:
    answer = httpx.get(f"{sandbox.base_url}/client-files", auth=("john123456", "wrong"))
    assert answer.status_code == 401
    assert answer.json()["error"].keys() == {"message", "code"}
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_refuses_a_request_without_credentials(sandbox: SandboxProcess) -> None:
    assert httpx.get(f"{sandbox.base_url}/client-files").status_code == 401
    assert httpx.get(f"{sandbox.base_url}/client-files", headers={"Authorization": "Basic ***"}).status_code == 401


def test_has_the_mixture_of_states_of_forty_files(sandbox: SandboxProcess) -> None:
    states = ("WAITING", "PENDING", "SUSPENDED", "ACCEPTED", "REJECTED", "IN_ESCROW")
    assert [len(sandbox.uuids(state)) for state in states] == [24, 6, 3, 4, 2, 1]


def test_lists_oldest_first_with_total_and_undocumented_fields(api: httpx.Client) -> None:
    answer = api.get("/client-files", params={"state": "WAITING", "offset": "3", "limit": "5"}).json()
    dates = [item["startDate"] for item in answer["clientFiles"]]
    assert len(dates) == 5
    assert dates == sorted(dates)
    assert answer["total"] == 24
    assert "sandboxTags" in answer["clientFiles"][0]


def test_lists_every_state_when_none_is_asked_for(api: httpx.Client) -> None:
    assert len(api.get("/client-files").json()["clientFiles"]) == 40


def test_refuses_a_position_that_is_no_number(api: httpx.Client) -> None:
    answer = api.get("/client-files", params={"offset": "x"})
    assert answer.status_code == 400
    assert answer.json()["error"]["invalidParameters"] == ["offset"]


def test_keeps_the_products_apart(sandbox: SandboxProcess, waiting: list[str]) -> None:
    with sandbox.api(product=1) as other:
        assert other.get(f"/client-files/{waiting[0]}").status_code == 404
    assert not set(sandbox.uuids(product=1)) & set(waiting)


def test_reads_one_file(api: httpx.Client, waiting: list[str]) -> None:
    item = api.get(f"/client-files/{waiting[0]}").json()
    assert item["uuid"] == waiting[0]
    assert item["state"] == "WAITING"
    assert item["participants"][0]["iban"].startswith("FR76")
    assert "finishDate" not in item


def test_answers_404_for_an_unknown_file_and_an_unknown_path(api: httpx.Client) -> None:
    assert api.get("/client-files/nothing").status_code == 404
    assert api.get("/elsewhere").status_code == 404


def test_accepting_a_signed_file_archives_it_legally(
    sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]
) -> None:
    headers = {"USER": sandbox.operator, "X-Request-Id": "decision-1"}
    answer = api.post(f"/client-files/{waiting[0]}/accept", headers=headers)
    assert answer.status_code == 200
    item = api.get(f"/client-files/{waiting[0]}").json()
    assert (item["state"], item["legallyArchived"]) == ("ACCEPTED", True)
    assert item["finishDate"] == item["validationDate"]
    (decision,) = sandbox.decisions()
    assert (decision["uuid"], decision["verdict"], decision["order"]) == (waiting[0], "ACCEPTED", 1)
    assert (decision["operator"], decision["idempotency"]) == (sandbox.operator, "decision-1")


def test_accepting_an_unsigned_file_does_not_archive_it(api: httpx.Client, waiting: list[str]) -> None:
    unsigned = next(one for one in waiting if not api.get(f"/client-files/{one}").json()["signed"])
    api.post(f"/client-files/{unsigned}/accept")
    assert api.get(f"/client-files/{unsigned}").json()["legallyArchived"] is False


def test_rejects_with_cause_and_message(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    body = {"rejectionCause": "Document expiré", "rejectionMessage": "La pièce a expiré."}
    assert api.post(f"/client-files/{waiting[1]}/reject", json=body).status_code == 200
    item = api.get(f"/client-files/{waiting[1]}").json()
    assert (item["state"], item["rejectionCause"]) == ("REJECTED", "Document expiré")
    assert sandbox.decisions()[0]["message"] == "La pièce a expiré."


def test_rejection_without_a_message_is_refused_and_nothing_happens(
    sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]
) -> None:
    answer = api.post(f"/client-files/{waiting[0]}/reject", json={"rejectionCause": "Fraude", "rejectionMessage": " "})
    assert answer.status_code == 400
    assert answer.json()["error"]["invalidParameters"] == ["rejectionMessage"]
    assert api.post(f"/client-files/{waiting[0]}/reject", content=b"{not json").status_code == 400
    assert sandbox.decisions() == []


def test_a_second_decision_is_a_conflict(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    headers = {"X-Request-Id": "same"}
    assert api.post(f"/client-files/{waiting[0]}/accept", headers=headers).status_code == 200
    answer = api.post(f"/client-files/{waiting[0]}/accept", headers=headers)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == 2001
    assert len(sandbox.decisions()) == 1


def test_another_operator_can_get_there_first(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    sandbox.set_state(waiting[0], "REJECTED", cause="Fraude", message="Soupçon")
    assert api.post(f"/client-files/{waiting[0]}/accept").status_code == 409
    assert sandbox.decisions()[0]["by"] == "side door"


def test_only_one_workflow_is_automatic(api: httpx.Client) -> None:
    items = api.get("/client-files").json()["clientFiles"]
    automatic = {item["workflowLabel"] for item in items if item["validationMode"] == "AUTOMATIC"}
    assert automatic == {"Carte bancaire express"}


def test_reset_brings_the_first_day_back(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    api.post(f"/client-files/{waiting[0]}/accept")
    added = sandbox.add_file()
    sandbox.set_faults("any:500")
    sandbox.reset()
    assert api.get(f"/client-files/{waiting[0]}").json()["state"] == "WAITING"
    assert api.get(f"/client-files/{added['uuid']}").status_code == 404
    assert sandbox.decisions() == []


def test_an_added_file_is_the_youngest_waiting_one(sandbox: SandboxProcess) -> None:
    added = sandbox.add_file(recipe="passport")
    assert sandbox.uuids("WAITING")[-1] == added["uuid"]


def test_the_log_counts_requests_by_route(sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]) -> None:
    api.get(f"/client-files/{waiting[0]}")
    api.get("/nowhere")
    assert sandbox.log()["requests"] == {"list": 1, "read": 1, "unknown": 1}


def test_side_door_explains_what_it_does_not_understand(sandbox: SandboxProcess) -> None:
    for name, body in (("state", {}), ("faults", {"spec": "x"}), ("state", {"uuid": "no", "state": "WAITING"}),
                       ("big-archive", {"uuid": "no"}), ("add-file", {"product": "no"}), ("reset", [])):  # fmt: skip
        answer = httpx.post(f"{sandbox.control_url}/{name}", json=body)
        assert answer.status_code == 400
        assert answer.json()["error"]


def test_streams_a_blob_of_the_wanted_size(sandbox: SandboxProcess) -> None:
    answer = httpx.get(f"{sandbox.control_url}/blob/3000001")
    assert len(answer.content) == 3_000_001
    assert answer.headers["content-type"] == "application/zip"
