"""Names and media types of files as they may be stored, shown and sent. Pure."""

from __future__ import annotations

import codecs
import mimetypes
import re
import unicodedata

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_BARE = "application/octet-stream"

# What a browser shows without running anything; SVG and HTML are programs, so they are not among them.
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "application/pdf"})


def clean_name(name: str) -> str:
    """The last part of a path, without characters that change how a name reads or where it is written."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip().lstrip(".")
    return kept[:200].strip() or "file"


def clean_type(content_type: str, *, name: str) -> str:
    """The declared media type, else what the name's ending says."""
    declared = content_type.partition(";")[0].strip().lower()
    if len(declared) <= 127 and _TYPE.fullmatch(declared):
        return declared
    guessed = mimetypes.guess_type(name, strict=True)[0]
    return guessed or _BARE


def is_text(content_type: str) -> bool:
    """Whether a browser may show it as plain text."""
    return content_type.startswith("text/") or content_type == "application/json"


def shown_type(content_type: str, *, beginning: bytes = b"") -> str | None:
    """The type under which a browser may show a file that begins so, or None if it may only be saved."""
    if content_type in INLINE:
        return content_type
    return f"text/plain; charset={_charset(beginning)}" if is_text(content_type) else None


def _charset(beginning: bytes) -> str:
    """UTF-8 if it can be that; else what old programs write."""
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)  # the last character may be cut
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"
