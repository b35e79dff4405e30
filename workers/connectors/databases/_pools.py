"""The pools of this process: one for each connector as it is configured now."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Engine

MAX_POOLS = 32
POOL_OPTIONS: dict[str, Any] = {
    "pool_size": 4,
    "max_overflow": 4,
    "pool_timeout": 15,
    "pool_recycle": 1800,
    "pool_pre_ping": False,
}


class Pooled(Protocol):
    """What has a pool."""

    config: Any

    def make_engine(self) -> Engine:
        """A new pool."""


_engines: OrderedDict[str, Engine] = OrderedDict()
_lock = Lock()


def engine_for(owner: Pooled) -> Engine:
    """The pool for this very configuration; a changed one gets a new pool, and the oldest unused goes."""
    key = _key(owner)
    with _lock:
        engine = _engines.get(key)
        if engine is None:
            engine = _engines[key] = owner.make_engine()
            if len(_engines) > MAX_POOLS:
                _engines.popitem(last=False)[1].dispose()
        _engines.move_to_end(key)
        return engine


def close_all() -> None:
    """Closes every pool."""
    with _lock:
        while _engines:
            _engines.popitem()[1].dispose()


def _key(owner: Pooled) -> str:
    """Everything that a connection depends on, secrets too, so only as a digest. The policy of the way out as well."""
    config = owner.config
    values = {name: getattr(config, name) for name in type(config).model_fields}
    plain = {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else repr(value)
        for name, value in values.items()
    }
    policy = repr(getattr(owner, "outside", None))
    text = repr((type(owner).__qualname__, sorted(plain.items()), policy))
    return hashlib.sha256(text.encode()).hexdigest()
