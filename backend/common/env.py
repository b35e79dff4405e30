"""Typed readers of environment variables; every fault is reported at once, with the name and what to set."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_missing: list[str] = []


def text(name: str, default: str) -> str:
    """A text, or its default when unset or empty."""
    return os.environ.get(name, "") or default


def words(name: str) -> list[str]:
    """A comma separated list."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def integer(name: str, default: int) -> int:
    """A whole number."""
    return int(number(name, default))


def number(name: str, default: float) -> float:
    """A number, such as seconds."""
    raw = os.environ.get(name, "")
    try:
        return float(raw) if raw else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {raw!r}.") from None


def choice(name: str, options: Sequence[str], default: str) -> str:
    """One of a few words."""
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def required(name: str, *, default: str | None) -> str:
    """A text that must be there; without a default its absence is noted for `refuse_if_missing`."""
    value = os.environ.get(name, "") or default
    if value is None:
        _missing.append(name)
    return value or ""


def refuse_if_missing() -> None:
    """Stops the start with the list of everything that is missing."""
    if _missing:
        names = ", ".join(dict.fromkeys(_missing))  # Django may read the settings twice
        raise ImproperlyConfigured(f"Missing settings: {names}. The README's table says what each one is.")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys from the environment, from the file that NAME_FILE names, or in development generated and kept in `home`."""

    home: Path
    generate: bool

    def text(self, name: str, *, minimum: int) -> str:
        """One secret of at least `minimum` characters."""
        value = os.environ.get(name, "") or self._from_file(name) or (self._generated(name) if self.generate else "")
        if len(value) < minimum:
            _missing.append(f"{name} (at least {minimum} characters)")
        return value

    def words(self, name: str, *, minimum: int) -> list[str]:
        """A comma separated list of secrets, newest first."""
        return [word for word in self.text(name, minimum=minimum).split(",") if word]

    def _from_file(self, name: str) -> str:
        path = os.environ.get(f"{name}_FILE", "")
        return Path(path).read_text().strip() if path else ""

    def _generated(self, name: str) -> str:
        path = self.home / "keys" / name.lower()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # Exclusive creation: of several processes that start together exactly one makes the key.
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text().strip()


def database(url: str) -> dict[str, object]:
    """Django's database settings for `sqlite:///path` or `postgresql://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path[1:]))  # four slashes make an absolute path
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(url)
    raise ImproperlyConfigured("DATABASE_URL must start with sqlite:// or postgresql://.")


def _sqlite(path: str) -> dict[str, object]:
    return {
        "ENGINE": "backend.common.sqlite",
        "NAME": path,
        # Whoever closes the last connection writes the whole log back and deletes it: dearer than the request itself.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


# A process that is frozen in a transaction, or whose machine has vanished, does not hold its locks for ever.
_GIVES_UP = "-c idle_in_transaction_session_timeout=60s"


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    # Statements are planned once by each connection instead of every time, which halves the database's work.
    prepare = options.pop("prepare", "yes") != "no"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.pop("host", parts.hostname or "")),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "PREPARE": prepare,  # for `backend/jobs/sql.py`, too
        "OPTIONS": {
            "options": _GIVES_UP,
            "server_side_binding": prepare,
            "prepare_threshold": 5 if prepare else None,
            **options,
        },
    }


def hosts_of(url: str) -> list[str]:
    """The host names that a base URL allows."""
    host = urlsplit(url).hostname
    return [host] if host else []
