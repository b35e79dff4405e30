"""Watched mailboxes on a real IMAP server: each message starts its jobs once, whatever happens on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from backend.accounts.models import Organization
from backend.connectors.models import Connector
from backend.connectors.services.connectors import connector_update
from backend.files.selectors import file_open
from backend.jobs.models import Job
from backend.notices.models import Notice
from backend.triggers.models import WatchedMailbox
from backend.triggers.services import mailboxes
from backend.workflows.models import Workflow, WorkflowVersion
from backend.workflows.resources import missing
from backend.workflows.services import publish_listeners
from tests.backend.factories import make_api_key, make_member, make_user
from tests.imap import ImapServer, imap_server
from tests.workers.engine.conftest import output
from workers.mailboxes import letters
from workers.mailboxes.watching import look_at_one

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.4 not much of one"


@pytest.fixture
def imap(connect: Callable[..., None], settings: Any) -> ImapServer:
    settings.STEPGRAPH_EGRESS_ALLOW = ["127.0.0.0/8"]
    running = imap_server()
    running.empty()
    connect("inbox", "imap", **running.config)
    return running


@pytest.fixture
def watch(acme: Organization) -> Callable[..., WatchedMailbox]:
    """`watch(per="attachment", inputs={…})`: a published workflow with a mailbox trigger, looked into once."""

    def make(*, inputs: dict | None = None, look: bool = True, **options: Any) -> WatchedMailbox:
        trigger = {"id": "post", "type": "mailbox", "connector": "inbox", **options}
        definition = {
            "stepgraph": 1, "name": "Intake", "steps": [output({"subject": "mail.subject"})], "triggers": [trigger],
            **({"inputs": inputs} if inputs else {}),
        }  # fmt: skip
        flow = Workflow.objects.create(organization=acme, slug="intake", name="Intake", definition=definition)
        flow.published_version = WorkflowVersion.objects.create(
            workflow=flow, number=1, definition=definition, checksum="1"
        )
        flow.save()
        for listener in publish_listeners:
            listener(flow, [trigger], before=[])
        if look:
            look_at_one()
        return WatchedMailbox.objects.get()

    return make


def mail(subject: str, *files: tuple[str, bytes], sender: str = "Ana <ana@example.com>") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "inbox@example.com", subject
    made["Date"], made["Message-ID"] = "Tue, 3 Mar 2026 10:00:00 +0200", f"<{subject}@example.com>"
    made.set_content(f"Hello, here is {subject}.")
    for name, data in files:
        made.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return bytes(made)


def look() -> WatchedMailbox:
    """As if its time had come."""
    WatchedMailbox.objects.update(due_at=timezone.now())
    assert look_at_one()
    return WatchedMailbox.objects.get()


def jobs() -> list[dict]:
    return [job.input for job in Job.objects.order_by("id")]


def test_a_new_mail_starts_a_job_once_and_an_old_one_none(imap: ImapServer, watch, acme: Organization) -> None:
    imap.deliver(mail("old"))
    watch()
    imap.deliver(mail("Rechnung Nr. 7 – März", ("rechnung.pdf", PDF)))

    box = look()
    look()

    (job,) = Job.objects.all()
    found = job.input["mail"]
    assert (job.triggered_by, box.mails, box.problem) == ("MAIL", 1, "")
    assert (found["from"], found["from_name"], found["subject"]) == ("ana@example.com", "Ana", "Rechnung Nr. 7 – März")
    assert (found["date"], found["to"]) == ("2026-03-03T10:00:00+02:00", ["inbox@example.com"])
    assert "here is" in found["text"]
    (file,) = found["attachments"]
    assert (file["name"], file["content_type"], file["size"]) == ("rechnung.pdf", "application/pdf", len(PDF))
    with file_open(acme, file["$file"]) as attached, file_open(acme, found["message"]["$file"]) as message:
        assert attached.read() == PDF
        assert b"Message-ID" in message.read()
    assert imap.unread() == 1, "the old one"


def test_each_file_gets_a_job_and_mail_is_put_away(imap: ImapServer, watch) -> None:
    watch(per="attachment", file_input="document", move_to="Archive", existing=True, look=False)
    imap.deliver(mail("two", ("a.pdf", PDF), ("b.pdf", PDF + b"2")))
    imap.deliver(mail("none"))

    look()

    assert [one["document"]["name"] for one in jobs()] == ["a.pdf", "b.pdf", "none.eml"]
    assert (imap.count(), imap.count("Archive")) == (0, 2)


def test_many_workers_take_each_mail_once(imap: ImapServer, watch) -> None:
    watch()
    for number in range(6):
        imap.deliver(mail(f"n{number}"))
    WatchedMailbox.objects.update(due_at=timezone.now())
    looked: list[bool] = []

    def work() -> None:
        looked.append(look_at_one())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(looked) == [False, False, False, True]
    assert len({one["mail"]["subject"] for one in jobs()}) == len(jobs()) == 6


def test_a_worker_that_was_too_slow_makes_no_second_job(imap: ImapServer, watch) -> None:
    watch()
    imap.deliver(mail("slow"))
    WatchedMailbox.objects.update(due_at=timezone.now())
    slow = mailboxes.claim_due()
    assert slow is not None
    WatchedMailbox.objects.update(due_at=timezone.now())  # its time is up, another one looks
    look_at_one()

    with pytest.raises(mailboxes.ClaimLost):
        mailboxes.mail_take(slow, letters.read(1, mail("slow")))
    mailboxes.failed(slow, "too late to count")

    assert len(jobs()) == 1
    assert WatchedMailbox.objects.get().failures == 0


def test_a_folder_that_is_numbered_anew_starts_nothing_twice(imap: ImapServer, watch) -> None:
    watch()
    imap.deliver(mail("first"))
    before = look().validity
    time.sleep(1.1)  # the server makes the new number from the time in seconds
    imap.empty()
    imap.deliver(mail("first"))
    imap.deliver(mail("second"))

    box = look()

    assert box.validity != before
    assert sorted(one["mail"]["subject"] for one in jobs()) == ["first", "second"]


def test_what_is_wrong_is_shown_told_and_mended(imap: ImapServer, watch, acme: Organization, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:9"  # nothing is sent here: the message is a row
    make_member(acme, make_user("ana"), role="owner")
    watch()
    row = Connector.objects.get()
    connector_update(row, values={"config": {**imap.config, "password": "wrong-password"}})
    imap.deliver(mail("waits"))
    api = APIClient()
    api.credentials(HTTP_X_API_KEY=make_api_key(acme))

    failing = [look() for _ in range(3)][-1]
    (shown,) = api.get("/api/mailboxes/?workflow=intake").json()["results"]
    connector_update(row, values={"config": imap.config})
    asked = api.post(f"/api/mailboxes/{failing.pk}/look/")
    look_at_one()

    assert (failing.failures, shown["status"]) == (3, "failing")
    assert "127.0.0.1 at port" in shown["problem"]
    assert "wrong-password" not in shown["problem"]
    assert failing.due_at > timezone.now() + timezone.timedelta(seconds=300)
    assert [(notice.to, "3 times in a row" in notice.body) for notice in Notice.objects.all()] == [
        (["ana@example.com"], True)
    ]
    assert asked.status_code == 202
    assert [one["mail"]["subject"] for one in jobs()] == ["waits"]
    assert WatchedMailbox.objects.get().problem == ""


def test_a_password_that_cannot_be_sent_is_told_without_showing_it(imap: ImapServer, watch) -> None:
    watch()
    connector_update(Connector.objects.get(), values={"config": {**imap.config, "password": "paßwort"}})

    box = look()

    assert box.failures == 1
    assert "beyond ASCII" in box.problem
    assert "wort" not in box.problem.removeprefix("The user or the password")


def test_a_mail_that_can_start_nothing_holds_up_no_other(imap: ImapServer, watch) -> None:
    needed = {"type": "object", "properties": {"document": {"type": "object"}, "customer": {"type": "string"}}}
    watch(inputs={**needed, "required": ["customer"]}, file_input="document")
    imap.deliver(mail("first"))
    imap.deliver(mail("second"))

    box = look()

    assert jobs() == []
    assert "first" in box.problem
    assert "customer" in box.problem
    assert (box.last_number, box.failures) == (2, 0)


def test_mail_that_can_start_nothing_is_told_once_an_hour(
    imap: ImapServer, watch, acme: Organization, settings: Any
) -> None:
    make_member(acme, make_user("alice"), role="owner")
    settings.EMAIL_URL = "smtp://127.0.0.1:9"  # nothing is sent here: the message is a row
    watch(inputs={"type": "object", "properties": {"customer": {"type": "string"}}, "required": ["customer"]})
    begun = timezone.now().hour
    for subject in ("first", "second", "third"):
        imap.deliver(mail(subject))
        assert subject in look().problem

    hours = 1 if timezone.now().hour == begun else 2
    assert 1 <= Notice.objects.count() <= hours


def test_only_mail_of_the_named_senders_counts(imap: ImapServer, watch) -> None:
    watch(senders=["@example.com", "bo@other.org"])
    for sender in ("ana@example.com", "eve@evil-example.com", "bo@other.org", "x@sub.example.com"):
        imap.deliver(mail(sender, sender=sender))

    look()

    assert [one["mail"]["from"] for one in jobs()] == ["ana@example.com", "bo@other.org"]


def test_publishing_without_the_trigger_lets_the_mailbox_rest(imap: ImapServer, watch) -> None:
    box = watch()

    mailboxes.workflow_published(box.workflow, [])

    box.refresh_from_db()
    assert (box.is_active, box.due_at) == (False, None)
    assert not look_at_one()


def test_a_mailbox_without_its_connector_is_found_before_publishing(acme: Organization) -> None:
    triggers = [
        {"id": "post", "type": "mailbox", "connector": "inbox"},
        {"id": "later", "type": "mailbox", "connector": "not-yet", "is_active": False},
    ]

    (problem,) = missing(acme, {"stepgraph": 1, "name": "Intake", "steps": [], "triggers": triggers})

    assert (problem.code, problem.path) == ("unknown_connector", "triggers[0].connector")


def nested(depth: int) -> bytes:
    """A mail of mails of mails: deeper than the library can go."""
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: deep\r\n\r\nhi"


def test_a_mail_that_cannot_be_read_holds_up_no_other(imap: ImapServer, watch) -> None:
    watch()
    imap.deliver(nested(2000))
    imap.deliver(mail("after"))

    box = look()

    assert sorted(one["mail"]["subject"] for one in jobs()) == ["", "after"]
    assert box.problem == ""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (b"<p>Hi <b>Ana</b></p><SCRIPT>if (x < y) alert('<p>')</SCRIPT ><style>p { }</style> 2 < 3", "Hi Ana 2 < 3"),
        (b"Hi " + b"<" * 300_000, "Hi " + "<" * 300_000),
        (b"Hi " + b"<script " * 100_000, "Hi"),
    ],
    ids=["usual", "never closed", "scripts never closed"],
)
def test_what_stands_between_the_tags(html: bytes, text: str) -> None:
    found = letters.read(1, b"Content-Type: text/html\r\n\r\n" + html)

    assert " ".join(found.facts["text"].split()) == text[:200_000]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00 no mail at all",
        b"From: =?x-nothing?q?broken?=\r\nSubject: =?utf-8?b?////?=\r\nDate: someday\r\n\r\nhi",
        b"Content-Type: multipart/mixed; boundary=x\r\nSubject: cut\r\n\r\n--x\r\nContent-Type: text/plain",
        b"Content-Type: text/plain; charset=no-such-charset\r\n\r\n\xe4\xf6",
        b"Content-Type: text/plain; charset=hex\r\n\r\nhi",
        b"Content-Type: text/plain; charset=idna\r\n\r\n\xff",
        b"Content-Type: text/plain; charset=\0\r\n\r\nhi",
        b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA- half a character, and \0",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Disposition: x; filename*=idna''%ff\r\n\r\n",
        b"From: " + b"(" * 5000 + b"\r\n\r\nhi",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500)),
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Disposition: attachment; filename=../../x\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"From: a@b\r\n" * 2000 + b"\r\n",
    ],
)  # fmt: skip
def test_a_broken_mail_is_still_one(content: bytes) -> None:
    found = letters.read(1, content)

    assert found.message.data == content
    assert isinstance(found.facts["text"], str)
    assert "\0" not in found.facts["text"].encode().decode()
