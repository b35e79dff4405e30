"""The public pages of forms: `/forms/<token>/`, and what became of one that was sent.

Plain pages without the console: they work on any phone, with any reader, and without scripts.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from backend.accounts.models import User
from backend.accounts.permissions import Permission
from backend.accounts.views import declare
from backend.common.errors import AppError, Invalid
from backend.common.json import JSON
from backend.files import services as files
from backend.files.selectors import file_get
from backend.jobs import ends, state
from backend.jobs.models import Job
from backend.triggers.downloads import FileChunks
from backend.triggers.forms import reading
from backend.triggers.forms.fields import Field, fields_of
from backend.triggers.forms.reading import Filled
from backend.triggers.models import Form
from backend.triggers.selectors import forms as selectors
from backend.triggers.services import forms

_SALT = "form-result"
_RESULT_SECONDS = 24 * 3600  # how long the page of a result can be opened
_FIRST_WAIT = 2.0  # seconds in which short workflows answer without a second look
_MOST_FILES = 20
_TOO_LARGE = 413
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_GET_POST = {"GET": Permission.PUBLIC, "POST": Permission.PUBLIC}


@csrf_exempt  # pages of members are checked below; those of everybody have nothing that a stranger could misuse
@declare(**_GET_POST)
def form_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page, and where it is sent to."""
    form = selectors.form_of(token)
    if form is None:
        return _message(request, 404, "There is no such form", "The address may be mistyped, or the form was removed.")
    refused = _refused(request, form)
    if refused is not None:
        return refused
    if request.method == "POST":
        return _sent(request, form)
    if request.method not in {"GET", "HEAD"}:
        return _message(request, 405, "Not like this", "Open the form in a browser.")
    return _page(request, form, Filled(), status=200)


@declare(GET=Permission.PUBLIC)
def form_result(request: HttpRequest, token: str, result: str) -> HttpResponseBase:
    """How the job of a form that was sent is doing, and what it gave."""
    found = _result_of(request, token, result)
    if isinstance(found, HttpResponseBase):
        return found
    job = found.job
    waits = found.form.respond == "when_finished"
    context = {
        "form": found.form,
        "title": forms.title_of(found.form),
        "waits": waits,
        "running": waits and job.status not in state.ENDED,
        "succeeded": job.status == "SUCCESS",
        "outputs": _outputs(job) if waits and job.status == "SUCCESS" else [],
    }
    return _rendered(request, "triggers/result.html", context, status=200)


@declare(GET=Permission.PUBLIC)
def form_file(request: HttpRequest, token: str, result: str, file_id: UUID) -> HttpResponseBase:
    """A file that the job gave, for the person who sent the form."""
    found = _result_of(request, token, result)
    if isinstance(found, HttpResponseBase):
        return found
    given = {item["file"] for item in _outputs(found.job)} if found.form.respond == "when_finished" else set()
    if str(file_id) not in given:
        return _message(request, 404, "There is no such file", "It may have been deleted.")
    stored = file_get(found.form.organization_id, file_id)
    headers = {
        **_HEADERS,
        "Content-Type": stored.content_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(stored.name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return StreamingHttpResponse(FileChunks(found.form.organization_id, file_id), headers=headers)


# --- who ------------------------------------------------------------------------------------------------------------


def _refused(request: HttpRequest, form: Form) -> HttpResponseBase | None:
    """Why somebody does not get the form, if so."""
    if not form.workflow.is_active or form.workflow.published_version is None:
        return _message(request, 409, "This form is closed", "It is not taking answers right now. Try again later.")
    if form.access == "public":
        return None
    user = _user(request)
    if user is None:
        return HttpResponseRedirect(f"/sign-in?next={quote(request.path)}")
    if not selectors.may_fill_in(form, user):
        return _message(request, 403, "This form is not for you", "Ask its owner to let you start workflows.")
    return _forged(request) if request.method == "POST" else None


def _user(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _forged(request: HttpRequest) -> HttpResponseBase | None:
    """Django's own check, which the view is exempt from for the sake of forms that anybody may send."""
    check = CsrfViewMiddleware(lambda _: HttpResponse())
    check.process_request(request)
    refused = check.process_view(request, lambda _: HttpResponse(), (), {})
    if refused is None:
        return None
    return _message(request, 403, "Send it again", "The page was open for too long. Load it again and send it.")


# --- sending --------------------------------------------------------------------------------------------------------


def _sent(request: HttpRequest, form: Form) -> HttpResponseBase:
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_FILE_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return _message(request, 413, "That is too much", "The files are larger than allowed. Send smaller ones.")
    fields = _fields(form)
    kept: list[UUID] = []
    try:
        uploads = _uploads(request, form, fields, kept)
        filled = reading.read(fields, sent=dict(request.POST.lists()), files=uploads)
        reading.check(_schema(form), filled)
        if filled.errors:
            return _page(request, form, filled, status=422)
        nonce = request.POST.get("_nonce", "")[:64]
        job = forms.form_sent(form, values=filled.values, files=kept, nonce=nonce, sender=_sender(request, form))
    except Invalid as error:
        filled = Filled(errors={"": " ".join([error.detail, *(problem.message for problem in error.problems)])})
        return _page(request, form, filled, status=422)
    except AppError as error:
        title = "That is too much" if error.status == _TOO_LARGE else "This form is closed"
        return _message(request, error.status, title, error.detail)
    if form.respond == "when_finished":
        ends.job_wait(job.pk, timeout=min(form.timeout, _FIRST_WAIT))
    result = signing.dumps({"job": str(job.pk), "form": str(form.pk)}, salt=_SALT)
    return HttpResponseRedirect(f"/forms/{form.token}/{result}/", status=303)


def _sender(request: HttpRequest, form: Form) -> User | None:
    return _user(request) if form.access == "members" else None


def _uploads(request: HttpRequest, form: Form, fields: list[Field], kept: list[UUID]) -> dict[str, list[JSON]]:
    asked = {one.name for one in fields if one.kind in {"file", "files"}}
    found: dict[str, list[JSON]] = {}
    for name, uploads in request.FILES.lists():
        if name not in asked:
            continue
        for upload in uploads:
            if len(kept) >= _MOST_FILES:
                raise Invalid(f"Send at most {_MOST_FILES} files.")
            file = files.file_store(
                form.organization_id,
                name=upload.name or "file",
                content_type=upload.content_type or "",
                stream=upload.file,
            )
            kept.append(file.pk)
            found.setdefault(name, []).append(files.reference(file))
    return found


# --- pages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Question:
    """A field as the page shows it."""

    field: Field
    value: str
    chosen: tuple[str, ...]
    error: str


def _schema(form: Form) -> Mapping[str, JSON] | None:
    version = form.workflow.published_version
    schema = version.definition.get("inputs") if version else None
    return schema if isinstance(schema, dict) else None


def _fields(form: Form) -> list[Field]:
    return fields_of(_schema(form))


def _page(request: HttpRequest, form: Form, filled: Filled, *, status: int) -> HttpResponse:
    fields = _fields(form)
    questions = [_question(request, one, filled) for one in fields]
    context = {
        "form": form,
        "title": forms.title_of(form),
        "questions": questions,
        "errors": [question for question in questions if question.error],
        "general_error": filled.errors.get("", ""),
        "has_files": any(one.kind in {"file", "files"} for one in fields),
        "nonce": request.POST.get("_nonce", "")[:64] or secrets.token_urlsafe(16),
        "checks_forgery": form.access == "members",
    }
    return _rendered(request, "triggers/form.html", context, status=status)


def _question(request: HttpRequest, one: Field, filled: Filled) -> _Question:
    error = filled.errors.get(one.name, "")
    if request.method != "POST":
        chosen = one.chosen or ((one.value,) if one.value else ())
        return _Question(one, one.value, chosen, error)
    sent = request.POST.getlist(one.name)
    return _Question(one, sent[-1] if sent else "", tuple(sent), error)


def _message(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"title": title, "text": text}
    return _rendered(request, "triggers/message.html", context, status=status)


def _rendered(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(template, dict(context), request), status=status, headers=_HEADERS)


# --- results --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Result:
    form: Form
    job: Job


def _result_of(request: HttpRequest, token: str, result: str) -> _Result | HttpResponseBase:
    gone = _message(request, 404, "There is no such answer", "It can be opened for a day. Send the form again.")
    form = selectors.form_of(token)
    try:
        ids = signing.loads(result, salt=_SALT, max_age=_RESULT_SECONDS)
    except signing.BadSignature:
        return gone
    if form is None or ids.get("form") != str(form.pk):
        return gone
    if form.access == "members" and not selectors.may_fill_in(form, _user(request)):
        return HttpResponseRedirect(f"/sign-in?next={quote(request.path)}")
    job = selectors.form_job(form, job_id=ids["job"])
    return gone if job is None else _Result(form, job)


def _outputs(job: Job) -> list[dict[str, str]]:
    """What the output step gave, one line for each key."""
    output = job.output if isinstance(job.output, dict) else {"": job.output}
    if "$file" in output:
        output = {"": output}
    return [_shown(str(name), value) for name, value in output.items()]


def _shown(name: str, value: JSON) -> dict[str, str]:
    label = name.replace("_", " ").capitalize()
    if isinstance(value, dict) and isinstance(value.get("$file"), str):
        return {"label": label, "text": str(value.get("name") or "file"), "file": value["$file"], "long": ""}
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return {"label": label, "text": text, "file": "", "long": "yes" if "\n" in text or len(text) > 120 else ""}
