"""YAML in and out, guarded: no tags, no bombs, every fault with its line.

Read as JSON with comments: keys are always text, `on`, `yes` and `no` are words, and dates stay text.
"""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

import yaml

from backend.common.errors import Invalid
from backend.common.json import JSON
from backend.common.json_text import parse_json
from backend.common.problems import Problem

MAX_BYTES = 1_000_000
MAX_ANCHORS = 50
MAX_VALUES = 100_000  # after the aliases are written out
MAX_DEPTH = 64

_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_FLOAT = re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$")
_ODD_BREAKS = re.compile("[\x85\u2028\u2029]")  # line breaks to some readers of YAML: always escaped
_PLAIN = "tag:yaml.org,2002:str"


class YamlError(Invalid):
    """This is not YAML that can be read."""

    error = "Invalid YAML"


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is there in all usual builds


class _Loader(_Base):  # type: ignore[misc]  # chosen at run time
    # No implicit types: `_scalar` decides, so that `on` or `2024-01-01` stay text.
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


class _Dumper(yaml.SafeDumper):
    """Quotes whatever this module, or any other reader of YAML, would take for something else than text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ODD_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar(_PLAIN, text, style=style)


_Dumper.add_representer(str, _represent_text)


def dump(value: JSON) -> str:
    """JSON as YAML, with source code as blocks."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def load(text: str) -> JSON:
    """YAML (or JSON, which is YAML) as JSON; raises YamlError with the line."""
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise _error("The document is larger than 1 MB.", hint="Split it into subflows, or move data out of it.")
    try:
        _scan(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise _error(error.problem or "It cannot be read.", error.problem_mark) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: characters that no text may hold
        raise _error(str(error)) from error
    if node is None:
        return None
    # What JSON from strangers may not hold, YAML may not either: numbers without end, null characters, odd keys.
    value = json.dumps(_Converter().convert(node, 0), ensure_ascii=False).encode()
    return parse_json(value, max_bytes=10 * MAX_BYTES)


def _scan(text: str) -> None:
    """Looks at the events before anything is built."""
    depth = anchors = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.NodeEvent) and event.anchor and not isinstance(event, yaml.AliasEvent):
            anchors += 1
        if depth > MAX_DEPTH:
            raise _error(f"It is nested more than {MAX_DEPTH} levels deep.", event.start_mark)
        if anchors > MAX_ANCHORS:
            raise _error(f"It has more than {MAX_ANCHORS} anchors.", event.start_mark)


class _Converter:
    """Turns nodes into JSON and counts them, aliases written out."""

    def __init__(self) -> None:
        self.count = 0

    def convert(self, node: yaml.Node, depth: int) -> JSON:
        self.count += 1
        if self.count > MAX_VALUES or depth > MAX_DEPTH:
            raise _error("Its aliases make it too large.", node.start_mark, "Write the values out, or use fewer.")
        if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
            return [self.convert(item, depth + 1) for item in node.value]
        if isinstance(node, yaml.ScalarNode) and node.tag in {_PLAIN, "!"}:
            return _scalar(node)
        raise _error(f"The tag {node.tag} is not allowed.", node.start_mark, "Use plain maps, lists and values.")

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, JSON]:
        merged: dict[str, JSON] = {}
        own: dict[str, JSON] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _error("A key must be text.", key.start_mark)
            if key.value == "<<" and not key.style:
                merged = self._merged(item, depth) | merged
            elif key.value in own:
                raise _error(f"The key “{key.value}” is there twice.", key.start_mark, "Remove one of them.")
            else:
                own[key.value] = self.convert(item, depth + 1)
        return merged | own

    def _merged(self, node: yaml.Node, depth: int) -> dict[str, JSON]:
        value = self.convert(node, depth + 1)
        parts = value if isinstance(value, list) else [value]
        result: dict[str, JSON] = {}
        for part in parts:
            if not isinstance(part, dict):
                raise _error("Only maps can be merged with “<<”.", node.start_mark)
            result = part | result
        return result


def _scalar(node: yaml.ScalarNode) -> JSON:
    text: str = node.value
    if node.style:  # quoted, or a block
        return text
    if _NULL.match(text):
        return None
    if _BOOL.match(text):
        return text.lower() == "true"
    try:
        return int(text) if _INT.match(text) else float(text) if _FLOAT.match(text) else text
    except ValueError:
        raise _error("The number is too long.", node.start_mark, "Put it in quotes.") from None


def _error(message: str, mark: Any = None, hint: str = "") -> YamlError:
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    detail = f"The YAML cannot be read ({place}): {message}" if place else f"The YAML cannot be read: {message}"
    return YamlError(detail, problems=[Problem(message, path=place, hint=hint, code="yaml")])
