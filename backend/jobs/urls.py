"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from backend.jobs import api, api_control, api_retention, api_sandbox, api_system, api_testing

urlpatterns = [
    path("api/workflows/<str:ref>/execute/", api.Execute.as_view()),
    path("api/workflows/<str:ref>/run/", api.Run.as_view()),
    path("api/events/", api.SendEvent.as_view()),
    path("api/jobs/", api.JobList.as_view()),
    path("api/jobs/bulk/", api_control.JobBulk.as_view()),
    path("api/jobs/<str:job_id>/", api.JobDetail.as_view()),
    path("api/jobs/<str:job_id>/steps/<path:step>/output/", api.StepOutput.as_view()),
    path("api/jobs/<str:job_id>/definition/", api.JobDefinition.as_view()),
    path("api/jobs/<str:job_id>/steps/<path:step>/log/", api.StepLog.as_view()),
    path("api/jobs/<str:job_id>/logs/", api.JobLogs.as_view()),
    path("api/jobs/<str:job_id>/events/", api.JobEvents.as_view()),
    path("api/jobs/<str:job_id>/cancel/", api_control.JobCancel.as_view()),
    path("api/jobs/<str:job_id>/pause/", api_control.JobPause.as_view()),
    path("api/jobs/<str:job_id>/resume/", api_control.JobResume.as_view()),
    path("api/jobs/<str:job_id>/resolve/", api_control.JobResolve.as_view()),
    path("api/jobs/<str:job_id>/retry/", api_control.JobRetry.as_view()),
    path("api/steps/test/", api_testing.StepTest.as_view()),
    path("api/retention/", api_retention.Retention.as_view()),
    path("api/sandbox/", api_sandbox.Sandbox.as_view()),
    path("api/sandbox/packages/", api_sandbox.SandboxPackages.as_view()),
    path("api/system/", api_system.System.as_view()),
    path("api/system/checkup/", api_system.Checkup.as_view()),
    path("health/live", api_system.Live.as_view()),
    path("health/ready", api_system.Ready.as_view()),
]
