"""Templates: kept in the settings, and the same again after a journey through a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fake_desk import MemorySettings
from tns_desktop.domain.errors import TemplatesInvalid, VaultReadOnly
from tns_desktop.domain.rejection import Template
from tns_desktop.services.settings import Settings
from tns_desktop.services.template_book import read_blocking, written
from tns_desktop.services.templates import KIND, Templates, merged

pytestmark = pytest.mark.anyio

EXPIRED = Template("Document expiré", "fr", "« {document} » n’est plus valable.\nMerci d’en envoyer un autre.")
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(lambda text: text.strip())
templates = st.builds(Template, words.map(str.strip), st.sampled_from(["fr", "en"]), words.map(str.strip))


def _templates() -> Templates:
    return Templates(Settings(MemorySettings()))


def test_what_is_saved_is_there_and_what_cannot_be_used_is_left_out() -> None:
    store = MemorySettings()
    desk = Templates(Settings(store))
    desk.save([EXPIRED])
    store.values["rejection_templates"] += [{"cause": "x"}, {"cause": "x", "language": "de", "text": "y"}]
    assert Templates(Settings(store)).all() == [EXPIRED]


@pytest.mark.parametrize("name", ["t.toml", "t.json"])
async def test_a_file_brings_back_what_was_exported(tmp_path: Path, name: str) -> None:
    await _templates().write_file(tmp_path / name, [EXPIRED])
    assert await _templates().read_file(tmp_path / name) == [EXPIRED]


@given(st.lists(templates, min_size=1, max_size=4))
def test_every_word_survives_both_formats(tmp_path_factory: pytest.TempPathFactory, made: list[Template]) -> None:
    folder = tmp_path_factory.mktemp("templates")
    for name in ("t.toml", "t.json"):
        path = folder / name
        path.write_bytes(written(path, made, KIND))
        assert read_blocking(path, KIND) == made


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.toml", b"[[templates]", "toml_syntax"),
        ("t.json", b"{", "invalid_json"),
        ("t.json", b"[" * 100_000, "invalid_json"),
        ("t.json", b'{"templates": 1}', "not_a_list"),
        ("t.toml", b"", "not_a_list"),
        ("t.json", b"[]", "missing_field"),
        ("t.json", b'[{"cause": "a", "language": "en", "text": "b"}, {"cause": "c"}]', "missing_field"),
        ("t.toml", b"\xff\xfe", "not_utf8"),
        ("t.toml", b"#" * 1_000_001, "too_large"),
        ("", b"", "unreadable"),
    ],
)
async def test_a_file_that_is_none_is_refused_whole(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / (name or "missing.toml")
    if name:
        path.write_bytes(content)
    with pytest.raises(TemplatesInvalid) as caught:
        await _templates().read_file(path)
    assert caught.value.facts["reason"] == reason


async def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(VaultReadOnly):
        await _templates().write_file(tmp_path / "nowhere" / "t.toml", [EXPIRED])


def test_what_is_brought_replaces_the_same_cause_and_keeps_the_rest() -> None:
    english = Template("Expired", "en", "old")
    assert merged([EXPIRED, english], [Template("EXPIRED", "en", "new")]) == [
        EXPIRED,
        Template("EXPIRED", "en", "new"),
    ]
