"""The spellings of workflows written for other systems: expressions, templates, names and aliases are understood."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.expressions import compile_template
from backend.expressions.sql import compile_sql
from backend.workflows.documents import report
from backend.workflows.exchange import exported
from backend.workflows.format.aliases import normalise
from backend.workflows.format.canonical import canonical
from backend.workflows.format.definition import Definition
from tests.unit.expressions.helpers import NOW, environment, evaluate

SCOPE = {
    "api_response": {"n": 7},
    "metrics": {"error_rate": 50},
    "severity": "critical",
    "order_validation": {"is_valid": True},
    "inventory_data": {"available": 3},
    "crm_data": {"name": "Ann"},
    "purchase_history": [{"total": 10.5}, {"total": 2}],
    "behavior_metrics": {"score": 8, "churn_prob": 0.75},
    "circuit_state": {"status": "open", "since": (NOW - timedelta(minutes=6)).isoformat()},
    "cached_data": None,
    "health_analysis": {"critical_count": 0},
    "subflow_compliance": {"approved": False, "status": "rejected"},
    "subflow_provision": None,
    "classification": {"type": "invoice"},
    "prepared_data": {"batches": [[1], [2]], "total_batches": 2, "total_users": 150},
    "batch_index": 0,
    "webhook_payload": {"users": [{"email": "a@b.c"}], "customer_id": "42 OR 1=1"},
    "alert_data": {"severity": "it's"},
    "export_data": {"csv": "a,b\n", "row_count": 2},
    "amount": 100,
    "code": "SAVE10",
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("api_response is not None", True),
        ("order_validation.is_valid == True", True),
        ("inventory_data.available > 0", True),
        ("'critical' if metrics.error_rate > 50 else 'warning' if metrics.error_rate > 20 else 'info'", "warning"),
        ("9 <= datetime.now().hour < 17", True),
        ("datetime.now().weekday() >= 5", False),
        ("sum([p['total'] for p in purchase_history])", 12.5),
        ("'high' if behavior_metrics['churn_prob'] > 0.7 else 'low'", "high"),
        ("circuit_state.status == 'open' AND circuit_state.since < datetime.now() - timedelta(minutes=5)", True),
        ("cached_data is not None", False),
        ("health_analysis.critical_count > 0", False),
        ("subflow_compliance.approved == true", False),
        ("subflow_provision.id", None),
        (
            "{'account_id': subflow_provision.id, 'status': subflow_compliance.status}",
            {"account_id": None, "status": "rejected"},
        ),
        ("((batch_index + 1) / prepared_data.total_batches) * 100", 50.0),
        ("len(webhook_payload.users)", 1),
        ('f"sales_{date.today().isoformat()}.csv"', "sales_2026-01-30.csv"),
        ("{'critical': ['on_call@company.com'], 'warning': []}[severity]", ["on_call@company.com"]),
        ("classification.type", "invoice"),
        ("amount * 0.9 if code == 'SAVE10' else amount", 90.0),
        ("NOT cached_data OR False", True),
    ],
)
def test_expressions(text, result):
    assert evaluate(text, SCOPE) == result


@pytest.mark.parametrize(
    ("rate", "wanted"), [(50, "warning"), (50.01, "critical"), (20, "info"), (20.5, "warning"), (None, "info")]
)
def test_the_limits_of_an_alert(rate, wanted):
    """At a limit exactly; null goes the default way."""
    text = "'critical' if default(rate, 0) > 50 else 'warning' if default(rate, 0) > 20 else 'info'"

    assert evaluate(text, {"rate": rate}) == wanted


@pytest.mark.parametrize(
    ("text", "context", "result"),
    [
        ("{{prepared_data.batches}}", "text", [[1], [2]]),
        (
            "{{prepared_data.total_users}} users imported in {{prepared_data.total_batches}} batches",
            "text",
            "150 users imported in 2 batches",
        ),
        (
            "https://crm.example.com/customers/{{webhook_payload.customer_id}}",
            "url",
            "https://crm.example.com/customers/42%20OR%201%3D1",
        ),
        ("{{export_data.csv}}", "text", "a,b\n"),
    ],
)
def test_templates(text, context, result):
    assert compile_template(text, context=context).render(SCOPE, environment=environment()) == result


@pytest.mark.parametrize(
    ("sql", "text", "values"),
    [
        (
            "SELECT * FROM purchases WHERE customer_id = {{webhook_payload.customer_id}}",
            "SELECT * FROM purchases WHERE customer_id = ?",
            ["42 OR 1=1"],
        ),
        (
            "INSERT INTO alerts (severity, message, created_at)\nVALUES ('{{alert_data.severity}}', '...', NOW())",
            "INSERT INTO alerts (severity, message, created_at)\nVALUES (?, '...', NOW())",
            ["it's"],
        ),
        (
            "INSERT INTO users (email, name)\nVALUES {{webhook_payload.users}}",
            "INSERT INTO users (email, name)\nVALUES (?, ?)",
            ["a@b.c", None],
        ),
        (
            "SELECT * FROM cache WHERE key = 'products_list' AND expires_at > NOW()",
            "SELECT * FROM cache WHERE key = 'products_list' AND expires_at > NOW()",
            [],
        ),
    ],
)
def test_sql(sql, text, values):
    statement = compile_sql(sql).render(SCOPE, environment=environment())

    assert statement.text("qmark") == text
    assert list(statement.values) == values


ORDERS = {
    "name": "Complex order processing",
    "steps": [
        {
            "id": "order_validation",
            "type": "script",
            "config": {"code": "return {'is_valid': True}"},
            "errorConfig": {"action": "Continue"},
            "retries": 3,
        },
        {
            "id": "valid",
            "type": "condition",
            "after": "order_validation.done",
            "config": {"expression": "order_validation.is_valid == True"},
            "branches": {
                "True": [
                    {"id": "stock", "type": "script", "config": {"code": "return {'available': 1}"}},
                    {
                        "id": "available",
                        "type": "condition",
                        "config": {"expression": "stock.available > 0"},
                        "trueBranch": [{"id": "pay", "type": "script", "config": {"code": "return 1"}}],
                        "falseBranch": [{"id": "queue", "type": "script", "config": {"code": "return 2"}}],
                    },
                ],
                "False": [{"id": "refuse", "type": "script", "config": {"code": "return 3"}}],
            },
        },
        {
            "id": "each",
            "type": "loop",
            "after": ["pay", "queue", "refuse"],
            "maxIterations": 5,
            "config": {"items": "{{ [1, 2, 3] }}", "item": "current_batch"},
            "steps": [
                {
                    "id": "track",
                    "type": "transform",
                    "config": {"values": {"x": "[current_batch, batch_item, batch_index, loop.first]"}},
                }
            ],
        },
    ],
}


def test_nested_steps_and_aliases_are_one_workflow():
    document = normalise(ORDERS)
    steps = {step["id"]: step for step in document["steps"]}

    assert report(ORDERS).errors == ()
    assert steps["order_validation"]["on_error"] == "continue"
    assert steps["order_validation"]["retry"] == {"retries": 3}
    assert steps["pay"]["after"] == ["available.true"]
    assert steps["queue"]["after"] == ["available.false"]
    assert steps["refuse"]["after"] == ["valid.false"]
    assert steps["track"]["parent"] == "each"
    assert steps["each"]["config"]["max_iterations"] == 5


def test_both_spellings_of_the_error_setting_are_the_same_document():
    def spelled(**option):
        steps = [{"id": "a", "type": "script", "config": {"code": "return 1"}, **option}]
        return canonical(Definition.model_validate(normalise({"name": "N", "steps": steps})))

    same = [
        spelled(**{key: {"action": word}})
        for key in ("error_config", "errorConfig")
        for word in ("continue", "CONTINUE", "Continue")
    ]

    assert all(document == same[0] for document in same)
    assert same[0]["steps"][0]["on_error"] == "continue"
    assert "errorConfig" not in exported(same[0], form="yaml")


def test_the_picture_of_it():
    picture = exported(canonical(Definition.model_validate(normalise(ORDERS))), form="mermaid")

    assert picture.startswith("flowchart TD\n")
    assert 'step_available -->|"true"| step_pay' in picture
    assert 'subgraph step_each["each"]' in picture
    assert "step_refuse --> step_each" in picture
