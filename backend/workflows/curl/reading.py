"""A curl command as an `api` step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from backend.common.json import JSON
from backend.workflows.curl.words import PLAIN, NotCurl, options

_UNSUPPORTED = {
    "--insecure": "Certificates are always checked: `--insecure` was left out.",
    "--proxy": "Proxies are not used: `--proxy` was left out.",
    "--resolve": "`--resolve` was left out.",
    "--cert": "Put the client certificate into an `http` connector.",
    "--key": "Put the client certificate into an `http` connector.",
    "--cacert": "Put the authority's certificate into an `http` connector.",
}
_CREDENTIALS = "The command holds credentials: put them into a secret and write {{ secrets.NAME }} instead."


@dataclass(frozen=True, slots=True)
class Imported:
    """The config of an `api` step, and what people should know about it."""

    config: dict[str, JSON]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    url: str = ""
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    form: dict[str, JSON] = field(default_factory=dict)
    auth: dict[str, JSON] = field(default_factory=dict)
    digest: bool = False
    sigv4: tuple[str, str] | None = None  # region and service
    get: bool = False
    is_json: bool = False
    save: str | bool = False
    warnings: list[str] = field(default_factory=list)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def from_curl(text: str) -> Imported:
    """The step that a curl command describes. Raises NotCurl."""
    draft = _Draft()
    for name, value in options(text):
        _take(draft, name, value)
    if not draft.url:
        raise NotCurl("The command names no address.")
    return Imported(_config(draft), tuple(draft.warnings))


# --- the step -------------------------------------------------------------------------------------------------------


def _config(draft: _Draft) -> dict[str, JSON]:
    config: dict[str, JSON] = {"method": _method(draft), "url": _literal(draft.url)}
    body, body_type = _body(draft)
    if draft.get and draft.data:
        config["url"] = _literal(f"{draft.url}{'&' if '?' in draft.url else '?'}{'&'.join(draft.data)}")
        body, body_type = None, None
    found = {
        "headers": draft.headers,
        "body": body,
        "body_type": body_type,
        "auth": _auth(draft),
        "save_as_file": draft.save,
    }
    return config | {name: _literal(value) for name, value in found.items() if value}


def _method(draft: _Draft) -> str:
    if draft.method:
        return draft.method
    return "POST" if (draft.data and not draft.get) or draft.form else "GET"


def _body(draft: _Draft) -> tuple[JSON, str | None]:
    """What is sent, in the form in which people can go on working with it."""
    if draft.form:
        return draft.form, "multipart"
    if not draft.data:
        return None, None
    text = "".join(draft.data) if draft.is_json else "&".join(draft.data)
    content_type = next((v.lower() for k, v in draft.headers.items() if k.lower() == "content-type"), "")
    if draft.is_json or "json" in content_type:
        try:
            return json.loads(text), None
        except ValueError:
            draft.headers.setdefault("Content-Type", "application/json")
            return text, "raw"
    if content_type in {"", "application/x-www-form-urlencoded"}:
        if re.fullmatch(r"[^\s={}]+=[^\s]*", text):
            draft.headers = {k: v for k, v in draft.headers.items() if k.lower() != "content-type"}
            return _grouped(parse_qsl(text, keep_blank_values=True)), "form"
        draft.headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    return text, "raw"


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, JSON]:
    grouped: dict[str, JSON] = {}
    for name, value in pairs:
        before = grouped.get(name)
        grouped[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return grouped


def _auth(draft: _Draft) -> dict[str, JSON]:
    auth = dict(draft.auth)
    if draft.digest and auth.get("type") == "basic":
        auth["type"] = "digest"
    if draft.sigv4 and auth.get("type") == "basic":
        region, service = draft.sigv4
        keys = {"access_key_id": auth["username"], "secret_access_key": auth["password"]}
        return {"type": "aws_sigv4", "region": region, "service": service, **keys}
    return auth


def _literal(value: JSON) -> JSON:
    """Braces in the command mean themselves."""
    if isinstance(value, str):
        return value.replace("{{", "{{{{")
    if isinstance(value, dict):
        return {key: _literal(item) for key, item in value.items()}
    return [_literal(item) for item in value] if isinstance(value, list) else value


# --- one option -----------------------------------------------------------------------------------------------------


def _take(draft: _Draft, name: str, value: str) -> None:
    taker = _TAKERS.get(name)
    if taker is not None:
        taker(draft, value)
    elif name in _UNSUPPORTED:
        draft.warn(_UNSUPPORTED[name])
    elif name not in PLAIN:
        draft.warn(f"The option {name} was left out.")


def _url(draft: _Draft, value: str) -> None:
    if draft.url:
        draft.warn("Only the first address was taken.")
        return
    draft.url = value if "://" in value else f"http://{value}"


def _request(draft: _Draft, value: str) -> None:
    draft.method = value.upper()


def _header(draft: _Draft, value: str) -> None:
    name, _, text = value.partition(":")
    name, text = name.strip(), text.strip()
    if name.lower() in {"content-length", "host", "connection"} or not text:
        return
    if name.lower() == "authorization":
        draft.warn(_CREDENTIALS)
        scheme, _, token = text.partition(" ")
        if scheme.lower() == "bearer" and token:
            draft.auth = {"type": "bearer", "token": token.strip()}
            return
    elif re.search(r"key|token|secret|cookie", name, re.IGNORECASE):
        draft.warn(_CREDENTIALS)
    draft.headers[name] = text


def _data(draft: _Draft, value: str) -> None:
    if value.startswith("@"):
        draft.warn(f"The file {value[1:]} is not sent: give a file as the body instead.")
        return
    draft.data.append(re.sub(r"[\r\n]", "", value))


def _data_raw(draft: _Draft, value: str) -> None:
    draft.data.append(value)


def _data_binary(draft: _Draft, value: str) -> None:
    if value.startswith("@"):
        _data(draft, value)
    else:
        draft.data.append(value)


def _data_urlencode(draft: _Draft, value: str) -> None:
    name, equals, text = value.partition("=")
    draft.data.append(f"{name}{equals}{quote(text, safe='')}" if equals else quote(name, safe=""))


def _json(draft: _Draft, value: str) -> None:
    draft.is_json = True
    draft.data.append(value)
    draft.headers.setdefault("Accept", "application/json")


def _form(draft: _Draft, value: str) -> None:
    name, _, text = value.partition("=")
    if text.startswith(("@", "<")):
        draft.warn(f"The file of the field {name} is not sent: give a file reference instead.")
        text = ""
    before = draft.form.get(name)
    draft.form[name] = text if before is None else [*(before if isinstance(before, list) else [before]), text]


def _user(draft: _Draft, value: str) -> None:
    draft.warn(_CREDENTIALS)
    user, _, password = value.partition(":")
    draft.auth = {"type": "basic", "username": user, "password": password}


def _oauth2(draft: _Draft, value: str) -> None:
    draft.warn(_CREDENTIALS)
    draft.auth = {"type": "bearer", "token": value}


def _sigv4(draft: _Draft, value: str) -> None:
    words = value.split(":")
    region, service = [*words[2:4], "", ""][:2]
    draft.sigv4 = (region, service)


def _set(name: str, value: JSON) -> Callable[[_Draft, str], None]:
    return lambda draft, _value: setattr(draft, name, value)


def _named_header(name: str) -> Callable[[_Draft, str], None]:
    return lambda draft, value: _header(draft, f"{name}: {value}")


_TAKERS: Mapping[str, Callable[[_Draft, str], None]] = {
    "--url": _url,
    "--request": _request,
    "--header": _header,
    "--data": _data,
    "--data-raw": _data_raw,
    "--data-binary": _data_binary,
    "--data-urlencode": _data_urlencode,
    "--json": _json,
    "--form": _form,
    "--form-string": _form,
    "--user": _user,
    "--oauth2-bearer": _oauth2,
    "--aws-sigv4": _sigv4,
    "--user-agent": _named_header("User-Agent"),
    "--referer": _named_header("Referer"),
    "--cookie": _named_header("Cookie"),
    "--digest": _set("digest", True),
    "--get": _set("get", True),
    "--head": _set("method", "HEAD"),
    "--remote-name": _set("save", True),
    "--output": lambda draft, value: setattr(draft, "save", value.rpartition("/")[2] or True),
}
