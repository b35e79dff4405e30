"""Forms: the page, sending it, who may, the result; setting them up."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.accounts.models import Role
from backend.files.models import FileUse
from backend.jobs.models import Job
from backend.triggers.models import Form
from backend.triggers.services import forms
from tests.backend.factories import make_member, make_user

JSON = "application/json"
INPUTS = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "title": "Your name", "minLength": 2},
        "days": {"type": "integer", "minimum": 1, "description": "Whole days."},
        "kind": {"enum": ["leave", "travel"], "default": "leave"},
        "scan": {"type": "object", "format": "file"},
        "agreed": {"type": "boolean"},
    },
}


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.STEPGRAPH_HOME = tmp_path


@pytest.fixture
def workflow(workflow):
    version = workflow.published_version
    version.definition = {**version.definition, "inputs": INPUTS}
    version.save()
    return workflow


@pytest.fixture
def make_form(workflow):
    """Makes forms of the workflow."""

    def make(**values):
        return forms.form_create(workflow, values={"title": "Holiday request", **values})

    return make


def address(form):
    return f"/forms/{form.token}/"


def send(client, form, **values):
    return client.post(address(form), {"name": "Ann", **values})


def end(**fields):
    Job.objects.update(**fields)


def text_of(response):
    return response.content.decode()


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_page_asks_what_the_workflow_needs(client, make_form):
    response = client.get(address(make_form(description="Ask a week ahead.\n\nThank you.")))

    page = text_of(response)
    assert response.status_code == 200
    assert "<h1>Holiday request</h1>" in page
    assert "<p>Thank you.</p>" in page
    assert '<label for="field-name">Your name</label>' in page
    assert re.search(r'<input type="text" value="" id="field-name" name="name" minlength="2" required\s*>', page)
    assert 'aria-describedby="field-days-help"' in page
    assert re.search(r'<input type="radio" name="kind" value="leave" checked>', page)
    assert '<input type="file" id="field-scan"' in page
    assert 'enctype="multipart/form-data"' in page


def test_the_page_is_light_and_guarded(client, make_form):
    response = client.get(address(make_form()))

    assert len(response.content) < 8000
    assert set(re.findall(r'(?:src|href)="(/[^"]+)"', text_of(response))) == {
        "/assets/stepgraph.svg",
        "/static/triggers/form.css",
        "/static/triggers/form.js",
    }
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


def test_what_people_wrote_in_the_workflow_is_never_markup(client, make_form, workflow):
    version = workflow.published_version
    evil = "<script>alert(1)</script>"
    version.definition = {**version.definition, "inputs": {"properties": {"a": {"title": evil, "default": evil}}}}
    version.save()

    page = text_of(client.get(address(make_form(title=evil, description=evil))))

    assert evil not in page


@pytest.mark.parametrize("file", ["form.css", "form.js", "result.js"])
def test_what_the_page_loads_is_there(file):
    from django.contrib.staticfiles import finders

    assert finders.find(f"triggers/{file}")


# --- sending --------------------------------------------------------------------------------------------------------


def test_sending_starts_a_job_with_typed_values_and_files(client, make_form, workflow):
    form = make_form(start_at="read")
    scan = SimpleUploadedFile("scan.png", b"\x89PNG", content_type="image/png")

    response = send(client, form, days="3", kind="travel", scan=scan)

    job = Job.objects.get()
    assert response.status_code == 303
    assert response.headers["Location"].startswith(address(form))
    assert (job.triggered_by, job.start_at, job.version_id) == ("FORM", "read", workflow.published_version_id)
    given = {name: job.input[name] for name in ("name", "days", "kind", "agreed")}
    assert given == {"name": "Ann", "days": 3, "kind": "travel", "agreed": False}
    assert (job.input["scan"]["name"], job.input["scan"]["size"]) == ("scan.png", 4)
    assert job.input["form"] == {"id": str(form.pk), "title": "Holiday request", "sender": None}
    assert FileUse.objects.get().job_id == job.pk


def test_wrong_answers_come_back_with_words_beside_each(client, make_form):
    response = client.post(address(make_form()), {"name": "A", "days": "0", "kind": "travel"})

    page = text_of(response)
    assert response.status_code == 422
    assert Job.objects.count() == 0
    assert '<a href="#field-name">Your name</a>: Write at least 2 characters.' in page
    assert 'id="field-days-error">Write a number of at least 1.' in page
    assert 'aria-invalid="true"' in page
    assert 'value="travel" checked' in page
    assert '<input type="text" value="A" id="field-name"' in page


def test_the_same_page_sent_twice_starts_one_job(client, make_form):
    form = make_form()
    nonce = re.search(r'name="_nonce" value="([^"]+)"', text_of(client.get(address(form))))[1]

    for _ in range(2):
        send(client, form, _nonce=nonce)
    send(client, form, _nonce="another")

    assert Job.objects.count() == 2


@pytest.mark.parametrize("closed", ["workflow", "unpublished"])
def test_a_closed_form_says_so(client, make_form, workflow, closed):
    form = make_form()
    workflow.is_active = closed != "workflow"
    workflow.published_version = None if closed == "unpublished" else workflow.published_version
    workflow.save()

    assert (client.get(address(form)).status_code, send(client, form).status_code) == (409, 409)
    assert Job.objects.count() == 0


def test_a_form_that_is_off_looks_as_if_there_were_none(client, make_form):
    off = client.get(address(make_form(is_active=False)))
    none = client.get("/forms/nothing-here-at-all/")

    assert (off.status_code, none.status_code) == (404, 404)
    assert text_of(off) == text_of(none)


def test_more_than_allowed_is_refused(client, make_form, settings):
    settings.MAX_FILE_BYTES = 1000
    big = SimpleUploadedFile("big.bin", b"x" * 2000)

    response = send(client, make_form(), scan=big)

    assert (response.status_code, Job.objects.count()) == (413, 0)


# --- members --------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser_of(organization):
    """`browser_of("operator")`: a signed-in member; a stranger without a role."""

    def make(role=None, **options):
        user = make_user(f"user-{role}")
        if role:
            make_member(organization, user, role=role)
        browser = Client(**options)
        browser.force_login(user)
        return browser

    return make


def test_members_forms_ask_strangers_to_sign_in(make_form):
    form = make_form(access="members")

    response = Client().get(address(form))

    assert (response.status_code, response.headers["Location"]) == (302, f"/sign-in?next={address(form)}")


@pytest.mark.parametrize(("role", "status"), [("operator", 200), ("owner", 200), ("viewer", 403), (None, 403)])
def test_members_forms_are_for_members_who_may_start_jobs(make_form, browser_of, role, status):
    assert browser_of(role).get(address(make_form(access="members"))).status_code == status


def test_members_forms_cannot_be_sent_from_another_site(make_form, browser_of):
    form = make_form(access="members")
    browser = browser_of("operator", enforce_csrf_checks=True)

    forged = send(browser, form)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text_of(browser.get(address(form))))[1]
    real = send(browser, form, csrfmiddlewaretoken=token)

    assert (forged.status_code, real.status_code) == (403, 303)
    job = Job.objects.get()
    assert job.input["form"]["sender"] == job.created_by.email == "user-operator@example.com"


# --- the result -----------------------------------------------------------------------------------------------------


@pytest.fixture
def result_of(client, make_form):
    """Sends a form that waits, and opens its result once the job is as told."""

    def open_(form=None, **fields):
        form = form or make_form(respond="when_finished", timeout=0.1)
        location = send(client, form).headers["Location"]
        end(**fields)
        return location, client.get(location)

    return open_


def test_a_form_that_does_not_wait_says_thank_you(client, make_form):
    page = text_of(client.get(send(client, make_form()).headers["Location"]))

    assert "Thank you" in page
    assert "have arrived" in page


def test_a_result_is_waited_for_and_then_shown(client, result_of):
    location, running = result_of(status="RUNNING")
    assert "data-running" in text_of(running)
    assert 'aria-live="polite"' in text_of(running)

    end(status="SUCCESS", output={"days_left": 7, "note": "<b>Enjoy</b>"})
    page = text_of(client.get(location))

    assert "data-running" not in page
    assert "<dt>Days left</dt>" in page
    assert "&lt;b&gt;Enjoy&lt;/b&gt;" in page


def test_a_failure_is_told_without_the_inside(result_of):
    _, response = result_of(status="FAILED", error={"message": "password of db is hunter2"})

    assert "That did not work" in text_of(response)
    assert "hunter2" not in text_of(response)


def test_a_file_of_the_result_can_be_fetched_and_no_other(client, result_of, organization):
    from backend.files.services import file_store

    given = file_store(organization, name="paß.pdf", content_type="application/pdf", data=b"%PDF")
    other = file_store(organization, name="other.pdf", content_type="application/pdf", data=b"%PDF")

    location, page = result_of(status="SUCCESS", output={"paper": given.reference()})

    assert f'href="files/{given.pk}/"' in text_of(page)
    fetched = client.get(f"{location}files/{given.pk}/")
    assert b"".join(fetched.streaming_content) == b"%PDF"
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{location}files/{other.pk}/").status_code == 404


def test_a_result_cannot_be_guessed_or_taken_to_another_form(client, result_of, make_form):
    location, _ = result_of(status="SUCCESS", output={})
    signed = location.rstrip("/").rsplit("/", 1)[1]

    assert client.get(f"{address(make_form())}{signed}/").status_code == 404
    assert client.get(location.replace(signed, signed[:-2] + "xx")).status_code == 404


# --- setting up -----------------------------------------------------------------------------------------------------


def test_a_form_is_made_shown_changed_rotated_and_removed(key_client, workflow):
    editor = key_client()

    made = editor.post("/api/forms/", {"workflow": "intake", "access": "members"}, content_type=JSON).json()
    assert made["url"].endswith(f"/forms/{Form.objects.get().token}/")
    assert (made["access"], made["respond"], made["is_active"]) == ("members", "immediately", True)
    changed = editor.patch(f"/api/forms/{made['id']}/", {"title": "Ask"}, content_type=JSON).json()
    assert changed["title"] == "Ask"
    assert editor.post(f"/api/forms/{made['id']}/rotate/").json()["url"] != made["url"]
    assert key_client(Role.VIEWER).get("/api/forms/?workflow=intake").json()["results"][0]["url"] is None
    assert editor.delete(f"/api/forms/{made['id']}/").status_code == 204


def test_publishing_makes_forms_and_keeps_their_address(workflow):
    trigger = {"id": "ask", "type": "form", "title": "Ask", "access": "members"}
    forms.workflow_published(workflow, [trigger])
    before = Form.objects.get()

    forms.workflow_published(workflow, [trigger | {"title": "Ask us"}])
    after = Form.objects.get()
    assert (after.token, after.title, after.access) == (before.token, "Ask us", "members")

    forms.workflow_published(workflow, [])
    after.refresh_from_db()
    assert not after.is_active
