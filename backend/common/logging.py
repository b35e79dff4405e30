"""Logs with fields: text for people, JSON lines for machines, without secrets and on one line each."""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from backend.common.masking import mask_logged

_SECRET = re.compile(
    r"passw|secret|token|api_?key|authorization|cookie|credential|private_?key|session_?(id|key)$", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HIDDEN = "***"
_QUIET = {
    "django.request": "ERROR",
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "httpx2": "WARNING",
    "google_genai": "WARNING",
    "docker": "WARNING",
    "urllib3": "WARNING",
}


def configure(config: Mapping[str, Any]) -> None:
    """Django's LOGGING_CONFIG: sets up structlog and the standard library's loggers alike."""
    renderer: Processor = structlog.processors.JSONRenderer() if config["format"] == "json" else render_text
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
        mask_values,
        escape_controls,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    _configure_standard(shared, renderer=renderer)


def _configure_standard(shared: list[Processor], *, renderer: Processor) -> None:
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [remove_meta, renderer],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {name: {"level": level} for name, level in _QUIET.items()},
        }
    )


def hide_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:  # noqa: ARG001 structlog's signature
    """Replaces the values of fields whose names look like secrets, at any depth."""
    return {key: _hidden(value, key=key) for key, value in event.items()}


def _hidden(value: Any, *, key: str) -> Any:
    if _SECRET.search(key):
        return _HIDDEN
    if isinstance(value, Mapping):
        return {inner: _hidden(item, key=str(inner)) for inner, item in value.items()}
    return value


def mask_values(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:  # noqa: ARG001 structlog's signature
    """Replaces the secrets of the running step, wherever in an entry they turn up: traces quote what they failed on."""
    return {key: mask_logged(value) if isinstance(value, str) else value for key, value in event.items()}


def escape_controls(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:  # noqa: ARG001 structlog's signature
    """Keeps what strangers send from ending a line or colouring the terminal."""
    return {key: value if key == "exception" else _escaped(value) for key, value in event.items()}


def _escaped(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), value)


def render_text(logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> str:  # noqa: ARG001 structlog's signature
    """One line for people; a trace follows, indented so that none of its lines looks like an entry."""
    time, level = event.pop("timestamp", ""), event.pop("level", "")
    name, message, trace = event.pop("logger", ""), event.pop("event", ""), event.pop("exception", "")
    fields = "".join(f" {key}={_escaped(_shown(value))}" for key, value in event.items())
    lines = [f"{time} {level:<8} {message} [{name}]{fields}"]
    lines += [f"    {_escaped(line)}" for line in str(trace).split("\n") if line]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str) and " " in value else str(value)
