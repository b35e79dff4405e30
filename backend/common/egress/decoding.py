"""Decompression of an answer as it streams in, with its size limited at every moment."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

from backend.common.egress.errors import EgressNetworkError, ResponseTooLarge

_PIECE = 65_536
_GZIP_OR_ZLIB, _RAW = 47, -15


class Decoder(Protocol):
    """Turns the bytes of the wire into those of the content."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The content of the next piece, in pieces of limited size."""

    def finish(self) -> None:
        """Raises EgressNetworkError when the content ended too early."""


class Identity:
    """Content that is not compressed."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The piece itself."""
        yield data

    def finish(self) -> None:
        """Length is checked by the protocol."""


class Inflate:
    """gzip and deflate. Never more than one piece is unpacked at once, so that a bomb ends at the limit."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The unpacked content of the next piece."""
        while data:
            piece = self._unpack(data)
            if piece:
                yield piece
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data
                self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
                self._started = False

    def _unpack(self, data: bytes) -> bytes:
        try:
            piece = self._stream.decompress(data, _PIECE)
        except zlib.error:
            if self._started:
                raise _broken() from None
            piece = self._unpack_raw(data)
        self._started = True
        return piece

    def _unpack_raw(self, data: bytes) -> bytes:
        """Some servers send deflate without its zlib envelope."""
        self._stream = zlib.decompressobj(_RAW)
        try:
            return self._stream.decompress(data, _PIECE)
        except zlib.error:
            raise _broken() from None

    def finish(self) -> None:
        """Raises EgressNetworkError when the stream ended before its end mark."""
        if self._started:
            raise _broken()


class Collector:
    """Gathers an answer's content up to a limit in bytes, after decompression and before."""

    def __init__(self, encoding: str, *, max_bytes: int) -> None:
        self._decoder = _decoder(encoding)
        self._max_bytes = max_bytes
        self._received = 0
        self._content = bytearray()

    def add(self, data: bytes) -> None:
        """Takes the next piece from the wire; raises ResponseTooLarge at the limit."""
        self._received += len(data)
        self._limit(self._received)
        for piece in self._decoder.feed(data):
            self._limit(len(self._content) + len(piece))
            self._content += piece

    def content(self) -> bytes:
        """All of it, once the wire is silent."""
        self._decoder.finish()
        return bytes(self._content)

    def _limit(self, size: int) -> None:
        if size > self._max_bytes:
            raise ResponseTooLarge(f"The answer is larger than {self._max_bytes:,} bytes.")


def _decoder(encoding: str) -> Decoder:
    match encoding.strip().lower():
        case "" | "identity":
            return Identity()
        case "gzip" | "x-gzip" | "deflate":
            return Inflate()
    raise EgressNetworkError(f"The answer is compressed as “{encoding[:40]}”, which was not asked for.")


def _broken() -> EgressNetworkError:
    return EgressNetworkError("The compressed answer is damaged or incomplete.")
