"""The page behind a link from a mail, made for telephones: it works without scripts and without signing in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backend.approvals import selectors
from backend.approvals.models import Approval, ApprovalLink
from backend.approvals.services import deciding
from backend.common.errors import AppError
from backend.common.json import JSON
from backend.files import selectors as files
from backend.files.errors import FileGone

_INPUTS = {"number": "number", "integer": "number", "boolean": "checkbox"}
_NO_TRACES = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@csrf_exempt  # the token in the address is what nobody else can know
@require_http_methods(["GET", "HEAD", "POST"])
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the question; only POST decides, since mail scanners follow links too."""
    try:
        link = selectors.link_get(token)
        if request.method != "POST":
            return _page(request, link)
        return _decided(request, link)
    except AppError as error:
        return _answer(error)


link_page.permissions = {"GET": "public", "POST": "public"}  # type: ignore[attr-defined]  # as all routes declare


@require_http_methods(["GET", "HEAD"])
def link_document(request: HttpRequest, token: str, number: int) -> HttpResponseBase:  # noqa: ARG001 Django's own
    """A document of the question, to be saved."""
    try:
        approval = selectors.link_get(token).approver.approval
        reference = approval.documents[number] if number < len(approval.documents) else {}
        stored = files.file_get(approval.organization, str(reference.get("$file", "")))
        content = files.file_open(approval.organization, stored.id)
    except AppError as error:
        return _answer(error)
    answer = FileResponse(content, as_attachment=True, filename=stored.name, content_type="application/octet-stream")
    for name, value in {**_NO_TRACES, "Content-Security-Policy": "default-src 'none'; sandbox"}.items():
        answer[name] = value
    return answer


link_document.permissions = {"GET": "public"}  # type: ignore[attr-defined]


def _decided(request: HttpRequest, link: ApprovalLink) -> HttpResponse:
    approval = link.approver.approval
    decision = deciding.REJECTED if request.POST.get("decision") == "reject" else deciding.APPROVED
    if request.POST.get("decision") not in {"approve", "reject"}:
        return _page(request, link, problem="Choose whether to approve or to reject.")
    answer = deciding.Answer(decision, request.POST.get("comment", "")[:10_000], _values(approval.form, request.POST))
    try:
        deciding.decide_by_link(link, answer)
    except AppError as error:
        if error.status != 400:
            raise
        told = "; ".join(f"{problem.path.removeprefix('form.')}: {problem.message}" for problem in error.problems)
        return _page(request, link, problem=told or error.detail)
    values = {"title": "Thank you", "text": f"“{approval.title}” is {decision}, as far as you decide.", "good": True}
    return _rendered("done", values)


def _page(request: HttpRequest, link: ApprovalLink, *, problem: str = "") -> HttpResponse:
    approval = link.approver.approval
    status = selectors.status_of(approval)
    if status != "pending":
        values = {"title": f"This is {status}", "text": "There is nothing left to decide.", "good": False}
        return _rendered("done", values)
    values = {
        "approval": approval,
        "workflow": approval.job.workflow,
        "email": link.approver.email,
        "fields": list(_fields(approval, request.POST)),
        "documents": [{"number": n, **_document(one)} for n, one in enumerate(approval.documents)],
        "problem": problem,
        "comment": request.POST.get("comment", ""),
    }
    return _rendered("decide", values, status=400 if problem else 200)


def _answer(error: AppError) -> HttpResponse:
    title = "This link does not work" if isinstance(error, FileGone) or error.status == 404 else error.short
    values = {"title": title, "text": error.detail, "good": False}
    return _rendered("done", values, status=error.status)


def _rendered(name: str, values: Mapping[str, JSON], *, status: int = 200) -> HttpResponse:
    return HttpResponse(render_to_string(f"approvals/{name}.html", dict(values)), status=status, headers=_NO_TRACES)


def _document(reference: JSON) -> dict[str, JSON]:
    return {"name": str(reference.get("name") or "Document")} if isinstance(reference, dict) else {"name": "Document"}


# --- the form -------------------------------------------------------------------------------------------------------


def _fields(approval: Approval, sent: Mapping[str, Any]) -> Iterator[dict[str, JSON]]:
    """One input for each field of the schema that an HTML form can hold; anything else is written as JSON."""
    schema = approval.form or {}
    required = schema.get("required") or []
    for name, field in (schema.get("properties") or {}).items():
        known = field if isinstance(field, dict) else {}
        default = known.get("default")
        yield {
            "name": f"form.{name}",
            "label": known.get("title") or name,
            "help": known.get("description", ""),
            "input": _input(known),
            "choices": [str(choice) for choice in known.get("enum") or []],
            "required": name in required,
            "value": sent.get(f"form.{name}", "" if default is None else str(default)),
        }


def _input(field: Mapping[str, JSON]) -> str:
    if field.get("enum"):
        return "select"
    kind = field.get("type")
    return _INPUTS.get(str(kind), "text" if kind == "string" else "json")


def _values(schema: JSON, sent: Mapping[str, Any]) -> dict[str, JSON]:
    fields = (schema or {}).get("properties") or {}
    found = {name: _value(field, sent.get(f"form.{name}")) for name, field in fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(field: JSON, text: str | None) -> JSON:
    """What an input holds, in the field's own type; what does not fit stays text, and the schema says so."""
    kind = field.get("type") if isinstance(field, dict) else None
    if kind == "boolean":
        return text is not None
    if text is None or text == "":
        return None
    if kind == "string" or (kind is None and isinstance(field, dict) and "enum" in field):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
