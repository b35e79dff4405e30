"""The workflows of `examples/`: valid as they stand, and right about the documents that come with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backend.catalog.steps import StepType
from backend.workflows.format import yaml
from backend.workflows.format.aliases import normalise
from backend.workflows.validation import validate
from tests.workers.steps.fakes import FakeContext

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.name)
def test_valid_without_warnings(file):
    report = validate(normalise(yaml.load(file.read_text(encoding="utf-8"))))

    assert report.as_json() == {"is_valid": True, "errors": [], "warnings": []}


@pytest.mark.parametrize(
    ("name", "kind", "lines", "tax_rate", "stated_total"),
    [
        ("invoice.txt", "invoice", 5, 8.25, None),
        ("invoice-eu.txt", "invoice", 4, 19, 21396.68),
        ("contract.txt", "contract", 0, 0, None),
        ("report.txt", "report", 0, 0, None),
        ("letter.txt", "unsure", 0, 0, None),
    ],
)
def test_facts_of_a_document(name, kind, lines, tax_rate, stated_total):
    facts = extract((EXAMPLES / "data" / name).read_text(encoding="utf-8"))

    found = (facts["type"], len(facts["lines"]), facts["tax_rate"], facts["stated_total"])
    assert found == (kind, lines, tax_rate, stated_total)


@pytest.mark.parametrize("payload", ["", None, {}, {"document": None}, [1], "Total: to be agreed\nVAT: exempt\n"])
def test_facts_of_what_is_no_document(payload):
    assert extract(payload)["type"] == "unsure"


def extract(payload: Any) -> dict[str, Any]:
    document = yaml.load((EXAMPLES / "document-intake.yaml").read_text(encoding="utf-8"))
    step = next(step for step in document["steps"] if step["id"] == "extract")
    kind = StepType.registry.get(step["type"])
    context = FakeContext({"webhook_payload": payload, "document": None})
    return kind().run(kind.Config.model_validate(step["config"]), context).output
