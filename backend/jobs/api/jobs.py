"""HTTP of jobs: start, list, look, cancel, retry, follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import JSONField

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.common import ids
from backend.common.errors import Invalid, Unavailable
from backend.common.json import JSON
from backend.common.negotiation import OneForm
from backend.common.openapi import page_of
from backend.common.pagination import paginated
from backend.jobs import ends, logs, numbered, selectors, serializers, services, shapes, state, stream
from backend.workflows import selectors as workflow_selectors


class Execute(OrganizationView):
    """Starts a job with the input below `context`."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.WORKFLOW_RUN}

    @extend_schema(request=serializers.ExecuteInput, responses={201: shapes.JobDetailShape})
    def post(self, request: Request, ref: str) -> Response:
        return self.start(ref, **self.validated(serializers.ExecuteInput))

    def start(self, ref: str, *, wait: float = 0, **asked: JSON) -> Response:
        """The job, after its end if `wait` (seconds) allows."""
        workflow = workflow_selectors.workflow_get(self.actor.organization, key=ref)
        job = services.job_execute(self.actor, workflow, services.Asked(**asked))
        if wait:
            ends.job_wait(job.id, timeout=wait)
        return Response(detail(self, job.id), status=201)


class Run(Execute):
    """Starts a job with the bare body as its input."""

    @extend_schema(request=dict, responses={201: shapes.JobDetailShape})
    def post(self, request: Request, ref: str) -> Response:
        if not isinstance(request.data, dict):
            raise Invalid("The body must be a JSON object: its fields become the job's input.")
        return self.start(ref, context=request.data)


class JobList(OrganizationView):
    """The organisation's jobs, newest first."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(
        operation_id="api_jobs_list", parameters=[serializers.JobFilters], responses={200: page_of(shapes.JobShape)}
    )
    def get(self, request: Request) -> Response:
        filters = serializers.JobFilters(data=request.query_params)
        filters.is_valid(raise_exception=True)
        jobs = selectors.job_list(self.actor.organization, **filters.validated_data)
        return paginated(request, jobs, shape=serializers.job_summary)


class JobDetail(OrganizationView):
    """One job with its steps."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(responses={200: shapes.JobDetailShape})
    def get(self, request: Request, job_id: str) -> Response:
        job = selectors.job_get(self.actor.organization, job_id)
        return Response(numbered.job_detail(job) if ids.is_number(job_id) else serializers.job_detail(job))


class JobDefinition(OrganizationView):
    """The definition that a job ran from, which a draft may have left behind long ago."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(responses={200: dict})
    def get(self, request: Request, job_id: str) -> Response:
        return Response(selectors.job_get(self.actor.organization, job_id).version.definition)


class JobLogs(OrganizationView):
    """The log of all steps as one text."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(responses={200: shapes.LogsShape})
    def get(self, request: Request, job_id: str) -> Response:
        job = selectors.job_get(self.actor.organization, job_id)
        lines = logs.lines(job, level=request.query_params.get("level", ""))
        return Response({"logs": "\n".join(lines)})


class StepOutput(OrganizationView):
    """The whole output of one step run, of which a job shows only the beginning when it is large."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(responses={200: JSONField()})
    def get(self, request: Request, job_id: str, step: str) -> HttpResponseBase:
        output = selectors.step_output(selectors.job_get(self.actor.organization, job_id), step)
        if hasattr(output, "read"):
            return FileResponse(output, content_type="application/json")
        return Response(output)


class StepLog(OrganizationView):
    """The whole log of one step run, of which a job shows only the end when it is long."""

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}

    @extend_schema(responses={200: shapes.StepLogShape})
    def get(self, request: Request, job_id: str, step: str) -> Response:
        return Response({"log": logs.step_log(selectors.job_get(self.actor.organization, job_id), step)})


class SendEvent(OrganizationView):
    """Gives an event to the steps that wait for it."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.WORKFLOW_RUN}

    @extend_schema(request=serializers.EventInput, responses={202: shapes.EventSentShape})
    def post(self, request: Request) -> Response:
        reached = services.event_send(self.actor.organization, **self.validated(serializers.EventInput))
        return Response({"reached": reached}, status=202)


class JobEvents(OrganizationView):
    """Server-sent events of a job, resumable by Last-Event-ID; answered by the `live` process.

    With `?live=1` also what steps say while they run, without a number of its own: `step.log` with the lines of a
    script (`first`: the number of the first one in the step's log), and `step.progress` with what a step tells.
    """

    permissions: ClassVar[Mapping[str, Permission]] = {"GET": Permission.JOB_VIEW}
    content_negotiation_class = OneForm  # browsers ask for text/event-stream and nothing else

    @extend_schema(
        parameters=[OpenApiParameter("live", bool, description="Also log lines and progress as they come.")],
        responses={(200, "text/event-stream"): str},
    )
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        job = selectors.job_get(self.actor.organization, job_id)
        if not hasattr(request._request, "scope"):  # noqa: SLF001 only the ASGI handler's request has one
            raise Unavailable("Events are served by the live process. Send this path to it in your proxy.")
        after = stream.last_seen(request.headers.get("Last-Event-ID") or request.query_params.get("last_event_id", ""))
        if job.status in state.ENDED and after >= job.event_seq:
            return HttpResponse(status=204)  # there will be no more: browsers stop asking
        stream.let_go_of_database()
        frames = stream.frames(job.id, after=after, text=request.query_params.get("live") in {"1", "true"})
        response = StreamingHttpResponse(frames, content_type="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        return response


def detail(view: OrganizationView, job_id: UUID) -> dict[str, JSON]:
    """The job as the API shows it."""
    return serializers.job_detail(selectors.job_get(view.actor.organization, job_id))
