"""Asks for a file: one that is there, or a place for a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from tns_desktop.ui.runtime.dialogs import shown


async def file_to_open(parent: QWidget, title: str, filters: Sequence[str]) -> Path | None:
    """A file that is there; None when the operator thought better of it."""
    chooser = QFileDialog(parent, title)
    chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
    chooser.setNameFilters(filters)
    return await _chosen(chooser)


async def files_to_open(parent: QWidget, title: str, filters: Sequence[str]) -> list[Path]:
    """Files that are there, one or several; none when the operator thought better of it."""
    chooser = QFileDialog(parent, title)
    chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
    chooser.setNameFilters(filters)
    if await shown(chooser) != QDialog.DialogCode.Accepted:
        return []
    return [Path(chosen) for chosen in chooser.selectedFiles()]


async def place_to_save(
    parent: QWidget, title: str, name: str, formats: Mapping[str, str] | None = None
) -> Path | None:
    """Where to write; ``name`` is suggested. ``formats``: filter → the suffix of a name that was typed without one."""
    chooser = QFileDialog(parent, title)
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if formats:
        chooser.setNameFilters(list(formats))
        chooser.setDefaultSuffix(next(iter(formats.values())))
        chooser.filterSelected.connect(lambda chosen: chooser.setDefaultSuffix(formats[chosen]))
    chooser.selectFile(name)
    return await _chosen(chooser)


async def _chosen(chooser: QFileDialog) -> Path | None:
    if await shown(chooser) != QDialog.DialogCode.Accepted:
        return None
    return Path(chooser.selectedFiles()[0])
