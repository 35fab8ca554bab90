"""Reading client archives: ZIP, in memory, within limits, believing nothing that the archive says of itself."""

from tns_desktop.adapters.archive.layout import DEFAULT_LAYOUT, ReportLayout
from tns_desktop.adapters.archive.reader import ZipArchiveReader

__all__ = ["DEFAULT_LAYOUT", "ReportLayout", "ZipArchiveReader"]
