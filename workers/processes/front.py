"""One port for two programs: event streams go to `live`, everything else to `web`.

It reads the head of each request, says who the client is, and then only copies bytes, which costs a tenth of what a
proxy that understands answers would. Connections to clients are closed after each answer; on one machine that is
cheap. While a program is being restarted, requests wait for it instead of failing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path

import structlog

logger = structlog.get_logger(__name__)

_EVENTS = re.compile(rb"^GET /api/jobs/[^/ ?]+/events/")
_DROPPED = (b"connection:", b"keep-alive:", b"x-forwarded-for:", b"x-real-ip:", b"forwarded:")
_REPEATABLE = (b"GET ", b"HEAD ")  # without an answer they can be asked again
_HEAD_SECONDS = 30.0
_PATIENCE_SECONDS = 10.0
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Front:
    """Where the two programs listen."""

    web: Path
    live: Path
    _talks: set[asyncio.Task[None]] = field(default_factory=set)  # the loop itself keeps none of them alive

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Opens the port; raises OSError when it is taken."""
        return await asyncio.start_server(self._talk, host, port, limit=_CHUNK)

    def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._handle(reader, writer))
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
            if _is_ambiguous(head):
                writer.write(_answer(400, "Bad request", "Lines of the request's head end with CR LF."))
                return
            await self._pass_on(head, reader, writer)
        except asyncio.LimitOverrunError:
            writer.write(_answer(431, "Request header fields too large", "The request's head is larger than 64 KiB."))
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass  # the client left, or said nothing: there is nobody to tell
        finally:
            await _close(writer)

    async def _pass_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = self.live if _EVENTS.match(head) else self.web
        rewritten_head = rewritten(head, client=writer.get_extra_info("peername")[0])
        for _ in range(2 if head.startswith(_REPEATABLE) else 1):
            upstream = await _connect(path)
            if upstream is None:
                writer.write(_answer(503, "Unavailable", "The server is starting. Try again in a few seconds."))
                return
            if await _exchange(rewritten_head, reader, writer, upstream):
                return
        detail = (
            "The server was interrupted in the middle of this request. Look whether it took effect, then try again."
        )
        writer.write(_answer(502, "Interrupted", detail))


def _is_ambiguous(head: bytes) -> bool:
    """Whether the programs could see other lines in it than we do: a lone LF or CR, or a NUL."""
    rest = head.replace(b"\r\n", b"")
    return any(mark in rest for mark in (b"\n", b"\r", b"\0"))


async def _exchange(
    head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: socket.socket
) -> bool:
    """Copies both ways until the answer ends; False when there was none at all."""
    sending = asyncio.create_task(_send(head, reader, upstream))
    try:
        return await _receive(upstream, writer) > 0
    finally:
        sending.cancel()
        await asyncio.wait([sending])
        upstream.close()


async def _send(head: bytes, reader: asyncio.StreamReader, upstream: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError):  # a side has left; a program may answer without having read the body
        await loop.sock_sendall(upstream, head)
        while chunk := await reader.read(_CHUNK):
            await loop.sock_sendall(upstream, chunk)


async def _receive(upstream: socket.socket, writer: asyncio.StreamWriter) -> int:
    loop = asyncio.get_running_loop()
    count = 0
    with contextlib.suppress(ConnectionError):  # a side has left: the answer is over
        while chunk := await loop.sock_recv(upstream, _CHUNK):
            count += len(chunk)
            writer.write(chunk)
            await writer.drain()
    return count


def rewritten(head: bytes, *, client: str) -> bytes:
    """The head as the programs get it: one answer for each connection, and the client's true address."""
    first, *fields = head[:-4].split(b"\r\n")
    kept = [line for line in fields if not line.lower().startswith(_DROPPED)]
    return b"\r\n".join([first, *kept, b"Connection: close", b"X-Forwarded-For: " + client.encode(), b"", b""])


async def _connect(path: Path) -> socket.socket | None:
    """A bare socket: a stream of asyncio's would throw an answer away as soon as nobody takes more of the request."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _PATIENCE_SECONDS
    while loop.time() < deadline:
        upstream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        upstream.setblocking(False)
        try:
            await loop.sock_connect(upstream, str(path))
        except OSError:
            upstream.close()
            await asyncio.sleep(0.1)
        else:
            return upstream
    logger.warning("program does not answer", socket=path.name)
    return None


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):  # closing a connection that is gone
        await writer.wait_closed()


def _answer(status: int, error: str, detail: str) -> bytes:
    body = json.dumps({"error": error, "detail": detail, "status": status}).encode()
    head = f"HTTP/1.1 {status} {error}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Retry-After: 2\r\nConnection: close\r\n\r\n".encode() + body
