"""The `document` step: what is in a file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from backend.catalog.fields import ValueTemplate
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType
from backend.common.json import JSON
from workers.documents.limits import SECONDS, Refused
from workers.documents.reader import read_document

Part = Literal["text", "tables", "metadata"]
_HINT = "Give it a file, such as the field of a form or the result of a step that saves one; or a text."


def _as_list(value: JSON) -> JSON:
    return [value] if isinstance(value, str) else value


class DocumentConfig(Config):
    """The form."""

    file: ValueTemplate = Field(
        title="File",
        description="A file: PDF, DOCX, XLSX, PPTX, HTML, e-mail, CSV, text or image. A text is taken as it is.",
        examples=["{{ webhook_payload.document }}"],
    )
    extract: Annotated[list[Part], BeforeValidator(_as_list)] = Field(
        default=["text", "metadata"],
        min_length=1,
        max_length=3,
        title="What to read",
        description="text, tables and metadata. Looking for tables in PDF takes time.",
        examples=[["text", "tables"]],
    )


class Document(StepType[DocumentConfig], type="document"):
    """Reads the text, tables and metadata of a document. Scans and images come back as pictures for a vision model."""

    label = "Document"
    icon = "file-text"
    category = "Data"
    color = "cyan"
    Config = DocumentConfig
    default_timeout = SECONDS

    def run(self, config: DocumentConfig, context: StepContext) -> Result:
        """`{kind, name, text, pages, tables, metadata, needs_vision, images, attachments, truncated}`."""
        name, content_type, data = _content(config.file, context)
        try:
            found = read_document(
                data,
                name=name,
                content_type=content_type,
                tables="tables" in config.extract,
                seconds=min(context.timeout or SECONDS, SECONDS),
                cancelled=context.cancelled,
            )
        except Refused as refused:
            message = f"{name}: {refused.message}"
            raise StepFailed(message, error_type=_TYPES.get(refused.kind, "document"), hint=refused.hint) from refused
        context.log(f"{name}: {found['kind']}, {len(found['text']):,} characters")
        return Result(_shaped(found, config, context, name=name))


_TYPES = {"too_large": "too_large", "timeout": "timeout"}


def _content(value: JSON, context: StepContext) -> tuple[str, str, bytes]:
    if isinstance(value, Mapping) and "$file" in value:
        data = context.files.open(value)
        return str(value.get("name", "file")), str(value.get("content_type", "")), data
    if isinstance(value, str) and value.strip():
        return "text", "text/plain", value.encode()
    raise StepFailed("There is no file.", error_type="validation", hint=_HINT)


def _shaped(found: Mapping[str, Any], config: DocumentConfig, context: StepContext, *, name: str) -> dict[str, JSON]:
    pictures = [
        context.files.save(f"{name}-{number}.png", "image/png", base64.b64decode(text))
        for number, text in enumerate(found.get("pictures", ()), start=1)
    ]
    if found["kind"] == "image" and isinstance(config.file, Mapping):
        pictures = [dict(config.file)]
    return {
        "kind": found["kind"],
        "name": name,
        "text": found["text"] if "text" in config.extract else "",
        "pages": found.get("pages", []) if "text" in config.extract else [],
        "tables": found.get("tables", []) if "tables" in config.extract else [],
        "metadata": found.get("metadata", {}) if "metadata" in config.extract else {},
        "needs_vision": bool(pictures),
        "images": pictures,
        "attachments": [_attachment(entry, context) for entry in found.get("attachments", ())],
        "truncated": found["truncated"],
    }


def _attachment(entry: Mapping[str, Any], context: StepContext) -> dict[str, JSON]:
    return context.files.save(entry["name"], entry["content_type"], base64.b64decode(entry["data"]))
