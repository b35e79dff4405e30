"""Blobs in a bucket of S3 or of anything that speaks its language. Needs the extra `s3` (boto3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

from backend.files.errors import FileGone, StoreUnavailable

_GONE = {"NoSuchKey", "404", "NotFound"}


class S3Store:
    """Objects below a prefix; an answer of S3 means that the object is durable."""

    def __init__(self, client: Any, *, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @classmethod
    def from_url(cls, url: str) -> Self:
        """`s3://bucket/prefix?endpoint_url=…&region=…`; credentials as for every AWS tool, or before the bucket."""
        try:
            import boto3
        except ImportError as error:
            raise ImproperlyConfigured("STEPGRAPH_BLOB_URL names S3: install `stepgraph[s3]`.") from error
        from botocore.config import Config

        parts = urlsplit(url)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        client = boto3.client(
            "s3",
            endpoint_url=options.get("endpoint_url"),
            region_name=options.get("region"),
            aws_access_key_id=unquote(parts.username) if parts.username else None,
            aws_secret_access_key=unquote(parts.password) if parts.password else None,
            config=Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 3, "mode": "standard"}),
        )
        prefix = parts.path.strip("/")
        return cls(client, bucket=parts.hostname or "", prefix=f"{prefix}/" if prefix else "")

    def put(self, address: UUID, source: IO[bytes]) -> None:
        """In parts when it is large."""
        with _understood():
            self._client.upload_fileobj(_Unclosed(source), self._bucket, self._key(address))

    def open(self, address: UUID) -> IO[bytes]:
        """A stream from the bucket."""
        with _understood():
            body: IO[bytes] = self._client.get_object(Bucket=self._bucket, Key=self._key(address))["Body"]
            return body

    def delete(self, address: UUID) -> None:
        """Removes the object."""
        with _understood():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(address))

    def older_than(self, moment: datetime) -> Iterator[UUID]:
        """Lists the bucket below the prefix."""
        with _understood():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for entry in page.get("Contents", ()):
                    if entry["LastModified"] < moment:
                        yield UUID(entry["Key"].removeprefix(self._prefix))

    def _key(self, address: UUID) -> str:
        return self._prefix + address.hex


class _Unclosed:
    """The transfer library closes what it has read; whoever opened it does that here."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self._source.read(size)


@contextmanager
def _understood() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _GONE:
            raise FileGone from error
        raise StoreUnavailable(f"S3 refused: {code}. Check STEPGRAPH_BLOB_URL and the credentials.") from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"S3 does not answer: {error}.") from error
