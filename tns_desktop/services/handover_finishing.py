"""What follows a delivery: the folder's indexes, then the command, where there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from tns_desktop.domain.handover import CsvIndex, Handover, HandoverRule, HandoverStatus, filled_argument
from tns_desktop.domain.handover_errors import HandoverCommandFailed, HandoverError
from tns_desktop.services.delivering import MANIFEST_NAME, ZIP_ENDING
from tns_desktop.services.handover_rules import HandoverRules
from tns_desktop.services.handover_steps import HandoverSteps
from tns_desktop.services.ports import Clock, CommandRunner, HandoverFolders, HandoverJournal

COMMAND_SECONDS = 300.0


class HandoverFinisher:
    """Takes rows from *written* to *done*."""

    def __init__(
        self,
        rules: HandoverRules,
        journal: HandoverJournal,
        steps: HandoverSteps,
        folders: HandoverFolders,
        commands: CommandRunner,
        clock: Clock,
        pool: Executor,
    ) -> None:
        self._rules = rules
        self._journal = journal
        self._steps = steps
        self._folders = folders
        self._commands = commands
        self._clock = clock
        self._pool = pool

    async def finish(self, is_due: Callable[[Handover], bool]) -> None:
        """One step after the other with what is due. Raises VaultError."""
        rows = [row for row in await self._journal.work() if is_due(row)]
        for row in rows:
            if row.status is HandoverStatus.COMMAND_STARTED:
                # Cut off in the middle: whether it did its work, only a person can find out.
                await self._steps.stop([row], _command_failed(row, "interrupted"))
        by_folder: dict[str, list[Handover]] = {}
        for row in rows:
            if row.status is HandoverStatus.WRITTEN:
                by_folder.setdefault(row.folder, []).append(row)
        indexed = [row for row in rows if row.status is HandoverStatus.INDEXED]
        for folder, written in by_folder.items():
            indexed += await self._index(folder, written)
        await self._end(indexed)

    async def _index(self, folder: str, rows: Sequence[Handover]) -> list[Handover]:
        """Once for all of them. The rows as they are then; none when the folder cannot be written."""
        rules = [rule for row in rows if (rule := self._rules.of(row.key.connection_id)) is not None]
        wanted_csv = next((rule.csv for rule in rules if rule.csv is not CsvIndex.NONE), CsvIndex.NONE)
        wanted_json = any(rule.json for rule in rules)
        if wanted_json or wanted_csv is not CsvIndex.NONE:
            # Of a file that was handed over twice to one place there is one line.
            lines = {row.line["handover"]: row.line for row in await self._journal.delivered_to(folder)}
            try:
                await asyncio.get_running_loop().run_in_executor(
                    self._pool,
                    lambda: self._folders.write_indexes_blocking(
                        Path(folder), list(lines.values()), csv=wanted_csv, json=wanted_json
                    ),
                )
            except HandoverError as error:
                await self._steps.stop(rows, error)
                return []
        return await self._moved(rows, HandoverStatus.INDEXED)

    async def _end(self, rows: Sequence[Handover]) -> None:
        with_command = []
        without = []
        for row in rows:
            rule = self._rules.of(row.key.connection_id)
            if rule is not None and rule.command:
                with_command.append((row, rule))
            else:
                without.append(row)
        await self._moved(without, HandoverStatus.DONE)
        for row, rule in with_command:
            await self._run(row, rule)

    async def _run(self, row: Handover, rule: HandoverRule) -> None:
        for started in await self._moved([row], HandoverStatus.COMMAND_STARTED):
            await self._run_started(started, rule)

    async def _run_started(self, started: Handover, rule: HandoverRule) -> None:
        try:
            values = values_of(started)
            command = [filled_argument(argument, values) for argument in rule.command]
            status = await self._commands.run(command, COMMAND_SECONDS)
        except HandoverError as error:
            await self._steps.stop([started], error)
            return
        if status != 0:
            await self._steps.stop([started], _command_failed(started, "exit_status", status))
            return
        await self._steps.write_down(
            [(started, started.moved_to(HandoverStatus.DONE, self._clock.now(), exit_status=status))]
        )

    async def _moved(self, rows: Sequence[Handover], status: HandoverStatus) -> list[Handover]:
        return await self._steps.write_down([(row, row.moved_to(status, self._clock.now())) for row in rows])


def values_of(row: Handover) -> dict[str, str]:
    """What the command's arguments may name: places that are absolute, and what the file is known by."""
    folder = Path(row.folder).joinpath(*row.names)
    return {
        "folder": str(folder),
        "archive": str(folder / f"{folder.name}{ZIP_ENDING}"),
        "manifest": str(folder / MANIFEST_NAME),
        "sha256": row.archive_sha256,
        "id": row.line.get("id", ""),
        "external_id": row.line.get("external_id", ""),
        "uuid": row.key.uuid,
        "state": row.state,
    }


def _command_failed(row: Handover, reason: str, status: int | None = None) -> HandoverCommandFailed:
    facts = {"name": row.display_id, "reason": reason, "status": "–" if status is None else str(status)}
    return HandoverCommandFailed(reason, facts=facts)
