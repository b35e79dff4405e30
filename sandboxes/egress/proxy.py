"""The proxy itself: HTTP and CONNECT, each destination judged by name and address, each byte counted."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import logging
import re
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sandboxes.egress.ledger import Account, Ledger
from sandboxes.errors import EgressRefused

logger = logging.getLogger(__name__)

Judge = Callable[[str, int], Sequence[str]]
"""Host and port → the addresses to connect to, all of them allowed. Raises EgressRefused. May take seconds."""

_HEAD_BYTES: Final = 64 * 1024
_HEAD_SECONDS: Final = 30.0
_CONNECT_SECONDS: Final = 10.0
_IDLE_SECONDS: Final = 600.0
_PIECE: Final = 64 * 1024
_HOST: Final = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}")
_HOP_BY_HOP: Final = frozenset(
    {"proxy-authorization", "proxy-connection", "connection", "keep-alive", "te", "trailer", "upgrade"}
)


@dataclass(frozen=True, slots=True)
class Request:
    """The head of what a client asks of the proxy."""

    method: str
    host: str
    port: int
    path: str  # empty for CONNECT
    headers: tuple[tuple[str, str], ...]

    @property
    def token(self) -> str:
        """The password of the client's proxy address."""
        value = next((value for name, value in self.headers if name.lower() == "proxy-authorization"), "")
        kind, _, text = value.partition(" ")
        try:
            return base64.b64decode(text).decode().rpartition(":")[2] if kind.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            return ""

    def head(self) -> bytes:
        """The head as the destination gets it; with one request a connection, all go where they were judged."""
        kept = [f"{name}: {value}" for name, value in self.headers if name.lower() not in _HOP_BY_HOP]
        return "\r\n".join([f"{self.method} {self.path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode(
            "latin-1"
        )


class BadRequest(ValueError):
    """The proxy does not understand what is asked of it."""


def parse(head: bytes) -> Request:
    """Reads a request's head. Raises BadRequest."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[0].isalpha():
        raise BadRequest("This is an HTTP proxy.")
    headers = tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    if words[0].upper() == "CONNECT":
        host, port = _authority(words[1], default=443)
        return Request("CONNECT", host, port, "", headers)
    parts = urlsplit(words[1])
    if parts.scheme != "http":
        raise BadRequest("The proxy takes addresses that begin with http://, and CONNECT for all others.")
    host, port = _authority(parts.netloc.rpartition("@")[2], default=80)
    path = parts.path or "/"
    return Request(words[0], host, port, f"{path}?{parts.query}" if parts.query else path, headers)


def _authority(text: str, *, default: int) -> tuple[str, int]:
    host, colon, digits = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, digits = text, str(default)
    host = host.strip("[]").lower().rstrip(".")
    port = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
    if not _HOST.fullmatch(host) or not 0 < port < 65536:
        raise BadRequest(f"“{text[:80]}” names no host and port.")
    return host, port


class Proxy:
    """Serves in a thread of its own, over a Unix socket and, if wanted, over TCP on the loopback address."""

    def __init__(self, judge: Judge, ledger: Ledger) -> None:
        self._judge, self._ledger = judge, ledger
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True, name="egress")
        self._thread.start()

    def _run(self) -> None:
        try:
            self._loop.run_forever()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))  # so that each hears of its end
        finally:
            self._loop.close()

    def listen_unix(self, path: Path) -> None:
        """Listens at a socket that everybody may open: tokens say who may pass."""
        self._await(asyncio.start_unix_server(self._serve, str(path), limit=_HEAD_BYTES))
        path.chmod(0o666)

    def listen_tcp(self) -> int:
        """Listens at a free port of the loopback address, which is the answer."""
        server = self._await(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_BYTES))
        port: int = server.sockets[0].getsockname()[1]
        return port

    def _await(self, starting: Coroutine[Any, Any, asyncio.Server]) -> asyncio.Server:
        return asyncio.run_coroutine_threadsafe(starting, self._loop).result(10)

    def cut(self, account: Account) -> None:
        """Ends the connections of a script that has ended: servers may keep them open for long."""

        def ends() -> None:
            for end in tuple(account.ends):
                end()

        self._loop.call_soon_threadsafe(ends)

    def stop(self) -> None:
        """Ends everything."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass  # the client went away, or never said what it wants
        finally:
            await _closed(writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"HELLO "):
            self._ledger.hello(head.split()[1].decode("latin-1"))
            return
        try:
            request = parse(head)
        except BadRequest as error:
            await _say(writer, 400, str(error))
            return
        account = self._ledger.find(request.token)
        if account is None:
            await _say(writer, 407, "The proxy knows no script by this token.", "Proxy-Authenticate: Basic")
        elif not account.begin():
            await _say(writer, 429, "The script has too many connections open.")
        else:
            try:
                await self._pass(request, account, reader, writer)
            finally:
                account.end()

    async def _pass(
        self, request: Request, account: Account, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            addresses = await self._loop.run_in_executor(None, self._judge, request.host, request.port)
        except EgressRefused as error:
            account.refuse(request.host, request.port, str(error))
            await _say(writer, 403, str(error))
            return
        try:
            there = await _connect(addresses, request.port)
        except (OSError, TimeoutError) as error:
            reason = f"The connection failed: {error or 'no answer in time'}."
            account.refuse(request.host, request.port, reason)
            await _say(writer, 502, f"{request.host}:{request.port}: {reason}")
            return
        if request.method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            there[1].write(request.head())
        end = there[1].transport.abort
        account.ends.add(end)
        sent, received = await _pump((reader, writer), there)
        account.ends.discard(end)
        account.passed(request.host, request.port, sent=sent, received=received)


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _connect(addresses: Sequence[str], port: int) -> Stream:
    """To the very addresses that were judged, the first that answers."""
    problem: Exception = OSError("there is no address")
    for address in addresses:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                return await asyncio.open_connection(address, port)
        except (OSError, TimeoutError) as error:
            problem = error
    raise problem


async def _pump(here: Stream, there: Stream) -> tuple[int, int]:
    """Passes bytes on in both directions until both ends are through; how many went there and came back."""
    counts = [0, 0]

    async def one_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, index: int) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            while True:
                async with asyncio.timeout(_IDLE_SECONDS):
                    piece = await reader.read(_PIECE)
                if not piece:
                    break
                writer.write(piece)
                counts[index] += len(piece)
                await writer.drain()
        with contextlib.suppress(OSError):
            if writer.can_write_eof():
                writer.write_eof()

    try:
        forth = asyncio.create_task(one_way(here[0], there[1], 0))
        back = asyncio.create_task(one_way(there[0], here[1], 1))
        await asyncio.wait({back})  # once the answer is through, nobody listens to more questions
        forth.cancel()
        await asyncio.wait({forth})
    finally:
        await _closed(there[1])
    return counts[0], counts[1]


async def _say(writer: asyncio.StreamWriter, status: int, text: str, *headers: str) -> None:
    body = f"{text}\n".encode()
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}", *headers, "Content-Type: text/plain; charset=utf-8"]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    writer.write("\r\n".join(lines).encode() + body)
    await writer.drain()


_REASONS: Final = {
    400: "Bad Request",
    403: "Forbidden",
    407: "Proxy Authentication Required",
    429: "Too Many Requests",
    502: "Bad Gateway",
}


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
