"""What a model is asked: instructions, prompt and files as messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backend.catalog.ai import Attachment, Message
from backend.catalog.steps import StepContext, StepFailed
from backend.common.json import JSON

_MOST_FILES_BYTES = 20_000_000


def messages(context: StepContext, *, system: str, prompt: str, files: JSON) -> Iterator[Message]:
    """The beginning of a conversation; files of text become part of the prompt. Raises StepFailed."""
    if system:
        yield Message("system", system)
    attached = list(_attachments(files, context))
    texts = [f"File {file.name}:\n{file.data.decode(errors='replace')}" for file in attached if _is_text(file)]
    rest = tuple(file for file in attached if not _is_text(file))
    yield Message("user", "\n\n".join([prompt, *texts]), attachments=rest)


def _attachments(value: JSON, context: StepContext) -> Iterator[Attachment]:
    left = _MOST_FILES_BYTES
    for ref in value if isinstance(value, Sequence) and not isinstance(value, str) else [value]:
        if ref is None:
            continue
        if not isinstance(ref, Mapping) or "$file" not in ref:
            hint = "Give it a file, such as the field of a form or the result of a step that saves one."
            raise StepFailed("“files” holds something that is not a file.", error_type="validation", hint=hint)
        data = context.files.open(ref)
        left -= len(data)
        if left < 0:
            message = f"The files are larger than {_MOST_FILES_BYTES:,} bytes together."
            raise StepFailed(message, error_type="too_large")
        yield Attachment(str(ref.get("name", "file")), str(ref.get("content_type", "")).split(";")[0].strip(), data)


def _is_text(file: Attachment) -> bool:
    return file.content_type.startswith("text/") or file.content_type in {"application/json", "application/xml"}
