"""Reading client archives: ZIP, in memory, within limits, believing nothing that the archive says of itself."""

from tns_desktop.adapters.archive.layout import DEFAULT_LAYOUT, ReportLayout
from tns_desktop.adapters.archive.loose_documents import LooseDocuments
from tns_desktop.adapters.archive.reader import ZipArchiveReader
from tns_desktop.adapters.archive.table_reader import TableFiles

__all__ = ["DEFAULT_LAYOUT", "LooseDocuments", "ReportLayout", "TableFiles", "ZipArchiveReader"]
