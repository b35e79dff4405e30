"""Firing: each due time once, by the schedule's rules, whatever went wrong before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.jobs.models import Job, KeptEvent
from backend.triggers.models import Schedule, ScheduleAlert, ScheduleRun
from backend.triggers.services import firing, schedules

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def make_schedule(workflow):
    """Makes schedules as if it were noon; hourly ones unless told otherwise."""

    def make(**values):
        if not {"cron", "every_seconds", "at"} & values.keys():
            values["cron"] = "0 * * * *"
        kind = "cron" if values.get("cron") else "interval" if values.get("every_seconds") else "once"
        return schedules.schedule_create(workflow, values={"kind": kind, **values}, now=NOON)

    return make


def fire(*, minutes=0.0, seconds=0.0):
    return firing.fire_due(now=NOON + timedelta(minutes=minutes, seconds=seconds))


def end_jobs(status="SUCCESS"):
    Job.objects.update(status=status)


def states(schedule):
    return list(schedule.runs.order_by("due_at").values_list("state", flat=True))


def dues():
    return [job.input["schedule"]["due_at"][11:16] for job in Job.objects.order_by("id")]


# --- once -----------------------------------------------------------------------------------------------------------


def test_a_due_schedule_starts_a_job_of_the_published_version(make_schedule, workflow):
    schedule = make_schedule(
        cron="0 13 * * *", timezone="Europe/Bucharest", context={"region": "eu"}, start_at="read", trigger_id=""
    )

    fire(minutes=23 * 60)

    job = Job.objects.get()
    assert (job.version_id, job.triggered_by, job.start_at) == (workflow.published_version_id, "SCHEDULE", "read")
    assert job.input == {
        "region": "eu",
        "schedule": {
            "id": str(schedule.pk),
            "trigger": None,
            "due_at": "2026-03-03T11:00:00Z",
            "local_time": "2026-03-03T13:00:00+02:00",
            "timezone": "Europe/Bucharest",
            "back_fill": False,
        },
    }


def test_nothing_fires_before_its_time(make_schedule):
    make_schedule()

    fire(minutes=59, seconds=59)

    assert Job.objects.count() == 0


def test_a_time_fires_once_however_often_it_is_looked_at(make_schedule):
    schedule = make_schedule()

    for seconds in (0, 0.1, 1, 30):
        fire(minutes=60, seconds=seconds)

    schedule.refresh_from_db()
    assert Job.objects.count() == schedule.run_count == 1
    assert schedule.next_due_at == NOON + timedelta(hours=2)


def test_a_time_that_has_a_row_starts_nothing_even_if_the_schedule_was_set_back(make_schedule):
    schedule = make_schedule()
    fire(minutes=60)
    Schedule.objects.filter(pk=schedule.pk).update(
        next_due_at=NOON + timedelta(hours=1), fire_at=NOON + timedelta(hours=1)
    )

    fire(minutes=61)

    assert Job.objects.count() == 1


def test_the_database_itself_refuses_a_second_row(make_schedule):
    schedule = make_schedule()
    values = {"schedule": schedule, "due_at": NOON, "state": "started", "fired_at": NOON}
    ScheduleRun.objects.create(**values)

    with pytest.raises(IntegrityError), transaction.atomic():
        ScheduleRun.objects.create(**values)


def test_one_that_cannot_be_started_is_told_and_holds_up_no_other(make_schedule, workflow):
    bad, good = make_schedule(), make_schedule()
    Schedule.objects.filter(pk=bad.pk).update(start_at="nowhere")

    fire(minutes=60)

    assert (states(bad), states(good)) == (["failed"], ["started"])
    assert "nowhere" in bad.runs.get().reason
    assert ScheduleAlert.objects.get().kind == "failed"


def test_input_that_no_longer_fits_is_told(make_schedule, workflow):
    schedule = make_schedule()
    version = workflow.published_version
    version.definition = {**version.definition, "inputs": {"type": "object", "required": ["region"]}}
    version.save()

    fire(minutes=60)

    assert "region" in schedule.runs.get().reason


def test_the_due_time_is_no_input_that_a_strict_schema_could_refuse(make_schedule, workflow):
    version = workflow.published_version
    version.definition = {**version.definition, "inputs": {"type": "object", "additionalProperties": False}}
    version.save()
    schedule = make_schedule()

    fire(minutes=60)

    assert states(schedule) == ["started"]


# --- switched off ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", ["schedule", "workflow", "everything", "unpublished"])
def test_what_is_off_fires_nothing_and_makes_up_for_nothing_later(make_schedule, workflow, organization, off):
    schedule = make_schedule(catch_up="all")
    match off:
        case "schedule":
            schedules.schedule_update(schedule, values={"is_active": False}, now=NOON)
        case "everything":
            schedules.policy_update(organization, values={"paused": True})
        case "workflow":
            workflow.is_active = False
            workflow.save()
        case "unpublished":
            version, workflow.published_version = workflow.published_version, None
            workflow.save()

    for hour in (1, 2, 3):
        fire(minutes=hour * 60 + 1)
    assert Job.objects.count() == 0
    match off:
        case "schedule":
            schedules.schedule_update(schedule, values={"is_active": True}, now=NOON + timedelta(hours=3, minutes=30))
        case "everything":
            schedules.policy_update(organization, values={"paused": False})
        case "workflow":
            workflow.is_active = True
            workflow.save()
        case "unpublished":
            workflow.published_version = version
            workflow.save()
    fire(minutes=4 * 60)

    assert dues() == ["16:00"]


# --- bounds ---------------------------------------------------------------------------------------------------------


def test_it_ends_after_its_runs(make_schedule):
    schedule = make_schedule(max_runs=2, overlap="parallel")

    for hour in (1, 2, 3):
        fire(minutes=hour * 60)

    schedule.refresh_from_db()
    assert (dues(), schedule.next_due_at) == (["13:00", "14:00"], None)


def test_it_keeps_to_its_beginning_and_end(make_schedule):
    make_schedule(starts_at=NOON + timedelta(hours=2), ends_at=NOON + timedelta(hours=3), overlap="parallel")

    for hour in range(1, 6):
        fire(minutes=hour * 60)

    assert dues() == ["14:00", "15:00"]


def test_once_fires_once(make_schedule):
    make_schedule(at=NOON + timedelta(minutes=5))

    for minutes in (4, 5, 6):
        fire(minutes=minutes)

    assert dues() == ["12:05"]


def test_jitter_moves_the_start_but_not_the_due_time(make_schedule):
    schedule = make_schedule(jitter_seconds=3600)
    offset = schedule.fire_at - schedule.next_due_at
    assert timedelta() < offset <= timedelta(hours=1)

    fire(minutes=60, seconds=offset.total_seconds() - 1)
    assert Job.objects.count() == 0
    fire(minutes=60, seconds=offset.total_seconds())

    assert dues() == ["13:00"]
    assert not ScheduleAlert.objects.exists()


# --- overlap --------------------------------------------------------------------------------------------------------


def test_skip_leaves_out_what_comes_while_a_job_lives(make_schedule):
    schedule = make_schedule(overlap="skip")
    fire(minutes=60)
    fire(minutes=120)
    end_jobs()
    fire(minutes=180)

    assert states(schedule) == ["started", "skipped", "started"]
    assert Job.objects.count() == 2


def test_parallel_starts_all(make_schedule):
    schedule = make_schedule(overlap="parallel")
    fire(minutes=60)
    fire(minutes=120)

    assert states(schedule) == ["started", "started"]


def test_queue_waits_for_the_job_before_and_keeps_the_order(make_schedule):
    schedule = make_schedule(overlap="queue")
    for hour in (1, 2, 3):
        fire(minutes=hour * 60)
    assert states(schedule) == ["started", "queued", "queued"]

    assert firing.queue_advance(now=NOON) == 0
    end_jobs()
    assert firing.queue_advance(now=NOON) == 1
    assert states(schedule) == ["started", "started", "queued"]
    assert firing.queue_advance(now=NOON) == 0
    end_jobs("FAILED")
    firing.queue_advance(now=NOON)

    assert dues() == ["13:00", "14:00", "15:00"]


def test_a_new_time_does_not_overtake_those_that_wait(make_schedule):
    schedule = make_schedule(overlap="queue")
    fire(minutes=60)
    fire(minutes=120)
    end_jobs()
    fire(minutes=180)

    assert states(schedule) == ["started", "queued", "queued"]


def test_waiting_times_rest_while_everything_rests(make_schedule, organization):
    make_schedule(overlap="queue")
    fire(minutes=60)
    fire(minutes=120)
    end_jobs()
    schedules.policy_update(organization, values={"paused": True})

    assert firing.queue_advance(now=NOON) == 0
    schedules.policy_update(organization, values={"paused": False})
    assert firing.queue_advance(now=NOON) == 1


def test_cancel_previous_ends_the_job_before(make_schedule):
    schedule = make_schedule(overlap="cancel_previous")
    fire(minutes=60)
    fire(minutes=120)

    assert states(schedule) == ["started", "started"]
    assert list(Job.objects.order_by("id").values_list("status", flat=True)) == ["CANCELLED", "QUEUED"]


# --- after a downtime -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("catch_up", "expected", "missed"),
    [("none", [], 5), ("last", ["17:00"], 4), ("all", ["13:00", "14:00", "15:00", "16:00", "17:00"], 0)],
)
def test_what_a_downtime_missed_is_made_up_for_as_told(make_schedule, catch_up, expected, missed):
    schedule = make_schedule(catch_up=catch_up, overlap="parallel")

    fire(minutes=5 * 60 + 30)

    assert dues() == expected
    alerts = {alert.kind: alert.count for alert in ScheduleAlert.objects.all()}
    assert alerts == ({"missed": missed} if missed else {"late": 5})
    schedule.refresh_from_db()
    assert schedule.next_due_at == NOON + timedelta(hours=6)


def test_a_missed_alert_says_from_when_to_when(make_schedule):
    make_schedule(catch_up="last")

    fire(minutes=5 * 60 + 30)

    alert = ScheduleAlert.objects.get()
    assert (alert.first_due_at, alert.last_due_at) == (NOON + timedelta(hours=1), NOON + timedelta(hours=4))
    event = KeptEvent.objects.get()
    assert (event.name, event.payload["workflow"], event.payload["count"]) == ("schedule.missed", "intake", 4)
    assert "back-fill" in alert.detail


def test_alerts_of_a_kind_are_one_until_dismissed(make_schedule):
    make_schedule(catch_up="none", overlap="parallel")
    fire(minutes=2 * 60 + 30)
    fire(minutes=4 * 60 + 30)
    assert [alert.count for alert in ScheduleAlert.objects.all()] == [4]

    schedules.alert_dismiss(ScheduleAlert.objects.get())
    fire(minutes=6 * 60 + 30)

    assert [alert.count for alert in ScheduleAlert.objects.order_by("id")] == [4, 2]


def test_a_short_absence_misses_nothing_whatever_the_rule(make_schedule):
    make_schedule(every_seconds=5, catch_up="none", overlap="parallel")

    fire(seconds=32)

    assert Job.objects.count() == 6
    assert not ScheduleAlert.objects.exists()


def test_all_is_bounded_and_goes_on_batch_by_batch(make_schedule):
    schedule = make_schedule(every_seconds=1, catch_up="all", overlap="queue")

    fire(minutes=30)

    assert schedule.runs.count() == 100
    assert ScheduleAlert.objects.get(kind="missed").count == 1740 - 1000
    while fire(minutes=30):
        pass
    assert schedule.runs.count() == 1060


# --- back-fill ------------------------------------------------------------------------------------------------------


def test_a_back_fill_runs_what_has_not_run(make_schedule):
    schedule = make_schedule(overlap="skip")
    fire(minutes=60)
    fire(minutes=120)
    end_jobs()

    made = firing.back_fill(schedule, since=NOON - timedelta(hours=2), until=NOON + timedelta(hours=2), limit=500)

    assert [f"{run.due_at:%H:%M} {run.state}" for run in made] == [
        "10:00 started", "11:00 skipped", "12:00 skipped", "14:00 skipped",
    ]  # fmt: skip
    assert Job.objects.order_by("id").last().input["schedule"]["back_fill"] is True
    schedule.refresh_from_db()
    assert schedule.run_count == 1


def test_a_back_fill_that_is_asked_for_twice_runs_once(make_schedule):
    schedule = make_schedule(overlap="parallel")
    bounds = {"since": NOON - timedelta(hours=5), "until": NOON, "limit": 500}

    firing.back_fill(schedule, **bounds)
    again = firing.back_fill(schedule, **bounds)

    assert (Job.objects.count(), again) == (6, [])


def test_what_became_of_times_is_forgotten_after_a_month(make_schedule):
    schedule = make_schedule(overlap="skip")
    fire(minutes=60)
    end_jobs()
    firing.runs_close()

    firing.runs_forget(now=NOON + timedelta(days=29))
    assert schedule.runs.count() == 1
    firing.runs_forget(now=NOON + timedelta(days=31, hours=2))

    assert schedule.runs.count() == 0
