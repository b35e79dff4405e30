"""The names that expressions know in every workflow."""

from __future__ import annotations

ALWAYS = frozenset(
    {
        "input",
        "webhook_payload",
        "webhook_headers",
        "webhook_query",
        "errors",
        "steps",
        "job",
        "workflow",
        "vars",
    }
)
FACTS = frozenset({"schedule", "form", "finished"})
"""What a trigger tells besides the input; a step's result or an input of the same name comes first."""

SECRETS = "secrets"
LOOP = "loop"

KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "for", "true", "false", "null", "none", "True", "False", "None"}
    | {"AND", "OR", "NOT", "NULL", "TRUE", "FALSE", "lambda"}
)

RESERVED = ALWAYS | KEYWORDS | {SECRETS, LOOP}
"""What no step's result can be called."""
