"""What machines of lives have in common: a program that is ended at any step and started again, in front of a model server.

``ticks_left`` counts the steps until it is ended by ``ending``; None: it goes on.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine

from tests.support.desks import FakeClock
from tests.support.model_server import ModelServer
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.creating import CreationSender
from tns_desktop.services.sending import DecisionSender

T = TypeVar("T")


class Crash(BaseException):
    """The process is gone."""


class Lives(RuleBasedStateMachine):
    sender: CreationSender | DecisionSender

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.runner.run(asyncio.sleep(0))
        self.server = ModelServer()
        self.clock = FakeClock()
        self.ticks_left: int | None = None
        self.ending: type[BaseException] = Crash
        self.numbers = iter(range(1_000_000))

    @abstractmethod
    def start(self) -> None:
        """The program: its use cases and ``sender``, on what is stored."""

    def restart(self) -> None:
        self.start()
        self.do(self.sender.recover())

    def tick(self) -> None:
        if self.ticks_left is None:
            return
        self.ticks_left -= 1
        if self.ticks_left < 0:
            self.ticks_left = None
            raise self.ending

    def do(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result; None when the program said no, or was ended on the way."""

        async def guarded() -> T | None:
            try:
                return await work
            except (TnsError, asyncio.CancelledError):
                return None

        try:
            return self.runner.run(guarded())
        except Crash:
            self.restart()
            return None
