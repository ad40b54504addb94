"""Unpacks the attachments of a document in memory, and refuses what could harm whoever opens them.

Nothing is written to a disk under a name from outside. What a file is stated to be must be what it is.
"""

from __future__ import annotations

import base64
import binascii
import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from activities.adapters.edxml import Attachment
from activities.adapters.edxml_errors import DocumentRefused, refuse
from activities.adapters.edxml_parsing import parse
from domain.messages.documents import DocumentFault

MOST_FILES = 50
LARGEST_FILE, LARGEST_WHOLE = 20_000_000, 40_000_000
"""Bytes, unpacked: of one file, and of all files of a document."""
HIGHEST_RATIO, SMALL = 200, 1_000_000
"""A file larger than `SMALL` must not be this many times its packed size."""
PART = 64_000
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How an entry may be packed. Of the others Python unpacks a part at once: 64 kB of bzip2 may be more than 1 GB."""
NO_ZIP = (
    *(binascii.Error, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError),
    *(ValueError, LookupError, ArithmeticError, struct.error),
)
"""What the libraries raise for bytes that are no zip. The last ones: for numbers in it that point nowhere."""

PDF, XML = "application/pdf", "application/xml"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


class Unpacked:
    """The files of one document, with what is left of its limits."""

    def __init__(self) -> None:
        self._files: list[Attachment] = []
        self._names: set[str] = set()
        self._left = LARGEST_WHOLE

    @property
    def files(self) -> tuple[Attachment, ...]:
        """What was unpacked and checked."""
        return tuple(self._files)

    def add(self, name: str, content_type: str, encoded: str) -> None:
        """Unpacks one attachment. Raises DocumentRefused with the code of what is wrong."""
        require_plain_name(name, name)
        try:
            packed = base64.b64decode("".join(encoded.split()), validate=True)
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                self._unpack(name, content_type, archive)
        except DocumentRefused:
            raise
        except NO_ZIP:
            raise refuse(DocumentFault.ATTACHMENT_NOT_ZIP, name=name) from None
        except RuntimeError:  # zipfile's error for a file that needs a password
            raise refuse(DocumentFault.ATTACHMENT_ENCRYPTED, name=name) from None

    def _unpack(self, name: str, content_type: str, archive: zipfile.ZipFile) -> None:
        entries = [one for one in archive.infolist() if not one.is_dir()]
        if not entries or len(archive.infolist()) > MOST_FILES or len(self._files) + len(entries) > MOST_FILES:
            raise refuse(DocumentFault.ATTACHMENT_TOO_LARGE if entries else DocumentFault.ATTACHMENT_NOT_ZIP, name=name)
        for entry in archive.infolist():
            require_plain_entry(entry, name)
            if entry.compress_type not in METHODS:
                raise refuse(DocumentFault.ATTACHMENT_NOT_ZIP, name=name)
        for entry in entries:
            self._once(entry.filename)
            content = b"".join(self._read(archive, entry, name))
            require_stated(entry.filename, content_type, content, outer=name)
            self._files.append(Attachment(name=entry.filename, content_type=content_type, content=content))

    def _once(self, name: str) -> None:
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in self._names:
            raise refuse(DocumentFault.ATTACHMENT_TWICE, name=name)
        self._names.add(folded)

    def _read(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
        """The content in parts. The sizes that the zip states are not believed: what comes out is counted."""
        size = 0
        with archive.open(entry) as file:
            while part := file.read(PART):
                size += len(part)
                self._left -= len(part)
                swollen = size > SMALL and size > HIGHEST_RATIO * max(1, entry.compress_size)
                if size > LARGEST_FILE or self._left < 0 or swollen:
                    raise refuse(DocumentFault.ATTACHMENT_TOO_LARGE, name=name)
                yield part


def require_plain_entry(entry: zipfile.ZipInfo, outer: str) -> None:
    """Refuses an entry with a password, a link, or a name that leaves its folder."""
    if entry.flag_bits & 0x1:
        raise refuse(DocumentFault.ATTACHMENT_ENCRYPTED, name=outer)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise refuse(DocumentFault.ATTACHMENT_NAME_FORBIDDEN, name=outer)
    require_plain_name(entry.orig_filename, outer)  # zipfile cuts `filename` at a NUL
    require_plain_name(entry.filename, outer)


def require_plain_name(name: str, outer: str) -> None:
    """Refuses a name with a folder above, a drive, a control character, or a sign that turns the text around."""
    parts = PurePosixPath(name).parts
    controls = any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Cs") for sign in name)
    outside = name.startswith(("/", "~")) or ".." in parts or "\\" in name or ":" in name
    if not parts or controls or outside or len(name) > 200 or name.strip() != name:
        raise refuse(DocumentFault.ATTACHMENT_NAME_FORBIDDEN, name=outer)


def require_stated(name: str, content_type: str, content: bytes, *, outer: str) -> None:
    """The content is what the document states. A type that cannot be checked is refused."""
    is_that = _IS.get(content_type)
    if is_that is not None and is_that(content):
        return
    if content.startswith(ARCHIVES) and content_type not in (DOCX, XLSX):
        raise refuse(DocumentFault.ATTACHMENT_NESTED, name=outer)
    raise refuse(DocumentFault.ATTACHMENT_TYPE_DIFFERS, name=name, stated=content_type)


def _is_xml(content: bytes) -> bool:
    """Whether it is XML without DTD and entities."""
    try:
        parse(content)
    except DocumentRefused as refused:
        if refused.code in (DocumentFault.XML_FORBIDDEN, DocumentFault.XML_TOO_DEEP):
            raise
        return False
    return True


def _is_office(folder: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        names = [entry.filename for entry in entries]
        whole = sum(entry.file_size for entry in entries)
        if len(entries) > 2_000 or whole > LARGEST_WHOLE:
            return False
        macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names) and not macros

    return check


_IS: dict[str, Callable[[bytes], bool]] = {
    PDF: lambda content: content.startswith(b"%PDF-") and b"%%EOF" in content[-2_048:],
    XML: _is_xml,
    "text/xml": _is_xml,
    DOCX: _is_office("word/"),
    XLSX: _is_office("xl/"),
    "image/png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "image/tiff": lambda content: content.startswith((b"II*\x00", b"MM\x00*")),
}
"""How each type that may be attached is known."""
