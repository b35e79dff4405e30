"""The names that expressions know in every workflow."""

from __future__ import annotations

_HELP = {
    "input": "The job's whole input.",
    "webhook_payload": "What the webhook was sent: the JSON value, the fields of a form, else the text.",
    "webhook_headers": "The headers of the webhook's call.",
    "webhook_query": "The query of the webhook's address.",
    "errors": "Failures by step: errors.fetch.message, .type, .attempts, .step.",
    "steps": "How each step went: steps.fetch.status, .attempts, .duration.",
    "job": "This job: job.id, job.started_at, job.triggered_by.",
    "workflow": "This workflow: workflow.slug, workflow.version.",
    "vars": "The organisation's variables: vars.NAME.",
}
ALWAYS = frozenset(_HELP)
FACTS = frozenset({"schedule", "form", "finished", "mail"})
"""What a trigger tells besides the input; a step's result or an input of the same name comes first."""

SECRETS = "secrets"
LOOP = "loop"

KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "for", "true", "false", "null", "none", "True", "False", "None"}
    | {"AND", "OR", "NOT", "NULL", "TRUE", "FALSE", "lambda"}
)


def described() -> list[dict[str, str]]:
    """The names that are always there, with what they are, for an editor to offer."""
    return [{"name": name, "help": text} for name, text in _HELP.items()]


RESERVED = ALWAYS | KEYWORDS | {SECRETS, LOOP}
"""What no step's result can be called."""
