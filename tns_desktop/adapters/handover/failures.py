"""What the system says of a folder of the firm, in the desk's own errors."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tns_desktop.adapters.platform.os_reasons import is_no_room, reason_of
from tns_desktop.domain.handover_errors import HandoverError, HandoverFolderFull, HandoverFolderGone


def from_os_error(error: OSError, folder: Path) -> HandoverError:
    """Whatever it is, it may pass: a share comes back, room is made, a program lets a file go."""
    if is_no_room(error):
        return HandoverFolderFull(type(error).__name__, facts={"path": str(folder)})
    return HandoverFolderGone(type(error).__name__, facts={"path": str(folder), "reason": reason_of(error)})


@contextlib.contextmanager
def spoken_of(folder: Path) -> Iterator[None]:
    """Raises HandoverFolderGone or HandoverFolderFull for what the system refuses meanwhile."""
    try:
        yield
    except OSError as error:
        raise from_os_error(error, folder) from error
