"""One call of a webhook, from its address to its answer. Whatever fails on the way, no job is started.

The order is: workflow, method, caller's network, rate, size, identity, and only then the content. What runs is the
published version; a caller supplies the payload and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from backend.common.errors import AppError
from backend.common.json import JSON
from backend.common.networks import is_within
from backend.common.parsers import read_limited
from backend.files import services as files
from backend.jobs import ends, sql, state
from backend.jobs import selectors as job_selectors
from backend.jobs.models import Job
from backend.triggers import answer, presets, streaming
from backend.triggers.answer import Answer
from backend.triggers.downloads import FileChunks
from backend.triggers.errors import AddressRefused, CallerUnknown, LengthRequired, MethodRefused
from backend.triggers.hot import Facts
from backend.triggers.incoming import Incoming
from backend.triggers.models import Webhook
from backend.triggers.payload import read_payload, shown_headers, shown_query
from backend.triggers.selectors import webhooks as selectors
from backend.triggers.services import calls, deliveries
from backend.triggers.services.calls import Delivery
from backend.triggers.verify import Auth, Call, NotAuthentic, Proof, verify

LONGEST_WAIT = 300.0  # seconds that any caller may hold a thread of the web process


class Reception:
    """One call on its way from the address to the answer."""

    def __init__(
        self, incoming: Incoming, webhook: Webhook, path: str, *, provided: sql.Statement | None = None
    ) -> None:
        self.incoming, self.webhook = incoming, webhook
        self.provided = provided
        self.now = timezone.now()
        self.call = Call({}, b"")
        self.facts = Facts(
            received_at=self.now,
            method=incoming.method[:10],
            path=path[:300],
            address=incoming.address[:45],
            content_type=incoming.headers.get("content-type", "")[:200],
        )

    def answer(self) -> Answer:
        """What the caller gets; a refusal is written down and raised."""
        try:
            delivery = self.delivery()
            said = presets.handshake(self.webhook.auth, delivery.job_input["webhook_payload"])
            if said is not None:
                return answer.in_json(said, status=200)
            return self._answer_of(calls.delivery_accept(self.webhook, delivery))
        except AppError as exc:
            self._note(exc)
            raise

    def answer_of(self, job: Job) -> Answer:
        """The same for a call whose delivery has started a job."""
        try:
            return self._answer_of(job)
        except AppError as exc:
            self._note(exc)
            raise

    def _note(self, refusal: AppError) -> None:
        seen = {"headers": shown_headers(self.incoming.headers), "query": self.incoming.query}
        deliveries.refusal_note(
            self.webhook, self.facts, status=refusal.status, detail=refusal.detail, request=seen, body=self.call.body
        )

    def delivery(self) -> Delivery:
        """The call, if nothing is in its way; raises AppError."""
        webhook = self.webhook
        version = selectors.version_called(webhook)
        _check_method(self.facts.method, allowed=webhook.methods)
        _check_network(self.facts.address, networks=webhook.ip_allow)
        calls.call_admit(webhook, now=self.now)
        self.call = read_call(self.incoming, max_bytes=webhook.max_body)
        self.facts.size = len(self.call.body)
        secrets = selectors.webhook_secrets(webhook, now=self.now)
        proof = _verified(self.call, auth=webhook.auth, secrets=secrets, now=self.now)
        content = Content.of(self.call, query=self.incoming.query, organization=webhook.organization_id)
        return Delivery(
            version=version,
            job_input=content.values,
            facts=self.facts,
            replay_key=proof.replay_key,
            idempotency=_idempotency(self.call, header=webhook.idempotency_header),
            files=content.files,
            provided=self.provided,
        )

    def _answer_of(self, job: Job) -> Answer:
        timeout = min(self.webhook.timeout, LONGEST_WAIT)
        match self.webhook.respond:
            case "when_finished":
                return self._with_file(_finished(job.id, timeout=timeout))
            case "streaming":
                headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
                return Answer(200, b"", headers, stream=streaming.frames(job.id, timeout=timeout))
            case _:
                return answer.accepted(job.id, status=job.status)

    def _with_file(self, given: Answer) -> Answer:
        """A stored file that is the body is opened now, so that one that is gone can still be refused."""
        if not given.file:
            return given
        return replace(given, stream=FileChunks(self.webhook.organization_id, given.file))


# --- content --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Content:
    """What a workflow sees of a call, and the files that came with it."""

    values: dict[str, JSON]
    files: tuple[UUID, ...]

    @classmethod
    def of(cls, call: Call, *, query: str, organization: UUID) -> Content:
        """Reads it; files are stored at once, and deleted in a day if no job needs them."""
        kept: list[UUID] = []

        def keep(name: str, content_type: str, data: bytes) -> JSON:
            file = files.file_store(organization, name=name, content_type=content_type, data=data)
            kept.append(file.pk)
            return files.reference(file)

        values: dict[str, JSON] = {
            "webhook_payload": read_payload(call.body, content_type=call.headers.get("content-type", ""), keep=keep),
            "webhook_headers": shown_headers(call.headers),
            "webhook_query": shown_query(query),
        }
        return cls(values, tuple(kept))


def read_call(incoming: Incoming, *, max_bytes: int) -> Call:
    """Headers and body, if the body is not too long and says how long it is."""
    headers = incoming.headers
    if "chunked" in headers.get("transfer-encoding", "").lower() and "content-length" not in headers:
        raise LengthRequired
    return Call(headers, read_limited(incoming.body, max_bytes=max_bytes))


# --- checks ---------------------------------------------------------------------------------------------------------


def _check_method(method: str, *, allowed: list[str]) -> None:
    if method not in allowed:
        raise MethodRefused(method, allowed=allowed)


def _check_network(address: str, *, networks: list[str]) -> None:
    if networks and not is_within(address, networks=networks):
        raise AddressRefused


def _verified(call: Call, *, auth: str, secrets: list[str], now: datetime) -> Proof:
    try:
        return verify(call, auth=auth, secrets=secrets, now=now.timestamp())
    except NotAuthentic as exc:
        challenge = {Auth.BEARER: "Bearer", Auth.BASIC: 'Basic realm="webhook"'}.get(Auth(auth), "Signature")
        raise CallerUnknown(str(exc), headers={"WWW-Authenticate": challenge}) from exc


def _idempotency(call: Call, *, header: str) -> str:
    return call.headers.get(header.lower(), "") if header else ""


# --- answers --------------------------------------------------------------------------------------------------------


def _finished(job_id: UUID, *, timeout: float) -> Answer:
    seen = ends.job_wait(job_id, timeout=timeout, until=ends.rests)
    if seen.status not in state.ENDED:
        return answer.accepted(job_id, status=seen.status, waiting=job_selectors.waiting_of(job_id))
    if seen.status == "SUCCESS":
        return answer.succeeded(response=seen.response, output=seen.output)
    return answer.failed(job_id, status=seen.status, error=seen.error)
