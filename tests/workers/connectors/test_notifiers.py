"""What each service is sent, on the wire, and how its answers are judged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs

import pytest

from backend.catalog.connectors import ConnectorType, Outside
from backend.common.egress import EgressPolicy
from tests.http_server import Answer
from workers.connectors.notifications._base import Attachment, Message, plain

# One of Apprise's modules imports what Python 3.13 does without.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

OUTSIDE = Outside(EgressPolicy.from_words(["127.0.0.0/8"]))
MESSAGE = Message(
    "Disk <full>",
    "90 % & rising @everyone",
    severity="critical",
    key="job/step",
    details={"job": "job", "step": "step", "workflow": "alerts"},
)


def make(kind, outside=OUTSIDE, **config):
    found = ConnectorType.registry.get(kind)
    return found(found.Config.model_validate(config), outside=outside)


def sent(server):
    return json.loads(server.seen[-1].body)


def test_slack(server):
    server.answers["/services/T/B/secret"] = Answer(body=b"ok")

    deliveries = make("slack", webhook_url=f"{server.url}/services/T/B/secret").send(MESSAGE, ["#critical-alerts"])

    assert [(one.recipient, one.status) for one in deliveries] == [("#critical-alerts", "sent")]
    assert sent(server) == {
        "text": "*Disk &lt;full&gt;*\n90 % &amp; rising @everyone",
        "channel": "#critical-alerts",
    }


def test_slack_without_a_channel(server):
    server.answers["/hook"] = Answer(body=b"ok")

    make("slack", webhook_url=f"{server.url}/hook").send(MESSAGE, ())

    assert "channel" not in sent(server)


def test_teams(server):
    server.answers["/hook"] = Answer(202)

    (delivery,) = make("teams", webhook_url=f"{server.url}/hook").send(MESSAGE, ())

    assert delivery.status == "sent"
    content = sent(server)["attachments"][0]["content"]
    assert content["type"] == "AdaptiveCard"
    assert [block["text"] for block in content["body"]] == ["Disk <full>", "90 % & rising @everyone"]


def test_discord(server):
    server.answers["/hook"] = Answer(204)
    connector = make("discord", webhook_url=f"{server.url}/hook")

    connector.send(MESSAGE, ())
    plain_body = sent(server)
    connector.send(Message("a", "b" * 3000, attachments=(Attachment("x.txt", "text/plain", b"content"),)), ())

    assert plain_body["allowed_mentions"] == {"parse": []}
    assert plain_body["content"].startswith("**Disk <full>**\n")
    assert b'name="files[0]"; filename="x.txt"' in server.seen[-1].body
    assert b"content" in server.seen[-1].body


def test_telegram(server):
    server.answers["/bot123:abc/sendMessage"] = Answer(body=b'{"ok": true}')
    connector = make("telegram", bot_token="123:abc", chat_id=-100, base_url=server.url)

    assert [one.recipient for one in connector.send(MESSAGE, ())] == ["-100"]
    assert [one.recipient for one in connector.send(MESSAGE, ["1", "2"])] == ["1", "2"]
    assert sent(server) == {"chat_id": "2", "text": "Disk <full>\n90 % & rising @everyone"}


def test_pagerduty(server):
    server.answers["/v2/enqueue"] = Answer(202)

    make("pagerduty", routing_key="r0uting", base_url=server.url).send(MESSAGE, ())

    event = sent(server)
    assert (event["routing_key"], event["event_action"], event["dedup_key"]) == ("r0uting", "trigger", "job/step")
    assert (event["payload"]["summary"], event["payload"]["severity"]) == ("Disk <full>", "critical")
    assert event["payload"]["source"] == "alerts"


def test_twilio(server):
    server.answers["/2010-04-01/Accounts/AC1/Messages.json"] = Answer(201, body=b"{}")
    connector = make("twilio", account_sid="AC1", auth_token="t0ken", base_url=server.url, **{"from": "+1"})

    deliveries = connector.send(MESSAGE, ["+2", "+3"])

    assert [one.status for one in deliveries] == ["sent", "sent"]
    assert parse_qs(server.seen[0].body.decode())["To"] == ["+2"]
    assert server.seen[0].headers["authorization"] == "Basic " + base64.b64encode(b"AC1:t0ken").decode()
    assert connector.send(MESSAGE, ())[0].status == "failed"


def test_webhook_is_signed(server):
    server.answers["/hook"] = Answer(204)
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()

    make("webhook", url=f"{server.url}/hook", secret=secret, headers={"X-Team": "ops"}).send(MESSAGE, ["a"])

    seen = server.seen[0]
    signed = f"{seen.headers['webhook-id']}.{seen.headers['webhook-timestamp']}.".encode() + seen.body
    proof = base64.b64encode(hmac.new(b"0123456789abcdef", signed, hashlib.sha256).digest()).decode()
    own = hmac.new(secret.encode(), f"{seen.headers['x-timestamp']}.".encode() + seen.body, hashlib.sha256).hexdigest()
    assert seen.headers["webhook-signature"] == f"v1,{proof}"
    assert seen.headers["x-signature-256"] == f"sha256={own}"
    assert seen.headers["x-team"] == "ops"
    assert {"subject": "Disk <full>", "to": ["a"], "job": "job", "workflow": "alerts"}.items() <= sent(server).items()


def test_apprise(server):
    server.answers["/alerts"] = Answer()

    (delivery,) = make("apprise", url=f"json://127.0.0.1:{server.port}/alerts").send(MESSAGE, ())

    assert delivery.status == "sent"
    assert {"title": "Disk <full>", "type": "failure"}.items() <= sent(server).items()


def test_apprise_under_the_guard(server):
    server.answers["/alerts"] = Answer()
    connector = make("apprise", Outside(EgressPolicy()), url=f"json://127.0.0.1:{server.port}/alerts")

    (delivery,) = connector.send(MESSAGE, ())

    assert delivery.status == "failed"
    assert "STEPGRAPH_EGRESS_ALLOW" in delivery.error
    assert server.seen == []


@pytest.mark.parametrize("url", ["nothing", "syslog://", "dbus://", "unknown://x"])
def test_apprise_addresses_that_are_refused(url):
    assert make("apprise", url=url).send(MESSAGE, ())[0].status == "failed"


HOOKS = [
    ("slack", lambda url: {"webhook_url": f"{url}/hook-s3cret"}),
    ("teams", lambda url: {"webhook_url": f"{url}/hook-s3cret"}),
    ("discord", lambda url: {"webhook_url": f"{url}/hook-s3cret"}),
    ("telegram", lambda url: {"bot_token": "s3cret", "chat_id": "1", "base_url": url}),
    ("webhook", lambda url: {"url": f"{url}/hook"}),
    ("twilio", lambda url: {"account_sid": "a", "auth_token": "s3cret", "from": "1", "to": ["2"], "base_url": url}),
    ("pagerduty", lambda url: {"routing_key": "s3cret", "base_url": url}),
]


@pytest.mark.parametrize(("kind", "config"), HOOKS, ids=[kind for kind, _ in HOOKS])
def test_a_service_that_fails_is_told_without_secrets(server, kind, config):
    # No path is known, so that every request is answered 404.
    (delivery,) = make(kind, **config(server.url)).send(MESSAGE, ())

    assert (delivery.status, delivery.retryable) == ("failed", False)
    assert "404" in delivery.error
    assert "s3cret" not in delivery.error


@pytest.mark.parametrize(("kind", "config"), HOOKS, ids=[kind for kind, _ in HOOKS])
def test_the_guard_holds(server, kind, config):
    (delivery,) = make(kind, Outside(EgressPolicy()), **config(server.url)).send(MESSAGE, ())

    assert "STEPGRAPH_EGRESS_ALLOW" in delivery.error
    assert "s3cret" not in delivery.error
    assert server.seen == []


def test_plain_text_of_html():
    html = "<style>p {}</style><p>Hello <b>you</b> &amp; me</p><ul><li>one</li><li>two</li></ul><script>x</script>"

    assert [line for line in plain(html).splitlines() if line] == ["Hello you & me", "one", "two"]
