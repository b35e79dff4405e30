"""A type's file may change its settings: what was stored before runs, is judged and is stored again in the new form."""

from __future__ import annotations

import copy

import pytest

from backend.catalog.registry import Registry
from backend.catalog.steps import Config, Result, StepType
from backend.workflows.format.aliases import normalise
from backend.workflows.format.canonical import canonical
from backend.workflows.format.definition import Definition
from backend.workflows.format.stored import stored
from backend.workflows.validation import validate


class PauseConfig(Config):
    seconds: int


class Pause(StepType[PauseConfig]):
    """Waits."""

    type = "pause"
    label = "Pause"
    version = 2
    Config = PauseConfig

    @classmethod
    def upgrade(cls, config):
        if "minutes" in config:  # version 1 counted minutes
            config["seconds"] = config.pop("minutes") * 60
        return config

    def run(self, config, context):
        return Result(config.seconds)


CATALOG = Registry("step", packages=())
CATALOG.add("pause", Pause)
OLD = {"stepgraph": 1, "name": "N", "steps": [{"id": "a", "type": "pause", "config": {"minutes": 2}}]}


def test_a_stored_version_is_run_in_its_new_form_and_stays_as_it_was():
    before = copy.deepcopy(OLD)

    definition = stored(OLD, catalog=CATALOG)

    assert definition.steps[0].config == {"seconds": 120}
    assert before == OLD


def test_a_trigger_that_the_format_of_today_refuses_does_not_end_its_jobs():
    trigger = {"id": "t", "type": "webhook", "idempotency_header": "a b", "timeout": 3600}

    definition = stored({**OLD, "triggers": [trigger]}, catalog=CATALOG)

    assert definition.steps[0].config == {"seconds": 120}


def test_it_is_judged_and_stored_again_in_its_new_form():
    found = normalise(OLD, catalog=CATALOG)

    assert validate(found, catalog=CATALOG).is_valid
    assert canonical(Definition.model_validate(found), catalog=CATALOG)["steps"][0]["config"] == {"seconds": 120}
    assert normalise(found, catalog=CATALOG) == found


@pytest.mark.parametrize("config", [{"minutes": None}, {"minutes": []}, {"seconds": 3}, {}, 3, None])
def test_what_cannot_be_upgraded_is_left_for_validation(config):
    document = {**OLD, "steps": [{"id": "a", "type": "pause", "config": config}]}

    report = validate(normalise(document, catalog=CATALOG), catalog=CATALOG)

    assert report.is_valid == (config == {"seconds": 3})
