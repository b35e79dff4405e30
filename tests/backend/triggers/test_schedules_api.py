"""Schedules over HTTP: the contract, what is refused, the feed, what publishing makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from backend.accounts.models import Role
from backend.triggers.models import Schedule
from backend.triggers.services import firing, schedules

CONTRACT = {
    "workflow", "kind", "cron", "every_seconds", "at", "timezone", "starts_at", "ends_at", "max_runs", "overlap",
    "catch_up", "context", "is_active", "next_runs", "run_count",
}  # fmt: skip


@pytest.fixture
def client(key_client, workflow):
    return key_client()


def create(client, **values):
    return client.post("/api/schedules/", {"workflow": "intake", **values}, content_type="application/json")


def created(client, **values):
    response = create(client, **values)
    assert response.status_code == 201, response.content
    return response.json()


def patch(client, schedule, **values):
    return client.patch(f"/api/schedules/{schedule['id']}/", values, content_type="application/json")


def test_a_schedule_is_made_shown_changed_and_removed(client):
    made = created(client, kind="cron", cron="0 2 * * *", timezone="Europe/Bucharest", context={"region": "eu"})

    assert set(made) >= CONTRACT
    assert len(made["next_runs"]) == 5
    assert made["run_count"] == 0
    assert made["description"] == "At 02:00, Europe/Bucharest"
    assert client.get("/api/schedules/?workflow=intake").json()["results"] == [made]
    changed = patch(client, made, every_seconds=60, kind="interval").json()
    assert (changed["cron"], changed["every_seconds"], changed["description"]) == (None, 60, "Every minute")
    assert client.delete(f"/api/schedules/{made['id']}/").status_code == 204
    assert client.get(f"/api/schedules/{made['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({"cron": "0 9 * * 1-5"}, "cron", "At 09:00, Monday through Friday, UTC"),
        ({"cron": "@weekly"}, "cron", "At 00:00, only on Sunday, UTC"),
        ({"cron": "0 0 L * *"}, "cron", "At 00:00, on the last day of the month, UTC"),
        ({"every_seconds": 5400}, "interval", "Every 1 hour 30 minutes"),
        ({"at": "2099-01-01T08:00:00Z"}, "once", "Once, at 2099-01-01 08:00:00 UTC"),
    ],
)
def test_the_kind_follows_from_the_field_and_is_told_in_words(client, values, kind, words):
    made = created(client, **values)

    assert (made["kind"], made["description"]) == (kind, words)


def test_defaults_are_the_formats(client):
    made = created(client, cron="0 2 * * *")

    assert (made["timezone"], made["overlap"], made["catch_up"], made["is_active"]) == ("UTC", "queue", "last", True)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, ""),
        ({"cron": "0 2 * *"}, "cron"),
        ({"cron": "0 0 31 2 *"}, "cron"),
        ({"cron": "0 2 * * *", "every_seconds": 5}, ""),
        ({"kind": "once", "cron": "0 2 * * *"}, ""),
        ({"every_seconds": 0}, "every_seconds"),
        ({"cron": "0 2 * * *", "timezone": "Mars/Olympus"}, "timezone"),
        ({"cron": "0 2 * * *", "overlap": "sometimes"}, "overlap"),
        ({"cron": "0 2 * * *", "starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"}, "ends_at"),
        ({"cron": "0 2 * * *", "crom": "x"}, "crom"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(client, values, field):
    response = create(client, **values)

    assert response.status_code == 400, response.content
    assert [problem["path"] for problem in response.json()["problems"]] == [field]


FAR = ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59"]


@pytest.mark.parametrize("moment", FAR)
@pytest.mark.parametrize("values", [{"every_seconds": 60}, {"cron": "0 9 * * *"}], ids=["interval", "cron"])
def test_a_moment_too_far_away_is_refused_at_its_place(client, values, moment):
    made = created(client, **values)

    answers = [
        create(client, **values, starts_at=moment),
        create(client, **values, ends_at=moment),
        create(client, at=moment),
        patch(client, made, starts_at=moment),
        client.post("/api/schedules/preview/", {**values, "starts_at": moment}, content_type="application/json"),
        client.post(
            f"/api/schedules/{made['id']}/back-fill/",
            {"since": moment, "until": moment, "dry_run": True},
            content_type="application/json",
        ),
    ]

    assert [answer.status_code for answer in answers] == [400] * 6
    places = [[problem["path"] for problem in answer.json()["problems"]] for answer in answers]
    assert places == [["starts_at"], ["ends_at"], ["at"], ["starts_at"], ["starts_at"], ["since", "until"]]
    assert "1970 to 9000" in answers[0].json()["problems"][0]["message"]
    assert Schedule.objects.count() == 1


def test_a_schedule_stored_at_the_end_of_time_does_not_hide_the_others(client):
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    created(client, every_seconds=60)
    created(client, cron="0 9 * * *")
    Schedule.objects.update(starts_at=last, next_due_at=last)

    shown = client.get("/api/schedules/").json()

    assert [one["next_runs"] for one in shown["results"]] == [["9999-12-31T23:59:59Z"]] * 2


LOCAL = "2030-06-01T08:00:00"


def test_a_moment_without_an_offset_is_local_where_a_time_zone_is_named(client):
    made = created(client, at=LOCAL, timezone="Europe/Bucharest")
    bounded = created(client, cron="0 9 * * *", starts_at=LOCAL, ends_at="2031-01-01T00:00:00", timezone="Asia/Tokyo")
    body = {"at": LOCAL, "timezone": "Europe/Bucharest"}
    preview = client.post("/api/schedules/preview/", body, content_type="application/json").json()

    assert (made["at"], made["next_runs"]) == ("2030-06-01T05:00:00Z", ["2030-06-01T05:00:00Z"])
    assert (bounded["starts_at"], bounded["ends_at"]) == ("2030-05-31T23:00:00Z", "2030-12-31T15:00:00Z")
    assert preview["next_runs"] == ["2030-06-01T05:00:00Z"]
    assert preview["description"] == "Once, at 2030-06-01 05:00:00 UTC"


def test_a_moment_without_an_offset_is_utc_where_none_is_named(client):
    assert created(client, at=LOCAL)["at"] == "2030-06-01T08:00:00Z"


def test_a_moment_with_an_offset_stays_as_it_is(client):
    assert created(client, at=f"{LOCAL}+02:00", timezone="Asia/Tokyo")["at"] == "2030-06-01T06:00:00Z"


def test_a_change_goes_by_the_time_zone_that_the_schedule_has_then(client):
    made = created(client, at="2030-01-01T00:00:00Z", timezone="Europe/Bucharest")

    as_it_was = patch(client, made, at=LOCAL).json()
    moved = patch(client, made, at=LOCAL, timezone="Asia/Tokyo").json()

    assert (as_it_was["at"], moved["at"]) == ("2030-06-01T05:00:00Z", "2030-05-31T23:00:00Z")
    assert patch(client, made, timezone="UTC").json()["at"] == moved["at"]


def test_input_that_does_not_fit_is_refused(client, workflow):
    version = workflow.published_version
    version.definition = {**version.definition, "inputs": {"type": "object", "required": ["region"]}}
    version.save()

    response = create(client, cron="0 2 * * *", context={"zone": "eu"})

    assert response.status_code == 400
    assert "region" in response.json()["problems"][0]["message"]


def test_switching_off_and_on(client):
    made = created(client, cron="0 2 * * *")

    off = patch(client, made, is_active=False).json()
    on = patch(client, made, is_active=True).json()

    assert (off["next_runs"], len(on["next_runs"])) == ([], 5)


def test_as_many_next_times_as_are_left(client):
    assert len(created(client, cron="0 2 * * *", max_runs=2)["next_runs"]) == 2


def test_a_preview_tells_times_and_words_and_keeps_nothing(client):
    body = {"cron": "*/10 * * * *", "timezone": "UTC"}

    shown = client.post("/api/schedules/preview/", body, content_type="application/json").json()

    assert (len(shown["next_runs"]), shown["description"]) == (10, "Every 10 minutes, UTC")
    assert Schedule.objects.count() == 0


def test_the_agenda_tells_what_runs_on_which_day(client):
    created(client, cron="30 23 * * *", timezone="UTC", name="Late")
    created(client, every_seconds=60)

    found = client.get("/api/schedules/agenda/?timezone=Asia/Tokyo&days=3").json()["results"]

    late = [entry for entry in found if entry["name"] == "Late"]
    assert 2 <= len(late) <= 3
    assert all(entry["count"] == 1 and entry["first"][11:16] == "23:30" for entry in late)
    assert any(entry["count"] == 300 and entry["more"] for entry in found)
    assert client.get("/api/schedules/agenda/?timezone=Mars").status_code == 400


def test_the_shortest_interval_of_the_organisation_holds(client):
    client.patch("/api/schedules/settings/", {"minimum_interval": 300}, content_type="application/json")

    refused = create(client, cron="*/4 * * * *")
    assert (refused.status_code, "240 s" in refused.json()["problems"][0]["message"]) == (400, True)
    assert create(client, every_seconds=299).status_code == 400
    assert create(client, cron="*/5 * * * *").status_code == 201


def test_everything_can_be_paused_and_resumed(client):
    paused = client.patch("/api/schedules/settings/", {"paused": True}, content_type="application/json").json()
    resumed = client.patch("/api/schedules/settings/", {"paused": False}, content_type="application/json").json()

    assert (paused["paused"], resumed["paused"]) == (True, False)


def test_runs_and_alerts_are_shown_and_alerts_dismissed(client, workflow):
    now = datetime.now(UTC)
    schedule = schedules.schedule_create(
        workflow, values={"kind": "interval", "every_seconds": 3600}, now=now - timedelta(hours=3, minutes=5)
    )
    firing.fire_due()

    (run,) = client.get(f"/api/schedules/{schedule.pk}/runs/").json()["results"]
    assert (run["state"], run["job_status"], run["late_seconds"] > 299) == ("started", "QUEUED", True)
    (alert,) = client.get("/api/schedule-alerts/").json()["results"]
    assert (alert["kind"], alert["count"], alert["workflow_slug"]) == ("missed", 2, "intake")
    assert client.post(f"/api/schedule-alerts/{alert['id']}/dismiss/").status_code == 204
    assert client.get("/api/schedule-alerts/").json()["count"] == 0


def test_a_back_fill_can_be_tried_dry(client):
    made = created(client, cron="0 * * * *", overlap="parallel")
    bounds = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-01T03:00:00Z"}
    address = f"/api/schedules/{made['id']}/back-fill/"

    dry = client.post(address, {**bounds, "dry_run": True}, content_type="application/json").json()
    real = client.post(address, bounds, content_type="application/json").json()

    assert (dry["count"], real["count"]) == (4, 4)
    assert real["results"][0]["job"]
    assert client.post(address, {"since": bounds["until"], "until": bounds["since"]}).status_code in {400, 415}


# --- the calendar ---------------------------------------------------------------------------------------------------


def test_the_calendar_is_valid_secret_and_renewable(client):
    created(client, cron="0 2 * * *", name="Nightly; export, all")
    settings = client.patch("/api/schedules/settings/", {"calendar": "renew"}, content_type="application/json").json()
    path = "/" + settings["calendar_url"].split("/", 3)[3]

    response = Client().get(path)

    feed = Calendar.from_ical(response.content)
    events = list(feed.walk("VEVENT"))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert 29 <= len(events) <= 31
    assert str(events[0]["summary"]) == "Nightly; export, all"
    assert events[0].decoded("dtstart").hour == 2
    assert len({str(event["uid"]) for event in events}) == len(events)
    client.patch("/api/schedules/settings/", {"calendar": "renew"}, content_type="application/json")
    assert Client().get(path).status_code == 404


def test_the_calendars_address_is_for_those_who_manage(client, key_client):
    client.patch("/api/schedules/settings/", {"calendar": "renew"}, content_type="application/json")

    assert key_client(Role.VIEWER).get("/api/schedules/settings/").json()["calendar_url"] is None


# --- publishing -----------------------------------------------------------------------------------------------------


def trigger(**values):
    return {"id": "nightly", "type": "schedule", **values}


def test_publishing_makes_schedules_and_switches_off_what_is_gone(workflow):
    schedules.workflow_published(workflow, [trigger(cron="0 2 * * *", timezone="Europe/Bucharest")])
    (made,) = Schedule.objects.all()
    assert (made.trigger_id, made.kind, made.timezone, made.overlap) == ("nightly", "cron", "Europe/Bucharest", "queue")

    Schedule.objects.update(run_count=7)
    schedules.workflow_published(workflow, [trigger(every_seconds=60)])
    made.refresh_from_db()
    assert (made.kind, made.cron, made.every_seconds, made.run_count) == ("interval", "", 60, 7)

    schedules.workflow_published(workflow, [])
    made.refresh_from_db()
    assert (made.is_active, made.fire_at) == (False, None)


def test_publishing_again_does_not_move_an_interval(workflow):
    schedules.workflow_published(workflow, [trigger(every_seconds=3600)])
    before = Schedule.objects.get().next_due_at

    schedules.workflow_published(workflow, [trigger(every_seconds=3600)])

    assert Schedule.objects.get().next_due_at == before


def test_a_moment_without_an_offset_is_local(workflow):
    schedules.workflow_published(workflow, [trigger(at="2099-07-01T08:00:00", timezone="Europe/Bucharest")])

    assert Schedule.objects.get().at == datetime(2099, 7, 1, 5, tzinfo=UTC)


def test_published_over_http_it_is_there_at_once(client, key_client, organization):
    definition = {
        "stepgraph": 1,
        "name": "Clock",
        "steps": [{"id": "out", "type": "output", "config": {"values": {"at": "input.schedule.due_at"}}}],
        "triggers": [trigger(cron="0 2 * * 5L", is_active=True)],
    }
    client.post("/api/workflows/", {"name": "Clock", "definition": definition}, content_type="application/json")
    response = client.post("/api/workflows/clock/publish/", {}, content_type="application/json")

    assert response.status_code == 200, response.content
    assert client.get("/api/schedules/?workflow=clock").json()["results"][0]["cron"] == "0 2 * * L5"


@pytest.mark.parametrize(("kind", "field"), [("cron", "cron"), ("interval", "every_seconds"), ("once", "at")])
@pytest.mark.parametrize("cron", [{}, {"cron": ""}])
def test_a_preview_of_a_form_that_is_not_filled_in_says_what_is_missing(client, kind, field, cron):
    answer = client.post("/api/schedules/preview/", {"kind": kind, **cron}, content_type="application/json")

    assert answer.status_code == 400
    assert [problem["path"] for problem in answer.json()["problems"]] == [field]
