"""Looks at an Office file before a library does: how large it would become, and whether its XML plays tricks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from workers.documents import limits
from workers.documents.limits import Refused


def check_office(data: bytes) -> None:
    """Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, packed=len(data))
            for name, part in _xml_parts(archive, entries):
                _check_xml(name, part)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused("The file is damaged, or protected by a password.") from error


def _check_sizes(entries: list[zipfile.ZipInfo], *, packed: int) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > limits.MAX_PARTS:
        raise Refused(f"The file has more than {limits.MAX_PARTS:,} parts.", kind="bomb")
    if total > limits.MAX_UNPACKED or total > max(1_000_000, packed * limits.MAX_RATIO):
        raise Refused(f"Unpacked the file would have {total:,} bytes: this is no honest document.", kind="bomb")
    if len({entry.filename for entry in entries}) != len(entries):
        raise Refused("The file has two parts of the same name.", kind="hostile")


def _xml_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """Reads no more than each part says that it has."""
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels", ".vml")):
            with archive.open(entry) as part:
                content = part.read(entry.file_size + 1)
            if len(content) > entry.file_size:
                raise Refused("A part of the file is larger than it says.", kind="bomb")
            yield entry.filename, content


def _check_xml(name: str, content: bytes) -> None:
    try:
        for _, element in defusedxml.ElementTree.iterparse(io.BytesIO(content), forbid_dtd=True):
            element.clear()
    except DefusedXmlException as error:
        raise Refused(
            "The file's XML declares entities, which honest Office files never do.", kind="hostile"
        ) from error
    except ParseError as error:
        raise Refused(f"The file is damaged: {name} is not valid XML.") from error
