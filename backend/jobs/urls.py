"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from backend.jobs.api import control, jobs, retention, sandbox, system, testing

urlpatterns = [
    path("api/workflows/<str:ref>/execute/", jobs.Execute.as_view()),
    path("api/workflows/<str:ref>/run/", jobs.Run.as_view()),
    path("api/events/", jobs.SendEvent.as_view()),
    path("api/jobs/", jobs.JobList.as_view()),
    path("api/jobs/bulk/", control.JobBulk.as_view()),
    path("api/jobs/<str:job_id>/", jobs.JobDetail.as_view()),
    path("api/jobs/<str:job_id>/steps/<path:step>/output/", jobs.StepOutput.as_view()),
    path("api/jobs/<str:job_id>/definition/", jobs.JobDefinition.as_view()),
    path("api/jobs/<str:job_id>/steps/<path:step>/log/", jobs.StepLog.as_view()),
    path("api/jobs/<str:job_id>/logs/", jobs.JobLogs.as_view()),
    path("api/jobs/<str:job_id>/events/", jobs.JobEvents.as_view()),
    path("api/jobs/<str:job_id>/cancel/", control.JobCancel.as_view()),
    path("api/jobs/<str:job_id>/pause/", control.JobPause.as_view()),
    path("api/jobs/<str:job_id>/resume/", control.JobResume.as_view()),
    path("api/jobs/<str:job_id>/resolve/", control.JobResolve.as_view()),
    path("api/jobs/<str:job_id>/retry/", control.JobRetry.as_view()),
    path("api/steps/test/", testing.StepTest.as_view()),
    path("api/retention/", retention.Retention.as_view()),
    path("api/sandbox/", sandbox.Sandbox.as_view()),
    path("api/sandbox/packages/", sandbox.SandboxPackages.as_view()),
    path("api/system/", system.System.as_view()),
    path("api/system/checkup/", system.Checkup.as_view()),
    path("health/live", system.Live.as_view()),
    path("health/ready", system.Ready.as_view()),
]
