"""Threads that may be left behind: work is done side by side, ends are awaited for a while only."""

from __future__ import annotations

import threading

import pytest

from tns_desktop.adapters.handover import DaemonThreads, threads


def test_work_is_done_and_errors_come_back() -> None:
    pool = DaemonThreads(2, "test")
    meeting = threading.Barrier(2)
    both = [pool.submit(meeting.wait, 5) for _ in range(2)]
    assert sorted(future.result(5) for future in both) == [0, 1]
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(5)
    pool.shutdown()
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(int)


def test_one_that_hangs_keeps_nobody_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "GOODBYE_SECONDS", 0.05)
    pool, gate = DaemonThreads(1, "test"), threading.Event()
    hanging, never = pool.submit(gate.wait, 30), pool.submit(int)
    assert never.cancel()
    pool.shutdown()
    assert not hanging.done()
    gate.set()
    assert hanging.result(5)
