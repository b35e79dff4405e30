"""The `storage` step: files in a bucket, on a server or in a folder."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from backend.catalog.fields import StorageConnector, TextTemplate, ValueTemplate
from backend.catalog.steps import Config, Result, StepContext, StepFailed, StepType
from backend.common.json import JSON
from backend.common.problems import Problem
from workers.connectors.storage._base import MAX_LISTED, Storage, Stored

_WEEK = 7 * 86_400  # the longest that S3 signs for
_NEED_KEY = frozenset({"put", "get", "delete", "presign"})


class StorageConfig(Config):
    """The form of a storage step."""

    connector: StorageConnector = Field(title="Connector", description="Where the files are.", examples=["exports"])
    operation: Literal["put", "get", "list", "delete", "presign"] = Field(
        title="Operation",
        description="put: write. get: read, as a file. list: what there is. presign: an address for others.",
        examples=["put"],
    )
    key: TextTemplate = Field(
        default="", max_length=1_024, title="Key", description="The path.", examples=["sales/sales_{{ today }}.csv"]
    )
    content: ValueTemplate = Field(
        default=None,
        title="Content",
        description="Of put: a file, a text, or any value, which is written as JSON.",
        examples=["{{ csv }}"],
    )
    content_type: TextTemplate = Field(
        default="", max_length=200, title="Content type", description="Of put.", examples=["text/csv; charset=utf-8"]
    )
    prefix: TextTemplate = Field(
        default="", max_length=1_024, title="Prefix", description="Of list: how keys begin.", examples=["sales/"]
    )
    limit: int = Field(default=1_000, ge=1, le=MAX_LISTED, title="Most entries", description="Of list.", examples=[100])
    expires_in: int = Field(
        default=3_600, ge=1, le=_WEEK, title="Valid for", description="Of presign: seconds.", examples=[86_400]
    )
    method: Literal["GET", "PUT"] = Field(
        default="GET", title="Method", description="Of presign: to read or to write.", examples=["PUT"]
    )


class StorageStep(StepType[StorageConfig], type="storage"):
    """Writes, reads, lists and deletes files in S3, on an SFTP server or in a folder."""

    label = "Storage"
    icon = "bucket"
    category = "Integrations"
    color = "teal"
    Config = StorageConfig
    default_timeout = 120.0

    @classmethod
    def check(cls, config: StorageConfig) -> list[Problem]:
        """What the operation needs."""
        problems = []
        if config.operation in _NEED_KEY and not config.key:
            problems.append(Problem(f"“{config.operation}” needs a key.", path="key", hint="Add `key`."))
        if config.operation == "put" and config.content is None:
            problems.append(Problem("There is nothing to write.", path="content", hint="Add `content`."))
        return problems

    def run(self, config: StorageConfig, context: StepContext) -> Result:
        """What the operation gives."""
        storage = context.connector(config.connector, family="storage")
        if not isinstance(storage, Storage):
            raise StepFailed(f"The connector {config.connector} is no storage.", error_type="connector")
        match config.operation:
            case "put":
                stored = _stored(config, context)
                storage.put(config.key, stored)
                context.log(f"{config.key}: {len(stored.content):,} bytes written")
                return Result({"key": config.key, "size": len(stored.content)})
            case "get":
                found = storage.get(config.key, max_bytes=context.files.max_bytes)
                context.log(f"{config.key}: {len(found.content):,} bytes read")
                name = config.key.rstrip("/").rpartition("/")[2]
                return Result(context.files.save(name, found.content_type, found.content))
            case "list":
                return Result([entry.as_json() for entry in storage.entries(config.prefix, limit=config.limit)])
            case "delete":
                storage.delete(config.key)
                return Result({"key": config.key})
        url = storage.presign(config.key, seconds=config.expires_in, method=config.method)
        return Result({"key": config.key, "url": url})


def _stored(config: StorageConfig, context: StepContext) -> Stored:
    content = config.content
    if isinstance(content, dict) and isinstance(content.get("$file"), str):
        return Stored(context.files.open(content), config.content_type or str(content.get("content_type") or ""))
    if isinstance(content, str):
        return Stored(content.encode(), config.content_type or "text/plain; charset=utf-8")
    return Stored(_as_json(content), config.content_type or "application/json")


def _as_json(content: JSON) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
