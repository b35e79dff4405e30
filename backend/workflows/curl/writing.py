"""An `api` step as a curl command. Templates stay as they are: the command is for reading and for trying out."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from backend.catalog.fields import as_text
from backend.common.json import JSON


def to_curl(config: Mapping[str, JSON], *, base_url: str = "") -> str:
    """The command, on several lines."""
    method = as_text(config.get("method")) or "GET"
    lines = [f"curl {shlex.quote(_address(config, base_url))}"]
    if method != "GET":
        lines.insert(0, f"curl --request {method}")
        lines[1] = lines[1].removeprefix("curl ")
    lines += _authentication(config.get("auth"))
    lines += [f"--header {shlex.quote(f'{name}: {as_text(value)}')}" for name, value in _object(config, "headers")]
    lines += _body(config)
    return " \\\n  ".join(lines)


def _address(config: Mapping[str, JSON], base_url: str) -> str:
    url = as_text(config.get("url"))
    if base_url and "://" not in url:
        url = f"{base_url.rstrip('/')}/{url.lstrip('/')}"
    pairs = [(name, as_text(item)) for name, value in _object(config, "query") for item in _all(value)]
    query = urlencode(pairs, safe="{} ")
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def _authentication(auth: JSON) -> Iterator[str]:
    if not isinstance(auth, Mapping):
        return
    words = {name: as_text(value) for name, value in auth.items()}

    def joined(first: str, second: str, sign: str = ":") -> str:
        return shlex.quote(f"{words.get(first, '')}{sign}{words.get(second, '')}")

    match words.get("type"):
        case "bearer":
            yield f"--header {shlex.quote('Authorization: Bearer ' + words.get('token', ''))}"
        case "basic" | "digest" as kind:
            yield f"--{kind} --user {joined('username', 'password')}"
        case "header" | "api_key" if words.get("place") != "query":
            yield f"--header {joined('name', 'value', ': ')}"
        case "aws_sigv4":
            yield f"--aws-sigv4 aws:amz:{joined('region', 'service')}"
            yield f"--user {joined('access_key_id', 'secret_access_key')}"


def _body(config: Mapping[str, JSON]) -> Iterator[str]:
    body, kind = config.get("body"), config.get("body_type") or "auto"
    if body is None:
        return
    if kind == "multipart" and isinstance(body, Mapping):
        for name, value in body.items():
            for item in _all(value):
                yield f"--form {shlex.quote(f'{name}={as_text(item)}')}"
    elif kind == "form" and isinstance(body, Mapping):
        for name, value in body.items():
            for item in _all(value):
                yield f"--data-urlencode {shlex.quote(f'{name}={as_text(item)}')}"
    elif isinstance(body, str):
        yield f"--data-raw {shlex.quote(body)}"
    else:
        yield f"--json {shlex.quote(json.dumps(body, ensure_ascii=False))}"


def _object(config: Mapping[str, JSON], name: str) -> Iterator[tuple[str, JSON]]:
    value = config.get(name)
    if isinstance(value, Mapping):
        yield from ((key, item) for key, item in value.items() if item is not None)


def _all(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else [value]
