"""What a file really is: by its first bytes, and by its name only where bytes do not tell. Pure."""

from __future__ import annotations

import io
import re
import zipfile

from workers.documents.limits import Refused

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_OFFICE = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
_ENDINGS = {
    "eml": "email", "csv": "csv", "tsv": "csv", "html": "html", "htm": "html", "txt": "text", "md": "text",
    "json": "text", "xml": "text", "log": "text",
}  # fmt: skip
_TYPES = {"message/rfc822": "email", "text/csv": "csv", "text/html": "html"}
_HEADERS = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3}")
_MAIL = re.compile(rb"^(?:from|to|subject|message-id|received):", re.IGNORECASE | re.MULTILINE)


def kind_of(data: bytes, *, name: str = "", content_type: str = "") -> str:
    """pdf, docx, xlsx, pptx, html, email, csv, text or image. Raises Refused for anything else."""
    if not data.strip(b"\0 \t\r\n"):
        raise Refused("The file is empty.", kind="empty")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image"
    if data[:4] == b"PK\x03\x04":
        return _office(data)
    found = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    if b"%PDF-" in data[:1024]:
        found = "pdf"
    if found in {"old_office", "archive", "program"}:
        raise Refused(
            _REFUSALS[found], kind="unsupported", hint="Send PDF, DOCX, XLSX, PPTX, HTML, e-mail, CSV or text."
        )
    return found or _textual(data, name=name, content_type=content_type)


_KNOWN = "Send PDF, DOCX, XLSX, PPTX, HTML, e-mail, CSV, text or an image."
_REFUSALS = {
    "old_office": "This is a file of an old Office version.",
    "archive": "This is an archive; archives are not unpacked.",
    "program": "This is a program, not a document.",
}


def _office(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused("The file is damaged: it begins like an Office file and ends too early.") from error
    for part, kind in _OFFICE:
        if part in names:
            return kind
    raise Refused(_REFUSALS["archive"], kind="unsupported", hint="Send the documents one by one.")


def _textual(data: bytes, *, name: str, content_type: str) -> str:
    declared = _TYPES.get(content_type.split(";", maxsplit=1)[0].strip().lower()) or _ENDINGS.get(
        name.rpartition(".")[2].lower()
    )
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if declared:
        return declared
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if _HEADERS.match(data[:20_000]) and _MAIL.search(data[:20_000]):
        return "email"
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("The file is of a kind that nobody here can read.", kind="unsupported")
    return "text"
