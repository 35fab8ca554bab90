"""Archives over HTTP: entity tags, ranges, replacements and large ones."""

from __future__ import annotations

import io
import zipfile

import httpx

from tests.support.sandbox import SandboxProcess


def archive_of(waiting: list[str]) -> str:
    return f"/client-files/{waiting[2]}/archive"


def test_the_same_file_has_the_same_bytes_and_tag(api: httpx.Client, waiting: list[str]) -> None:
    first, second = api.get(archive_of(waiting)), api.get(archive_of(waiting))
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/zip"
    assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])


def test_answers_a_range_from_the_middle_and_from_the_end(api: httpx.Client, waiting: list[str]) -> None:
    whole = api.get(archive_of(waiting)).content
    middle = api.get(archive_of(waiting), headers={"Range": "bytes=100-199"})
    assert middle.status_code == 206
    assert middle.content == whole[100:200]
    assert middle.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert api.get(archive_of(waiting), headers={"Range": "bytes=-50"}).content == whole[-50:]
    assert api.get(archive_of(waiting), headers={"Range": f"bytes={len(whole) - 7}-"}).content == whole[-7:]


def test_a_range_beyond_the_end_is_416(api: httpx.Client, waiting: list[str]) -> None:
    size = len(api.get(archive_of(waiting)).content)
    answer = api.get(archive_of(waiting), headers={"Range": f"bytes={size}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_if_range_with_another_tag_gives_the_whole(api: httpx.Client, waiting: list[str]) -> None:
    tag = api.get(archive_of(waiting)).headers["etag"]
    same = api.get(archive_of(waiting), headers={"Range": "bytes=0-9", "If-Range": tag})
    other = api.get(archive_of(waiting), headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_several_ranges_and_nonsense_give_the_whole(api: httpx.Client, waiting: list[str]) -> None:
    for text in ("bytes=0-1,4-5", "bytes=-", "lines=1-2"):
        assert api.get(archive_of(waiting), headers={"Range": text}).status_code == 200


def test_not_modified_when_the_tag_is_known(api: httpx.Client, waiting: list[str]) -> None:
    tag = api.get(archive_of(waiting)).headers["etag"]
    assert api.get(archive_of(waiting), headers={"If-None-Match": tag}).status_code == 304


def test_a_decision_does_not_change_the_archive(api: httpx.Client, waiting: list[str]) -> None:
    before = api.get(archive_of(waiting)).headers["etag"]
    api.post(f"/client-files/{waiting[2]}/accept")
    assert api.get(archive_of(waiting)).headers["etag"] == before


def test_a_replaced_archive_has_another_tag_and_one_document_more(
    sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]
) -> None:
    before = api.get(archive_of(waiting))
    told = sandbox.replace_archive(waiting[2])
    after = api.get(archive_of(waiting))
    assert before.headers["etag"] != after.headers["etag"] == told["etag"]
    names = zipfile.ZipFile(io.BytesIO(after.content)).namelist()
    assert "documents/commun/Avenant 1.txt" in names
    sandbox.replace_archive(waiting[2], b"not an archive")
    assert api.get(archive_of(waiting)).content == b"not an archive"
    sandbox.reset()
    assert api.get(archive_of(waiting)).content == before.content


def test_a_big_archive_has_the_wanted_size_opens_and_knows_ranges(
    sandbox: SandboxProcess, api: httpx.Client, waiting: list[str]
) -> None:
    told = sandbox.big_archive(waiting[2], 20)
    content = api.get(archive_of(waiting)).content
    assert len(content) == told["size"]
    assert abs(len(content) - 20 * 1024 * 1024) < 512 * 1024
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    assert archive.read("documents/commun/Annexe 001.jpg")[:2] == b"\xff\xd8"
    assert api.get(archive_of(waiting), headers={"Range": "bytes=-64"}).content == content[-64:]


def test_tags_and_ranges_can_be_switched_off() -> None:
    with SandboxProcess("--no-etag", "--no-range", files=3) as plain, plain.api() as client:
        uuid = plain.uuids()[2]
        plain.replace_archive(uuid, bytes(range(200)))
        path = f"/client-files/{uuid}/archive"
        answer = client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"x"'})
        assert answer.status_code == 200
        assert "etag" not in answer.headers
        assert "accept-ranges" not in answer.headers
