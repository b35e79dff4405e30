"""A mail as workflows see it. Pure; whatever is wrong with a mail, it is still one."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from itertools import islice
from typing import Final, TypeVar

from backend.common.json import JSON
from backend.jobs.sql import clean
from backend.triggers.services.mailboxes import Document, Mail

_MOST_TEXT: Final = 200_000  # characters of the body that stand in the job; all of it is in the message's file
_MOST_ATTACHMENTS: Final = 100
_BROKEN: Final = (ValueError, LookupError, AttributeError, TypeError, RecursionError)  # of the library's own parsers
# What is not closed ends with the text or at the next tag, so that no character is looked at again and again.
_TAGS: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)

T = TypeVar("T")


def read(number: int, content: bytes) -> Mail:
    """The mail of a message's bytes."""
    letter = _asked(lambda: email.message_from_bytes(content, policy=email.policy.default), EmailMessage())
    subject, sender = _header(letter, "Subject"), parseaddr(_header(letter, "From"))
    facts: dict[str, JSON] = {
        "from": sender[1],
        "from_name": sender[0],
        "to": _addresses(letter, "To"),
        "cc": _addresses(letter, "Cc"),
        "reply_to": parseaddr(_header(letter, "Reply-To"))[1] or None,
        "subject": subject,
        "date": _date(letter),
        "message_id": _header(letter, "Message-ID"),
        "text": _text(letter)[:_MOST_TEXT],
    }
    name = re.sub(r"[^\w.-]+", "-", subject).strip("-")[:80] or "message"
    return Mail(
        number=number,
        key=hashlib.sha256(content).hexdigest(),
        facts=facts,
        message=Document(f"{name}.eml", "message/rfc822", content),
        attachments=_asked(lambda: tuple(islice(_attachments(letter), _MOST_ATTACHMENTS)), ()),
    )


def is_from(mail: Mail, senders: Sequence[str]) -> bool:
    """Whether it is from one of these addresses, or domains as @example.com."""
    address = str(mail.facts["from"]).lower()
    wanted = [sender.strip().lower() for sender in senders]
    return not wanted or any(address == one or (one.startswith("@") and address.endswith(one)) for one in wanted)


def _header(letter: EmailMessage, name: str) -> str:
    return clean(" ".join(_asked(lambda: str(letter.get(name) or ""), "").split())[:2000])


def _asked(question: Callable[[], T], otherwise: T) -> T:
    """The library reads a mail when it is asked, and fails at some that are broken or nested without end."""
    try:
        return question()
    except _BROKEN:
        return otherwise


def _addresses(letter: EmailMessage, name: str) -> list[JSON]:
    nobody: list[tuple[str, str]] = []
    found = _asked(lambda: getaddresses([_header(letter, name)]), nobody)
    return [address for _, address in found if address][:200]


def _date(letter: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(_header(letter, "Date")).isoformat()
    except (ValueError, TypeError):
        return None


def _text(letter: EmailMessage) -> str:
    """The body as plain text; of mail that has only HTML, what stands between its tags."""
    body = _asked(lambda: letter.get_body(preferencelist=("plain", "html")), None)
    if not isinstance(body, EmailMessage):
        return ""
    text = clean(_decoded(body))
    return _TAGS.sub(" ", text) if _asked(body.get_content_type, "") == "text/html" else text


def _decoded(part: EmailMessage) -> str:
    """By the charset that it names, if that is one: Python knows codecs that are none, and some that refuse."""
    content = _content(part)
    text = _asked(lambda: content.decode(part.get_content_charset() or "utf-8", errors="replace"), None)
    return content.decode(errors="replace") if text is None else text


def _attachments(letter: EmailMessage) -> Iterator[Document]:
    """Files, in order; pictures of the body's own text are none."""
    for number, part in enumerate(_parts(letter), 1):
        name = _asked(part.get_filename, None) or f"file-{number}"
        yield Document(name[:200], _asked(part.get_content_type, "application/octet-stream"), _content(part))


def _parts(letter: EmailMessage) -> Iterator[EmailMessage]:
    for part in letter.walk():
        if not isinstance(part, EmailMessage) or part is letter or part.is_multipart():
            continue
        is_file = _asked(part.get_content_disposition, None) == "attachment"
        if is_file or (_asked(part.get_filename, None) and not _header(part, "Content-ID")):
            yield part


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()
