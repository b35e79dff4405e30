"""Bodies of YAML, beside the JSON that all requests may have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from backend.common.json import JSON
from backend.common.parsers import read_limited
from backend.workflows.exchange import text_of
from backend.workflows.format import yaml


class YamlParser(BaseParser):
    """Reads a body of YAML, guarded."""

    media_type = "application/yaml"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> JSON:
        """The body's value; raises YamlError or TooLarge."""
        return yaml.load(text_of(read_limited(stream, max_bytes=yaml.MAX_BYTES)))


class OldYamlParser(YamlParser):
    """The media type from before there was an official one."""

    media_type = "application/x-yaml"


class TextYamlParser(YamlParser):
    """What editors and browsers send for a file of YAML."""

    media_type = "text/*"
