"""One reader for each kind of document. They run in the child process only; libraries are imported where they are used.

A reader gives `text`, and where the kind has them `pages`, `tables`, `metadata`, `attachments` and `pictures`.
"""

from __future__ import annotations

import base64
import csv
import email
import email.policy
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from email.message import EmailMessage, Message
from typing import Any

from workers.documents import limits
from workers.documents.limits import Refused

Found = dict[str, Any]
Table = list[list[str]]


def read(kind: str, data: bytes, *, tables: bool) -> Found:
    """What is in a document of this kind. Raises Refused; a library may raise anything."""
    return _READERS[kind](data, tables)


# --- PDF ------------------------------------------------------------------------------------------------------------


def _pdf(data: bytes, tables: bool) -> Found:
    made = _pdf_text(data, tables)
    if not made["pages"]:
        raise Refused("The document is damaged: it has no pages.")
    if not made["text"]:
        made["pictures"] = list(_pictures(data))
    return made


def _pdf_text(data: bytes, tables: bool) -> Found:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFSyntaxError
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > limits.MAX_PAGES:
                raise Refused(f"The document has more than {limits.MAX_PAGES} pages.", kind="too_large")
            pages = [_tidy(page.extract_text(layout=True) or "") for page in document.pages]
            found = [_cells(table) for page in document.pages for table in page.extract_tables()] if tables else []
            metadata = {key: str(value)[:500] for key, value in (document.metadata or {}).items()}
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect):
            raise Refused("The document is protected by a password.", kind="protected") from error
        raise Refused("The document is damaged: it is no valid PDF.") from error
    except (PDFSyntaxError, PDFPasswordIncorrect) as error:
        raise Refused("The document is damaged or protected.") from error
    return {"text": "\n\n".join(pages).strip(), "pages": pages, "tables": found, "metadata": metadata}


def _tidy(text: str) -> str:
    """Layout without its padding: columns stay apart by two spaces or more, empty lines are few."""
    lines = [line.rstrip() for line in text.splitlines()]
    indent = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line[indent:] for line in lines)).strip("\n")


def _pictures(data: bytes) -> Iterator[str]:
    """The first pages of a scan as PNG, in base64."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        for page in itertools.islice(document, limits.MAX_PICTURES):
            width, height = page.get_size()
            scale = min(150 / 72, (limits.MAX_PIXELS / 10 / max(1.0, width * height)) ** 0.5)
            written = io.BytesIO()
            page.render(scale=scale).to_pil().save(written, "PNG")
            yield base64.b64encode(written.getvalue()).decode()
    finally:
        document.close()


# --- Office ---------------------------------------------------------------------------------------------------------


def _docx(data: bytes, tables: bool) -> Found:  # noqa: ARG001 one signature for all readers
    import docx
    from docx.table import Table as WordTable

    document = docx.Document(io.BytesIO(data))
    parts: list[str] = []
    found: list[Table] = []
    for block in document.iter_inner_content():
        if isinstance(block, WordTable):
            found.append([[cell.text.strip() for cell in row.cells] for row in block.rows])
            parts.append(_rows_as_text(found[-1]))
        else:
            parts.append(block.text)
    return {"text": "\n".join(parts).strip(), "tables": found, "metadata": _core(document.core_properties)}


def _core(properties: Any) -> Found:
    names = ("title", "author", "subject", "keywords", "created", "modified", "language")
    values = {name: getattr(properties, name, None) for name in names}
    return {name: _cell(value) for name, value in values.items() if value}


def _xlsx(data: bytes, tables: bool) -> Found:  # noqa: ARG001 one signature for all readers
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    left = limits.MAX_CELLS
    found: list[Table] = []
    pages: list[str] = []
    for sheet in book.worksheets:
        rows: Table = []
        for row in sheet.iter_rows(values_only=True, max_row=100_000, max_col=500):
            left -= len(row)
            if left < 0:
                raise Refused(f"The workbook has more than {limits.MAX_CELLS:,} cells.", kind="too_large")
            if any(value is not None for value in row):
                rows.append(_without_end([_cell(value) for value in row]))
        found.append(rows)
        pages.append(f"{sheet.title}\n{_rows_as_text(rows)}")
    metadata = {**_core(book.properties), "sheets": [sheet.title for sheet in book.worksheets]}
    return {"text": "\n\n".join(pages).strip(), "pages": pages, "tables": found, "metadata": metadata}


def _pptx(data: bytes, tables: bool) -> Found:  # noqa: ARG001 one signature for all readers
    import pptx

    show = pptx.Presentation(io.BytesIO(data))
    pages: list[str] = []
    found: list[Table] = []
    for slide in itertools.islice(show.slides, limits.MAX_PAGES):
        parts: list[str] = []
        for shape in slide.shapes:
            if getattr(shape, "has_table", False) and shape.has_table:
                found.append([[cell.text for cell in row.cells] for row in shape.table.rows])
                parts.append(_rows_as_text(found[-1]))
            elif shape.has_text_frame:
                parts.append(shape.text_frame.text)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            parts.append(slide.notes_slide.notes_text_frame.text)
        pages.append("\n".join(part for part in parts if part))
    return {"text": "\n\n".join(pages), "pages": pages, "tables": found, "metadata": _core(show.core_properties)}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)[:5000]


def _without_end(row: list[str]) -> list[str]:
    """A row without the empty cells behind its last value."""
    filled = max(number for number, cell in enumerate(row) if cell) if any(row) else -1
    return row[: filled + 1]


def _cells(table: Iterable[Iterable[Any]]) -> Table:
    return [[_cell(cell).strip() for cell in row] for row in table]


def _rows_as_text(rows: Iterable[Iterable[str]]) -> str:
    return "\n".join(" | ".join(cell.replace("\n", " ") for cell in row) for row in rows)


# --- text of all sorts ----------------------------------------------------------------------------------------------


def _text(data: bytes, tables: bool) -> Found:  # noqa: ARG001 one signature for all readers
    return {"text": decoded(data)}


def decoded(data: bytes, *, charset: str = "") -> str:
    """Text in whatever encoding it seems to have."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in filter(None, (charset, "utf-8-sig", "cp1252")):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def _html(data: bytes, tables: bool) -> Found:
    from bs4 import BeautifulSoup

    found = re.search(rb"charset=[\"']?([\w-]+)", data[:2048])
    page = BeautifulSoup(decoded(data, charset=found[1].decode() if found else ""), "html.parser")
    title = page.title.get_text(strip=True) if page.title else ""
    for hidden in page(["script", "style", "noscript", "template", "head"]):
        hidden.decompose()
    grids = [
        [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
        for table in page.find_all("table")
    ]
    for table, grid in zip(page.find_all("table"), grids, strict=True):
        table.replace_with(f"\n{_rows_as_text(grid)}\n")
    text = re.sub(r"\n\s*\n+", "\n\n", page.get_text("\n"))
    text = "\n".join(" ".join(line.split(" ")).strip() for line in text.splitlines()).strip()
    return {"text": text, "tables": grids if tables else [], "metadata": {"title": title} if title else {}}


def _csv(data: bytes, tables: bool) -> Found:  # noqa: ARG001 one signature for all readers
    text = decoded(data)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8192], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows: Table = []
    left = limits.MAX_CELLS
    for row in csv.reader(io.StringIO(text), dialect):
        left -= len(row)
        if left < 0:
            raise Refused(f"The table has more than {limits.MAX_CELLS:,} cells.", kind="too_large")
        rows.append(row)
    return {"text": _rows_as_text(rows), "tables": [rows], "metadata": {"rows": len(rows)}}


def _email(data: bytes, tables: bool) -> Found:
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    text = ""
    grids: list[Table] = []
    if body is not None:
        content = body.get_payload(decode=True) or b""
        raw = content if isinstance(content, bytes) else b""
        inner: Found = _html(raw, tables) if body.get_content_type() == "text/html" else {"text": _part_text(body, raw)}
        text, grids = inner["text"], inner.get("tables", [])
    names = ("from", "to", "cc", "subject", "date", "message-id")
    metadata = {name: str(message[name])[:1000] for name in names if message[name]}
    return {
        "text": f"{metadata.get('subject', '')}\n\n{text}".strip(),
        "tables": grids,
        "metadata": metadata,
        "attachments": list(itertools.islice(_attachments(message), limits.MAX_ATTACHMENTS)),
    }


def _part_text(part: Message[Any, Any], content: bytes) -> str:
    return decoded(content, charset=part.get_content_charset() or "")


def _attachments(message: EmailMessage) -> Iterator[Found]:
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            name = re.sub(r"[\x00-\x1f/\\]", "_", part.get_filename() or "attachment")[:200]
            encoded = base64.b64encode(content).decode()
            yield {"name": name, "content_type": part.get_content_type(), "size": len(content), "data": encoded}


# --- images ---------------------------------------------------------------------------------------------------------


def _image(data: bytes, tables: bool) -> Found:  # noqa: ARG001 one signature for all readers
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = limits.MAX_PIXELS
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height, form = picture.width, picture.height, picture.format or ""
            if width * height > limits.MAX_PIXELS:
                raise Refused(f"The picture has {width:,} × {height:,} points: that is too many.", kind="bomb")
            described = [
                str(value) for key, value in picture.info.items() if key in {"Description", "Title", "comment"}
            ]
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("The picture is damaged.") from error
    except Image.DecompressionBombError as error:
        raise Refused("The picture would be too large when unpacked.", kind="bomb") from error
    metadata = {"width": width, "height": height, "format": form}
    return {"text": "\n".join(described), "metadata": metadata, "needs_vision": True}


_READERS: dict[str, Callable[[bytes, bool], Found]] = {
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "pptx": _pptx,
    "html": _html,
    "email": _email,
    "csv": _csv,
    "text": _text,
    "image": _image,
}
