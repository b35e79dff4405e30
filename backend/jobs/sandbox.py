"""What workers say of the sandboxes: the wall in force, languages, packages. Read from what they last told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from uuid import UUID

from backend.common.json import JSON
from backend.common.problems import Problem
from backend.jobs import health

_SHOWN = ("running", "queued", "max_running", "pool", "network", "hosts")


def overview() -> dict[str, JSON]:
    """The isolation in force, what can run, how busy it is."""
    described = _described()
    metrics = described.get("metrics", {})
    return {
        "isolation": described.get("isolation", ""),
        "reason": described.get("reason", ""),
        "languages": [{"name": name, **state} for name, state in described.get("languages", {}).items()],
        "executions": metrics.get("executions", {}),
        "kills": metrics.get("kills", {}),
        **{key: described.get(key) for key in _SHOWN},
    }


def packages(organization: UUID) -> list[dict[str, JSON]]:
    """The sets of packages that an organisation's scripts have asked for, the last used first."""
    mine = str(organization)
    found = [entry for entry in _described().get("packages", []) if mine in entry.get("organizations", ())]
    return [_package(entry) for entry in found]


def _package(entry: Mapping[str, JSON]) -> dict[str, JSON]:
    shown = {key: value for key, value in entry.items() if key != "organizations"}
    return {**shown, "created_at": _moment(entry["created_at"]), "used_at": _moment(entry["used_at"])}


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def prometheus() -> str:
    """The sandboxes' numbers in Prometheus's text format, as a worker last heard them."""
    return str(_described().get("prometheus", ""))


def _described() -> dict[str, JSON]:
    living = health.living_workers()
    return dict(living[-1].sandbox or {}) if living else {}


def missing_languages(definition: JSON) -> Iterator[Problem]:
    """Warnings for scripts whose language cannot run here, as far as a worker has told."""
    known = _described().get("languages", {})
    steps = definition.get("steps") if isinstance(definition, Mapping) else None
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        config = step.get("config") if isinstance(step, Mapping) else None
        if not isinstance(config, Mapping) or step.get("type") != "script":
            continue
        state = known.get(str(config.get("language", "python")))
        if state is not None and not state.get("available"):
            yield Problem(
                str(state.get("detail")),
                path=f"steps[{index}].config.language",
                hint="The workflow can be saved and published; this step fails until the runtime is there.",
                code="runtime_missing",
                step=str(step.get("id", "")),
            )
