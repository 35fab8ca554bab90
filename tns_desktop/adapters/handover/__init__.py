"""Folders of the firm that files are handed over to, and the command that follows: the package that writes in clear."""

from tns_desktop.adapters.handover.command import ProcessRunner
from tns_desktop.adapters.handover.folders import DiskFolders
from tns_desktop.adapters.handover.threads import DaemonThreads

__all__ = ["DaemonThreads", "DiskFolders", "ProcessRunner"]
