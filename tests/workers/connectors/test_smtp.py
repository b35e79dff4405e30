"""E-mail to a server that really speaks SMTP."""

from __future__ import annotations

import pytest

from backend.catalog.connectors import Outside
from backend.common.egress import EgressPolicy
from tests.mail import mail_server
from tests.stack import free_port
from workers.connectors.notifications._base import Attachment, Message
from workers.connectors.notifications.smtp import Smtp

OUTSIDE = Outside(EgressPolicy.from_words(["127.0.0.0/8"]))


def smtp(server, *, outside=OUTSIDE, **changes):
    return Smtp(Smtp.Config.model_validate({**server.config, **changes}), outside=outside)


def test_text_html_and_attachment(mails):
    file = Attachment("Bericht ä.csv", "text/csv", "a,ä\n".encode())
    message = Message("Übersicht\nzwei", "Text ä", "<b>Text ä</b>", (file,), key="job/step")

    deliveries = smtp(mails).send(message, ["Ann <ann@example.com>", "bob@example.com"])

    assert [(one.recipient, one.status) for one in deliveries] == [
        ("Ann <ann@example.com>", "sent"),
        ("bob@example.com", "sent"),
    ]
    (mail,) = mails.mails
    assert (mail.sender, mail.recipients) == ("flows@example.com", ["ann@example.com", "bob@example.com"])
    assert (mail.message["From"], mail.message["Subject"]) == ("Stepgraph <flows@example.com>", "Übersicht zwei")
    assert (mail.text.strip(), mail.html.strip()) == ("Text ä", "<b>Text ä</b>")
    (attached,) = mail.message.iter_attachments()
    assert (attached.get_filename(), attached.get_payload(decode=True).decode()) == ("Bericht ä.csv", "a,ä\n")


def test_a_refused_recipient_stops_no_other(mails):
    deliveries = smtp(mails).send(Message("a", "b"), ["nobody@example.com", "ann@example.com", "no address"])

    found = {one.recipient: (one.status, one.error) for one in deliveries}
    assert found["ann@example.com"] == ("sent", "")
    assert found["nobody@example.com"] == ("failed", "550 no such mailbox")
    assert found["no address"][0] == "failed"
    assert mails.mails[0].recipients == ["ann@example.com"]


def test_all_recipients_refused(mails):
    (delivery,) = smtp(mails).send(Message("a", "b"), ["nobody@example.com"])

    assert (delivery.status, delivery.error, delivery.retryable) == ("failed", "550 no such mailbox", False)


def test_the_same_message_has_the_same_id(mails):
    for key in ("job/step", "job/step", "job/other"):
        smtp(mails).send(Message("a", "b", key=key), ["ann@example.com"])

    one, again, other = (mail.message["Message-ID"] for mail in mails.mails)
    assert one == again != other


def test_recipients_of_the_connector(mails):
    smtp(mails, to=["ops@example.com"]).send(Message("a", "b"), ())

    assert mails.mails[0].recipients == ["ops@example.com"]


@pytest.mark.parametrize(("answer", "again"), [("451 later", True), ("554 never", False)])
def test_an_answer_of_the_server_is_told(mails, answer, again):
    mails.answers.append(answer)

    (delivery,) = smtp(mails).send(Message("a", "b"), ["ann@example.com"])

    assert (delivery.status, delivery.retryable) == ("failed", again)
    assert answer in delivery.error


def test_signing_in():
    with mail_server(password="s3cret") as server:
        good = smtp(server, user="ann", password="s3cret")
        wrong = smtp(server, user="ann", password="wrong")

        assert good.test().ok
        assert good.send(Message("a", "b"), ["x@example.com"])[0].status == "sent"
        found = wrong.test()

    assert not found.ok
    assert "refused the user or the password" in found.message
    assert server.mails[0].recipients == ["x@example.com"]


def test_starttls_is_demanded_where_it_is_said(mails):
    found = smtp(mails, tls=True).test()

    assert not found.ok
    assert "STARTTLS" in found.message


def test_the_guard_holds_for_mail(mails):
    found = smtp(mails, outside=Outside(EgressPolicy())).test()

    assert not found.ok
    assert "STEPGRAPH_EGRESS_ALLOW" in found.message
    assert mails.mails == []


def test_nobody_listens(mails):
    (delivery,) = smtp(mails, port=free_port()).send(Message("a", "b"), ["ann@example.com"])

    assert (delivery.status, delivery.retryable) == ("failed", True)


@pytest.mark.parametrize("sender", ["nothing", "Name only"])
def test_the_sender_is_an_address(mails, sender):
    with pytest.raises(ValueError, match="e-mail address"):
        smtp(mails, **{"from": sender})
