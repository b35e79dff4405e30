"""The notification step: one connector or several channels, and what it tells of them."""

from __future__ import annotations

import json

import pytest

from backend.catalog.fields import Marked
from backend.catalog.steps import StepFailed
from tests.http_server import Answer
from tests.workers.steps.fakes import FakeContext
from workers.steps.notification import Notification


@pytest.fixture
def context(server, mails):
    """Mail, a chat that works and a chat that does not."""
    server.answers["/chat"] = Answer(body=b"ok")
    server.answers["/broken"] = Answer(500)
    return FakeContext(
        variables={"workflow": {"slug": "alerts"}},
        connectors={
            "mail": ("smtp", mails.config),
            "chat": ("slack", {"webhook_url": f"{server.url}/chat"}),
            "broken": ("slack", {"webhook_url": f"{server.url}/broken"}),
        },
    )


def run(context, **config):
    return Notification().run(Notification.Config.model_validate(config), context).output


def test_mail(context, mails):
    found = run(context, connector="mail", to="ann@example.com, bob@example.com", subject="Hello", body="World")

    assert found == {
        "deliveries": [
            {"connector": "mail", "recipient": "ann@example.com", "status": "sent"},
            {"connector": "mail", "recipient": "bob@example.com", "status": "sent"},
        ],
        "failed": 0,
    }
    assert (mails.mails[0].message["Subject"], mails.mails[0].text.strip()) == ("Hello", "World")


def test_one_failing_channel_stops_no_other(context, mails, server):
    found = run(
        context,
        channels=[{"connector": "broken"}, {"connector": "mail", "to": ["ann@example.com"], "body": "Other"}, "chat"],
        subject="Disk",
        body="Full",
    )

    assert found["failed"] == 1
    assert [(one["connector"], one["status"]) for one in found["deliveries"]] == [
        ("broken", "failed"),
        ("mail", "sent"),
        ("chat", "sent"),
    ]
    assert "500" in found["deliveries"][0]["error"]
    assert mails.mails[0].text.strip() == "Other"
    assert [line for line in context.lines if line.startswith("warning: broken")]


def test_it_fails_if_all_fail(context):
    with pytest.raises(StepFailed) as caught:
        run(context, channels=["broken", "broken"], body="x")

    assert (caught.value.error_type, caught.value.retryable) == ("notification", True)
    assert caught.value.message.startswith("2 of 2 messages were not delivered.")


def test_or_if_one_fails_and_all_are_required(context, server):
    with pytest.raises(StepFailed) as caught:
        run(context, channels=["broken", "chat"], body="x", require="all")

    assert caught.value.retryable is False  # or the chat would hear it again


def test_html(context, mails):
    run(context, connector="mail", to=["ann@example.com"], subject="a", body="<p>Hello <b>you</b></p>", format="html")

    assert mails.mails[0].html.strip() == "<p>Hello <b>you</b></p>"
    assert mails.mails[0].text.strip() == "Hello you"


def test_markdown(context, mails):
    run(context, connector="mail", to=["ann@example.com"], subject="a", body="Hello **you**", format="markdown")

    assert "<strong>you</strong>" in mails.mails[0].html
    assert mails.mails[0].text.strip() == "Hello **you**"


@pytest.mark.parametrize(
    ("path", "format_", "expected"),
    [
        ("body", "html", "html"),
        ("channels[0].body", "markdown", "html"),
        ("body", "text", "text"),
        ("subject", "html", "text"),
    ],
)
def test_values_are_escaped_in_html(path, format_, expected):
    assert Notification.context_of(Marked(path, "template", "text", "x"), {"format": format_}) == expected


def test_attachments(context, mails):
    file = context.save("a.csv", "text/csv", b"a,b")

    run(context, connector="mail", to=["ann@example.com"], subject="a", body="b", attachments=file)

    (attached,) = mails.mails[0].message.iter_attachments()
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("a.csv", b"a,b")


def test_attachments_are_files(context):
    with pytest.raises(StepFailed, match="not a file"):
        run(context, connector="mail", to=["ann@example.com"], subject="a", body="b", attachments=["x"])


def test_a_recipient_twice_is_one(context, mails):
    run(context, connector="mail", to=["ann@example.com", "ann@example.com "], subject="a", body="b")

    assert mails.mails[0].recipients == ["ann@example.com"]


def test_where_it_comes_from(context, server):
    server.answers["/hook"] = Answer()
    context.connectors["hook"] = ("webhook", {"url": f"{server.url}/hook"})

    run(context, connector="hook", body="b", severity="warning")

    assert {"job": "job-1", "step": "step", "workflow": "alerts", "severity": "warning"}.items() <= json.loads(
        server.seen[0].body
    ).items()


@pytest.mark.parametrize(
    ("config", "paths"),
    [
        ({"connector": "a", "body": "x"}, []),
        ({"channels": ["a"], "subject": "x"}, []),
        ({"channels": [{"connector": "a", "body": "x"}]}, []),
        ({"body": "x"}, ["connector"]),
        ({"connector": "a", "channels": ["b"], "body": "x"}, ["connector"]),
        ({"connector": "a"}, ["body"]),
    ],
)
def test_forms(config, paths):
    assert [found.path for found in Notification.check(Notification.Config.model_validate(config))] == paths
