"""A short run of the fuzzer; the long one is ``python -m tests.support.fuzzing 20000``."""

from __future__ import annotations

import pytest

from tests.support.fuzzing import Fuzz
from tns_desktop.adapters.render.limits import MEMORY_LIMIT
from tns_desktop.domain.errors import all_error_types

pytestmark = pytest.mark.anyio

SHORT_RUN = 150


async def test_whatever_is_done_to_a_document_ends_in_a_known_word() -> None:
    fuzz = Fuzz(seed=20261124)
    await fuzz.run(SHORT_RUN)
    known = {error.code for error in all_error_types()} | {"fine"}
    assert set(fuzz.outcomes) <= known
    assert fuzz.outcomes["fine"]
    assert sum(fuzz.outcomes.values()) - fuzz.outcomes["fine"] > SHORT_RUN / 10, "the mutations harm nothing"
    assert fuzz.outcomes["render_crashed"] == 0, "a decoder died, or met an exception that nobody expected"
    assert fuzz.most_memory <= MEMORY_LIMIT
