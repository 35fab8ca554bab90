"""A small memory: the results that were asked for last."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Up to ``limit`` of them; the one that was asked for longest ago makes room."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[object, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: object) -> T | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: object, value: T) -> T:
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._limit:
            self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        self._values.clear()
