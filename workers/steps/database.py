"""The `database` step: SQL with bound values, as one transaction."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from backend.catalog.fields import DatabaseConnector, SqlTemplate, ValueTemplate
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType
from backend.common.json import JSON
from backend.common.problems import Problem
from backend.expressions import ExpressionError
from workers.connectors.databases._base import DEFAULT_SECONDS, Answered, Asked, Database
from workers.connectors.databases._shape import wants_one

MAX_ROWS = 1_000


class DatabaseConfig(Config):
    """The form of a database step."""

    connector: DatabaseConnector = Field(title="Connector", description="The database.", examples=["sales"])
    query: SqlTemplate = Field(
        title="Query",
        description="SQL. Values in templates are bound, never written into the text; lists of objects may follow "
        "VALUES, lists may follow IN. Several statements, separated by semicolons, are one transaction.",
        examples=["SELECT * FROM orders WHERE customer_id = {{ customer_id }}", "INSERT INTO users VALUES {{ rows }}"],
    )
    params: ValueTemplate = Field(
        default=None,
        title="Parameters",
        description="A list for each “?” of the query, or an object for each “:name”.",
        examples=[{"id": "{{ order.id }}"}],
    )
    fetch: Literal["auto", "one", "all", "value", "none"] = Field(
        default="auto",
        title="Result",
        description="auto: one row where the query ends in LIMIT 1 or has aggregates alone, else all rows. value: the "
        "first column of the first row. none: nothing. Changes give the number of rows changed.",
        examples=["one"],
    )
    max_rows: int = Field(
        default=MAX_ROWS,
        ge=1,
        le=100_000,
        title="Most rows",
        description="More rows are left out, with a warning.",
        examples=[100],
    )


class DatabaseStep(StepType[DatabaseConfig], type="database"):
    """Runs SQL and gives its rows, one row, a value, or the number of changed rows."""

    label = "Database"
    icon = "database"
    category = "Integrations"
    color = "teal"
    Config = DatabaseConfig
    default_timeout = DEFAULT_SECONDS

    @classmethod
    def check(cls, config: DatabaseConfig) -> list[Problem]:
        """Parameters are a list or an object, unless a template makes them."""
        if config.params is None or isinstance(config.params, list | dict | str):
            return []
        hint = 'Write [1, 2] or {"name": 1}.'
        return [Problem("Parameters are a list or an object.", path="params", hint=hint)]

    def run(self, config: DatabaseConfig, context: StepContext) -> Result:
        """The result in the form that `fetch` names."""
        database = context.connector(config.connector, family="database")
        if not isinstance(database, Database):
            raise StepFailed(f"The connector {config.connector} is not a database.", error_type="connector")
        statement = _bound(config)
        limit = database.config.timeout or self.default_timeout or DEFAULT_SECONDS
        seconds = min(limit, context.timeout) if context.timeout else limit
        answered = database.run(
            Asked([statement], max_rows=_wanted(config), seconds=seconds, cancelled=context.cancelled)
        )
        return Result(_result(config, answered, context))


def _bound(config: DatabaseConfig) -> SqlTemplate:
    try:
        return config.query.bound(_params(config.params))
    except ExpressionError as error:
        raise StepFailed(error.message, error_type="expression", hint=error.hint) from error


def _params(params: JSON) -> JSON:
    if params is None or isinstance(params, list | dict):
        return params
    raise StepFailed(
        "`params` is neither a list nor an object once its templates are filled in.", error_type="validation"
    )


def _wanted(config: DatabaseConfig) -> int:
    return 1 if config.fetch in {"one", "value"} else config.max_rows


def _result(config: DatabaseConfig, answered: Answered, context: StepContext) -> JSON:
    if config.fetch == "none":
        return None
    if not answered.has_rows:
        context.log(f"{answered.affected:,} rows changed")
        return answered.affected
    rows = [dict(row) for row in answered.rows]
    if config.fetch == "value":
        return next(iter(rows[0].values())) if rows else None
    if config.fetch == "one" or (config.fetch == "auto" and wants_one(config.query.text("qmark"))):
        return rows[0] if rows else None
    context.log(f"{len(rows):,} rows")
    if answered.more:
        context.log(
            f"Only the first {config.max_rows:,} rows were taken: the limit `max_rows` is reached.", level="warning"
        )
    return rows
