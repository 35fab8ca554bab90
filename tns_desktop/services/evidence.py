"""Evidence: times what is on screen, keeps it with the review, and hands it to the decision.

What a decision rests on is in the vault before the decision's own row is: a crash in between leaves evidence without a
decision, never a decision without its evidence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.evidence import (
    ANYTHING,
    Evidence,
    PageOnScreen,
    Views,
    added,
    evidence_of,
    stretch,
    with_anything,
)
from tns_desktop.domain.review import Review
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.ports import Clock, Vault
from tns_desktop.services.reviews import Reviews

_Place = tuple[ClientFileKey, str]
"""A file and the SHA-256 of its archive."""


class EvidenceBook:
    """Pages of one archive are on screen at a time, or none."""

    def __init__(self, vault: Vault, reviews: Reviews, clock: Clock) -> None:
        self._vault = vault
        self._reviews = reviews
        self._clock = clock
        self._totals: dict[_Place, dict[PageOnScreen, float]] = {}
        self._complete: set[_Place] = set()
        """Places whose totals hold what the vault has of them, too."""
        self._unkept: set[_Place] = set()
        self._on_screen: tuple[_Place, frozenset[PageOnScreen], datetime] | None = None
        self._lock = asyncio.Lock()

    def show(self, archive: OpenArchive, *seen: PageOnScreen) -> None:
        """They are on screen from now on, or still are, each for all of the time; nothing else is."""
        self.pause()
        place = (archive.key, archive.index.sha256)
        self._on_screen = (place, frozenset(seen), self._clock.now())
        self._count(place, seen, 0.0)

    def pause(self) -> None:
        """Nothing is on screen, or nobody is before it."""
        if self._on_screen is not None:
            (place, seen, since), self._on_screen = self._on_screen, None
            self._count(place, seen, stretch(since, self._clock.now()))

    async def keep(self) -> None:
        """Writes what was seen since the last time. Raises VaultError; what was not written is tried again."""
        self._go_on()
        async with self._lock:
            for place in sorted(self._unkept):
                await self._complete_place(place)
                self._unkept.discard(place)
                try:
                    stored = await self._put(place, self._totals[place])
                except BaseException:
                    self._unkept.add(place)
                    raise
                if not stored or not self._is_wanted(place):
                    self._forget(place)

    async def gather(self, archive: OpenArchive, review: Review | None = None) -> Evidence:
        """What was seen of that archive until now. ``review``: its marks; by default as the vault has them.

        Raises VaultError.
        """
        self._go_on()
        place = (archive.key, archive.index.sha256)
        async with self._lock:
            await self._complete_place(place)
            views = dict(self._totals[place])
            if not self._is_wanted(place) and place not in self._unkept:
                self._forget(place)
        return evidence_of(review or await self._reviews.review_of_kept(archive), views)

    async def forget(self, archive: OpenArchive) -> None:
        """What was seen of an archive that is not on screen, as far as it was not written; what is being written is then."""
        async with self._lock:
            self._forget((archive.key, archive.index.sha256))

    async def of(self, decision_id: str) -> Evidence | None:
        """What that decision rests on; None for one of an older version. Raises VaultError."""
        return await self._vault.evidence.of(decision_id)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Counts until now and goes on counting."""
        if self._on_screen is not None:
            place, seen, since = self._on_screen
            now = self._clock.now()
            self._on_screen = (place, seen, now)
            self._count(place, seen, stretch(since, now))

    def _count(self, place: _Place, pages: Collection[PageOnScreen], seconds: float) -> None:
        totals = self._totals.setdefault(place, {})
        anything = {PageOnScreen(ANYTHING, 0, seen.operator) for seen in pages}
        for seen in (*pages, *anything):
            if seconds or seen not in totals:
                totals[seen] = totals.get(seen, 0.0) + seconds
                self._unkept.add(place)

    async def _complete_place(self, place: _Place) -> None:
        """Totals are written whole: written twice, they say the same."""
        if place not in self._complete:
            stored = await self._stored(place)
            self._totals[place] = added(with_anything(stored), self._totals.get(place, {}))
            self._complete.add(place)

    def _is_wanted(self, place: _Place) -> bool:
        return self._on_screen is not None and self._on_screen[0] == place

    async def _put(self, place: _Place, views: Views) -> bool:
        """False, and nothing is kept, when that archive is not here any more. One from disk is kept by its bytes alone."""
        key, sha256 = place
        if key.connection_id:
            return await self._vault.evidence.put_views(key, sha256, views)
        await self._vault.disk.put_views(sha256, views, self._clock.now())
        return True

    async def _stored(self, place: _Place) -> Views:
        key, sha256 = place
        if key.connection_id:
            return await self._vault.evidence.views(key, sha256)
        return (await self._vault.disk.load(sha256)).views

    def _forget(self, place: _Place) -> None:
        self._totals.pop(place, None)
        self._complete.discard(place)
        self._unkept.discard(place)
