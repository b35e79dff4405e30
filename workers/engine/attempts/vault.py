"""What one job opens of its organisation's connectors and secrets, and the mask over all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from backend import expressions
from backend.catalog.fields import SECRET_FIELDS, Marked
from backend.catalog.steps import StepFailed
from backend.common.json import JSON
from backend.common.masking import Masker
from backend.connectors import opening
from backend.connectors.errors import Unusable
from workers.engine.base.database import short_connection
from workers.engine.base.large import with_names

T = TypeVar("T")


class Vault:
    """Opens each thing once for a job; a change of it takes effect with the next job. Shared by the job's threads."""

    def __init__(self, organization_id: UUID) -> None:
        self.masker = Masker()
        self._organization_id = organization_id
        self._lock = threading.Lock()
        self._connectors: dict[str, opening.Opened] = {}
        self._secrets: dict[str, opening.OpenedSecret] = {}

    def connector(self, slug: str, *, family: str) -> opening.Opened:
        """The connector of that slug. Raises StepFailed(error_type="connector")."""
        with self._lock:
            found = self._connectors.get(slug)
            if found is None or (family and found.kind.family != family):
                found = _opened(
                    lambda: opening.connector_open(self._organization_id, slug, family=family), error_type="connector"
                )
                self.masker.add(found.secrets)
                self._connectors[slug] = found
            return found

    def secret(self, key: str) -> opening.OpenedSecret:
        """The secret of that key. Raises StepFailed(error_type="secret")."""
        with self._lock:
            found = self._secrets.get(key)
            if found is None:
                found = _opened(lambda: opening.secret_open(self._organization_id, key), error_type="secret")
                self.masker.add([found.value])
                self._secrets[key] = found
            return found


def _opened(get: Callable[[], T], *, error_type: str) -> T:
    try:
        with short_connection():
            return get()
    except Unusable as error:
        raise StepFailed(error.detail, error_type=error_type) from error


class SecretsUsed:
    """The secrets that the templates of one step name, and whether they may go where the step sends them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._hosts: dict[str, tuple[str, ...]] = {}  # of each secret that is bound to some

    def in_scope(self, mark: Marked, variables: Mapping[str, JSON]) -> Mapping[str, JSON]:
        """The variables, with `secrets` among them where the format has a place for them and the template names one."""
        if mark.path.split(".")[0] not in SECRET_FIELDS or not isinstance(mark.value, str):
            return variables
        values = {key: self._open(key) for key in _keys(mark)}
        return with_names(variables, {"secrets": values}) if values else variables

    def _open(self, key: str) -> str:
        found = self._vault.secret(key)
        if found.allowed_hosts:
            self._hosts[key] = found.allowed_hosts
        return found.value

    def check_hosts(self, rendered: Mapping[str, JSON]) -> None:
        """Raises StepFailed when a secret that is bound to hosts would leave for another one."""
        host = _host(rendered.get("url"))
        for key, allowed in self._hosts.items():
            if not (host and opening.host_allowed(allowed, host)):
                where = f"and this step sends it to {host}" if host else "and nobody knows where this step takes it"
                hint = "Allow the host under Secrets, or leave its list of hosts empty."
                message = f"The secret “{key}” may only be sent to {', '.join(allowed)}, {where}."
                raise StepFailed(message, error_type="secret", hint=hint)


def _keys(mark: Marked) -> Iterator[str]:
    if "secrets" not in mark.value:
        return
    try:
        template = expressions.compile_template(mark.value, context=mark.context)
    except expressions.ExpressionError:
        return  # rendering it says what is wrong
    for path in template.paths:
        if path[0] == "secrets" and len(path) > 1:
            yield path[1]


def _host(url: JSON) -> str:
    try:
        return urlsplit(str(url or "")).hostname or ""
    except ValueError:
        return ""
