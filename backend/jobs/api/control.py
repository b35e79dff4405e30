"""HTTP of what people do with jobs: cancel, pause, resume, resolve, retry; one by one or many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.permissions import Permission
from backend.accounts.views import OrganizationView
from backend.jobs import commands, retrying, selectors, serializers, services, shapes
from backend.jobs.api.jobs import detail


class JobCommand(OrganizationView):
    """Base of the commands for one job."""

    permissions: ClassVar[Mapping[str, Permission]] = {"POST": Permission.JOB_CONTROL}


class JobCancel(JobCommand):
    """Ends a live job."""

    @extend_schema(request=serializers.CancelInput, responses={200: shapes.JobDetailShape})
    def post(self, request: Request, job_id: str) -> Response:
        reason = self.validated(serializers.CancelInput)["reason"]
        job = selectors.job_get(self.actor.organization, job_id)
        cancelled = services.job_cancel(job, reason=reason, actor=commands.name_of(self.actor))
        return Response(detail(self, cancelled.id))


class JobPause(JobCommand):
    """Holds a live job: steps that run end, and nothing more starts."""

    @extend_schema(request=None, responses={200: shapes.JobDetailShape})
    def post(self, request: Request, job_id: str) -> Response:
        job = selectors.job_get(self.actor.organization, job_id)
        return Response(detail(self, commands.job_pause(job, actor=self.actor).id))


class JobResume(JobCommand):
    """Lets a paused job go on."""

    @extend_schema(request=None, responses={200: shapes.JobDetailShape})
    def post(self, request: Request, job_id: str) -> Response:
        job = selectors.job_get(self.actor.organization, job_id)
        return Response(detail(self, commands.job_resume(job, actor=self.actor).id))


class JobResolve(JobCommand):
    """Decides about a step that was interrupted and asks how to go on."""

    @extend_schema(request=serializers.ResolveInput, responses={200: shapes.JobDetailShape})
    def post(self, request: Request, job_id: str) -> Response:
        asked = self.validated(serializers.ResolveInput)
        job = selectors.job_get(self.actor.organization, job_id)
        return Response(detail(self, commands.job_resolve(job, actor=self.actor, **asked).id))


class JobRetry(JobCommand):
    """Runs an ended job again, as a new job: all of it, from a step, or only what failed."""

    @extend_schema(request=serializers.RetryInput, responses={201: shapes.JobDetailShape})
    def post(self, request: Request, job_id: str) -> Response:
        asked = retrying.RetryAsked(**self.validated(serializers.RetryInput))
        job = selectors.job_get(self.actor.organization, job_id)
        made = retrying.job_retry(job, asked, created_by=self.actor.user)
        return Response(detail(self, made.id), status=201)


class JobBulk(JobCommand):
    """The same command for many jobs."""

    @extend_schema(request=serializers.BulkInput, responses={200: shapes.BulkShape})
    def post(self, request: Request) -> Response:
        asked = self.validated(serializers.BulkInput)
        ids = asked["ids"]
        if ids is None:
            most = commands.MOST_AT_ONCE
            ids = selectors.job_ids(self.actor.organization, most=most, **asked["filter"])
        results = commands.jobs_command(
            self.actor, action=asked["action"], jobs=ids, reason=asked["reason"], version=asked["version"]
        )
        return Response({"results": results})
