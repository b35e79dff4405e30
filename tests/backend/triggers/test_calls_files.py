"""Files in calls become references; a file may be the answer."""

from __future__ import annotations

import pytest

from backend.files.models import FileUse, StoredFile
from backend.files.selectors import file_open
from backend.files.services import file_store
from backend.jobs.models import Job
from tests.backend.triggers.calling import assert_refused, post

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.STEPGRAPH_HOME = tmp_path


def multipart(*parts):
    lines = []
    for name, file_name, content_type, data in parts:
        head = f'--B\r\nContent-Disposition: form-data; name="{name}"'
        head += f'; filename="{file_name}"\r\nContent-Type: {content_type}' if file_name else ""
        lines.append(head.encode() + b"\r\n\r\n" + data + b"\r\n")
    return b"".join(lines) + b"--B--\r\n"


def content_of(file):
    with file_open(file.organization_id, file.pk) as source:
        return source.read()


def test_files_of_a_form_are_stored_and_named(client, make_hook):
    body = multipart(
        ("note", "", "", "für Ann".encode()),
        ("scan", "a.png", "image/png", PNG),
        ("pages", "1.txt", "text/plain", b"one"),
        ("pages", "2.txt", "text/plain", b"two"),
    )

    response = post(client, make_hook(), body, content_type="multipart/form-data; boundary=B")

    job = Job.objects.get()
    payload = job.input["webhook_payload"]
    assert response.status_code == 202, response.content
    assert payload["note"] == "für Ann"
    scan = StoredFile.objects.get(pk=payload["scan"]["$file"])
    assert (payload["scan"]["name"], payload["scan"]["size"], content_of(scan)) == ("a.png", len(PNG), PNG)
    assert [page["name"] for page in payload["pages"]] == ["1.txt", "2.txt"]
    assert FileUse.objects.filter(job_id=job.pk).count() == 3


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(PNG, "image/png"), (PNG, "application/octet-stream"), (b"a\0b", "text/plain"), (b"\xff\xfe", "")],
)
def test_a_binary_body_is_a_file(client, make_hook, body, content_type):
    response = post(client, make_hook(), body, content_type=content_type)

    payload = Job.objects.get().input["webhook_payload"]
    assert response.status_code == 202
    assert content_of(StoredFile.objects.get(pk=payload["$file"])) == body


def test_text_in_another_encoding_is_a_file_since_guessing_would_spoil_it(client, make_hook):
    post(client, make_hook(), "é".encode("latin-1"), content_type="text/plain; charset=iso-8859-1")

    assert "$file" in Job.objects.get().input["webhook_payload"]


def test_too_many_files_start_nothing(client, make_hook):
    body = multipart(*[("f", f"{number}.txt", "text/plain", b"x") for number in range(21)])

    assert_refused(post(client, make_hook(), body, content_type="multipart/form-data; boundary=B"), 400)


def test_an_unsigned_call_stores_no_file(client, make_hook):
    assert_refused(post(client, make_hook(auth="hmac"), PNG, content_type="image/png"), 401)

    assert StoredFile.objects.count() == 0


def test_a_file_is_answered_as_it_is_and_apart_from_the_console(client, make_hook, organization):
    hook = make_hook(respond="when_finished", timeout=0.1, idempotency_header="Idempotency-Key")
    file = file_store(organization, name="Rapport é.pdf", content_type="application/pdf", data=b"%PDF-1")
    post(client, hook, **{"Idempotency-Key": "a"})
    Job.objects.update(status="SUCCESS", response={"status": 200, "headers": {}, "body": file.reference()})

    response = post(client, hook, **{"Idempotency-Key": "a"})

    assert (response.status_code, b"".join(response.streaming_content)) == (200, b"%PDF-1")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Rapport%20%C3%A9.pdf"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_file_of_another_organisation_is_no_answer(client, make_hook):
    from backend.accounts.services.organizations import organization_create

    other = organization_create(name="Globex", owner=None)
    file = file_store(other, name="secret.txt", content_type="text/plain", data=b"secret")
    hook = make_hook(respond="when_finished", timeout=0.1, idempotency_header="Idempotency-Key")
    post(client, hook, **{"Idempotency-Key": "a"})
    Job.objects.update(status="SUCCESS", response={"status": 200, "headers": {}, "body": file.reference()})

    response = post(client, hook, **{"Idempotency-Key": "a"})

    assert response.status_code == 404
