"""Messages of the product itself: written as rows, sent once, tried again, given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.connectors.models import Connector
from backend.connectors.sealing import seal_connector
from backend.notices.models import DefaultChannels, Notice
from backend.notices.services import Said, notice_claim, notify
from tests.backend.factories import make_organization
from tests.http_server import Answer
from tests.mail import mail_server
from tests.stack import free_port
from workers.notices import sending
from workers.notices.courier import deliver_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme():
    return make_organization("acme")


@pytest.fixture
def mails(settings):
    with mail_server() as found:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{found.port}?from=Flows <flows@example.com>"
        yield found


@pytest.fixture
def chat(acme, server, settings):
    """The organisation's default channel."""
    settings.STEPGRAPH_EGRESS_ALLOW = ["127.0.0.0/8"]
    row = Connector(organization=acme, name="Chat", slug="chat", type="slack", config={})
    row.target = ""
    seal_connector(row, {"webhook_url": f"{server.url}/chat"})
    row.save()
    DefaultChannels.objects.create(organization=acme, channels=[{"connector": "chat", "to": []}])
    server.answers["/chat"] = Answer(body=b"ok")
    return server


def again(notice):
    Notice.objects.filter(id=notice.id).update(due_at=timezone.now() - timedelta(seconds=1))


def test_mail_by_the_installations_own_server(acme, mails):
    notify(acme.id, Said("Hello", "World", "<b>World</b>"), to=["ann@example.com"])

    assert deliver_due() == 1
    assert deliver_due() == 0

    (mail,) = mails.mails
    assert (mail.message["From"], mail.message["Subject"]) == ("Flows <flows@example.com>", "Hello")
    assert (mail.text.strip(), mail.html.strip()) == ("World", "<b>World</b>")
    assert Notice.objects.get().sent_at


def test_the_default_channel_of_the_organisation(acme, chat):
    notify(acme.id, Said("Disk", "full", severity="critical"))

    deliver_due()

    assert b"*Disk*" in chat.seen[0].body


def test_what_is_for_one_person_is_not_said_in_a_chat(acme, chat, settings):
    settings.EMAIL_URL = ""

    assert notify(acme.id, Said("Link", "secret link"), to=["ann@example.com"]) == 0

    deliver_due()
    assert chat.seen == []


def test_the_same_message_is_written_once(acme, mails):
    for _ in range(2):
        notify(acme.id, Said("Hello", "World", key="approval/1"), to=["ann@example.com"])

    deliver_due()

    assert len(mails.mails) == 1


def test_a_server_that_is_down_is_tried_again(acme, settings):
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    notify(acme.id, Said("Hello", "World"), to=["ann@example.com"])

    deliver_due()
    notice = Notice.objects.get()
    assert notice.due_at > timezone.now()
    assert notice.error

    with mail_server() as found:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{found.port}"
        again(notice)
        deliver_due()
    assert len(found.mails) == 1
    assert Notice.objects.get().error == ""


def test_only_those_who_have_not_got_it_are_tried_again(acme, mails):
    notify(acme.id, Said("Hello", "World"), to=["ann@example.com", "nobody@example.com"])

    deliver_due()

    notice = Notice.objects.get()
    assert (notice.to, notice.due_at) == (["nobody@example.com"], None)  # such a refusal is final
    assert "550" in notice.error


def test_two_workers_send_it_once(acme, mails):
    notify(acme.id, Said("Hello", "World"), to=["ann@example.com"])
    notice = Notice.objects.get()

    assert notice_claim(notice.id)
    assert notice_claim(notice.id) is None
    assert not sending.send(notice.id)


def test_it_is_given_up_at_last(acme, settings):
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    notify(acme.id, Said("Hello", "World"), to=["ann@example.com"])
    notice = Notice.objects.get()

    for _ in range(10):
        if Notice.objects.get().due_at is None:
            break
        again(notice)
        deliver_due()

    assert (Notice.objects.get().due_at, Notice.objects.get().attempts) == (None, 7)


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://mail.example.com", "mail.example.com", 587, "auto"),
        ("smtps://ann:p%40ss@mail.example.com", "mail.example.com", 465, "ssl"),
        ("smtp://mail.example.com:25?tls=none&from=a@example.com", "mail.example.com", 25, "none"),
    ],
)
def test_the_address_of_the_mail_server(url, host, port, tls):
    config = sending.own_mail(url)

    assert (config.host, config.port, config.encryption) == (host, port, tls)
    assert config.password is None or config.password.get_secret_value() == "p@ss"


@pytest.mark.parametrize("url", ["", "http://x", "smtp://"])
def test_an_address_that_is_none(url):
    with pytest.raises(ValueError, match="EMAIL_URL"):
        sending.own_mail(url)
