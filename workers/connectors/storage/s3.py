"""S3, and what speaks its language: MinIO, R2, Ceph, Garage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from pydantic import Field, field_validator

from backend.catalog.connectors import ConnectorConfig
from backend.catalog.fields import Secret
from backend.catalog.steps import StepFailed
from backend.common.egress import Response
from workers.connectors.storage._base import DEFAULT_SECONDS, Entry, Storage, Stored, checked, missing
from workers.http import errors
from workers.http.auth.sigv4 import SigV4
from workers.http.request import Params, Request
from workers.http.sending import MAX_BYTES, Sender

_PAGE = 1_000  # objects that S3 lists at once


class S3Config(ConnectorConfig):
    """The form of a bucket."""

    endpoint_url: str | None = Field(
        default=None,
        title="Endpoint",
        description="Empty: AWS itself.",
        examples=["https://minio.example.com"],
    )
    region: str = Field(min_length=1, title="Region", examples=["eu-central-1"])
    bucket: str = Field(
        min_length=1, max_length=255, pattern=r"^[A-Za-z0-9._-]+$", title="Bucket", examples=["exports"]
    )
    access_key_id: str = Field(min_length=1, title="Access key ID", examples=["AKIDEXAMPLE"])
    secret_access_key: Secret = Field(title="Secret access key")
    session_token: Secret | None = Field(default=None, title="Session token", description="Of temporary keys.")
    prefix: str = Field(default="", title="Prefix", description="Before every key.", examples=["stepgraph/"])

    @field_validator("endpoint_url")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("it must begin with https:// or http://")
        return value or None


class S3(Storage[S3Config], type="s3"):
    """A bucket of S3 or of a service that speaks its language."""

    label = "S3"
    icon = "bucket"
    Config = S3Config

    def put(self, key: str, stored: Stored) -> None:
        """In one request."""
        headers = {"Content-Type": stored.content_type or "application/octet-stream"}
        self._send(Request("PUT", self._object(key), headers, stored.content), key=key)

    def get(self, key: str, *, max_bytes: int) -> Stored:
        """In one request."""
        response = self._send(Request("GET", self._object(key)), key=key, max_bytes=max_bytes)
        return Stored(response.content, response.content_type)

    def entries(self, prefix: str, *, limit: int) -> list[Entry]:
        """Page by page."""
        found: list[Entry] = []
        token = ""
        while len(found) < limit:
            page = self._page(prefix, token, min(_PAGE, limit - len(found)))
            found += _entries(page, self.config.prefix)
            token = _text(page, "NextContinuationToken")
            if not token:
                break
        return found[:limit]

    def delete(self, key: str) -> None:
        """S3 answers the same whether the object was there or not."""
        self._send(Request("DELETE", self._object(key)), key=key)

    def presign(self, key: str, *, seconds: int, method: str) -> str:
        """An address that is good for a while."""
        return self._scheme().presign(Request(method, self._object(key)), seconds=seconds)

    def _page(self, prefix: str, token: str, size: int) -> Element:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import fromstring

        params: dict[str, str] = {"list-type": "2", "prefix": self.config.prefix + prefix, "max-keys": str(size)}
        request = Request("GET", self._bucket()).with_params(_given(params | {"continuation-token": token}))
        response = self._send(request, key=prefix)
        try:
            page: Element = fromstring(response.content)
        except (ParseError, DefusedXmlException) as error:
            raise StepFailed(f"{request.label} did not answer as S3 does.", error_type="validation") from error
        return page

    def _send(self, request: Request, *, key: str, max_bytes: int = MAX_BYTES) -> Response:
        scheme = self._scheme()
        deadline = time.monotonic() + (self.config.timeout or DEFAULT_SECONDS)
        sender = Sender(self.outside.http(), deadline, lambda: False, scheme, max_bytes=max_bytes)
        sent, response = sender.send(request)
        if 200 <= response.status <= 299:
            return response
        if response.status == 404 and b"NoSuchBucket" not in response.content:
            raise missing(key)
        raise errors.of_status(sent, response, secrets=scheme.secrets(), hint=_hint(response))

    def _scheme(self) -> SigV4:
        config = self.config
        token = config.session_token.get_secret_value() if config.session_token else ""
        return SigV4(config.access_key_id, config.secret_access_key.get_secret_value(), config.region, "s3", token)

    def _object(self, key: str) -> str:
        return self._bucket(quote(self.config.prefix + checked(key), safe="/-._~"))

    def _bucket(self, path: str = "") -> str:
        if self.config.endpoint_url:
            return f"{self.config.endpoint_url.rstrip('/')}/{self.config.bucket}/{path}"
        host = f"s3.{self.config.region}.amazonaws.com"
        # A certificate for *.s3… does not cover a bucket with points in its name.
        if "." in self.config.bucket:
            return f"https://{host}/{self.config.bucket}/{path}"
        return f"https://{self.config.bucket}.{host}/{path}"


def _given(params: dict[str, str]) -> Params:
    return {name: value for name, value in params.items() if value or name == "prefix"}


def _entries(page: Element, prefix: str) -> Iterator[Entry]:
    for element in page.iter():
        if _name(element) == "Contents":
            key = _text(element, "Key").removeprefix(prefix)
            yield Entry(key, int(_text(element, "Size") or 0), _text(element, "LastModified"))


def _text(element: Any, name: str) -> str:
    return next((child.text or "" for child in element if _name(child) == name), "")


def _name(element: Element) -> str:
    """Without the namespace, which not every server writes."""
    return str(element.tag).rpartition("}")[2]


def _hint(response: Response) -> str:
    for word, hint in _HINTS.items():
        if word in response.content:
            return hint
    return ""


_HINTS = {
    b"NoSuchBucket": "The bucket does not exist: check its name and the endpoint.",
    b"SignatureDoesNotMatch": "The secret access key does not belong to the access key ID, or the region is wrong.",
    b"InvalidAccessKeyId": "The access key ID is not known there.",
    b"AccessDenied": "The key may not do this.",
    b"RequestTimeTooSkewed": "The clock of this machine is wrong.",
}
