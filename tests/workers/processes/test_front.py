"""The front of an installation: what may pass, and who it says is calling."""

from __future__ import annotations

import asyncio
import gc
import socket
from pathlib import Path

import pytest

from workers.processes.front import Front, rewritten


async def ask(folder: Path, request: bytes) -> tuple[bytes, list[bytes]]:
    """The answer of the front, and what the program behind it was sent."""
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(answer, str(folder / "web.sock")):
        front = await Front(web=folder / "web.sock", live=folder / "live.sock").serve("127.0.0.1", 0)
        async with front:
            reader, writer = await asyncio.open_connection(*front.sockets[0].getsockname()[:2])
            writer.write(request)
            found = await asyncio.wait_for(reader.read(), 10)
            writer.close()
    return found, seen


def test_a_request_passes_with_the_true_address(tmp_path) -> None:
    request = b"GET /api/jobs/ HTTP/1.1\r\nHost: a\r\nx-forwarded-for: 6.6.6.6\r\nConnection: keep-alive\r\n\r\n"

    answer, (head,) = asyncio.run(ask(tmp_path, request))

    assert answer.endswith(b"ok")
    assert b"6.6.6.6" not in head
    assert head.count(b"X-Forwarded-For: 127.0.0.1") == head.count(b"Connection: close") == 1


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nA: b\nX-Forwarded-For: 6.6.6.6\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\nGET /api/users/me/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nA: b\rX-Forwarded-For: 6.6.6.6\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
    ],
)
def test_a_head_that_could_be_read_in_two_ways_is_refused(tmp_path, head) -> None:
    answer, seen = asyncio.run(ask(tmp_path, head))

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert seen == []


def test_only_the_first_of_several_requests_is_answered(tmp_path) -> None:
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    answer, seen = asyncio.run(ask(tmp_path, request + request))

    assert answer.count(b"200 OK") == 1
    assert len(seen) == 1


def refuse_unread(listener: socket.socket) -> None:
    """Answers a request once its head is there, and leaves without a look at the rest."""
    connection, _ = listener.accept()
    with connection:
        while b"\r\n\r\n" not in (start := connection.recv(65_536, socket.MSG_PEEK)):
            pass
        connection.recv(start.index(b"\r\n\r\n") + 4)
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


async def ask_in_two_parts(folder: Path, head: bytes, body: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "web.sock"))
        listener.listen()
        refused = asyncio.create_task(asyncio.to_thread(refuse_unread, listener))
        async with await Front(web=folder / "web.sock", live=folder / "live.sock").serve("127.0.0.1", 0) as front:
            reader, writer = await asyncio.open_connection(*front.sockets[0].getsockname()[:2])
            writer.write(head + body)  # which the front passes on in two pieces
            found = await asyncio.wait_for(reader.read(), 10)
            writer.close()
        await refused
    return found


def test_an_answer_counts_although_the_request_was_not_read_to_its_end(tmp_path) -> None:
    head, body = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n", b"x" * 900

    answers = {asyncio.run(ask_in_two_parts(_folder(tmp_path, number), head, body)) for number in range(20)}

    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 404"}


def _folder(folder: Path, number: int) -> Path:
    made = folder / str(number)
    made.mkdir()
    return made


def test_nothing_but_the_head_is_changed() -> None:
    head = b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nX-Real-IP: 6.6.6.6\r\nX-Signature: s\r\n\r\n"

    found = rewritten(head, client="10.0.0.1")

    assert found == (
        b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nX-Signature: s\r\nConnection: close\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n"
    )


def test_of_clients_that_leave_nothing_is_left_and_nothing_complained_about(tmp_path) -> None:
    complaints: list[dict] = []

    async def leave() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        waiting = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            waiting.set()
            await asyncio.sleep(0.4)
            writer.close()

        async with await asyncio.start_unix_server(silent, str(tmp_path / "web.sock")):
            front = await Front(web=tmp_path / "web.sock", live=tmp_path / "live.sock").serve("127.0.0.1", 0)
            async with front:
                _, writer = await asyncio.open_connection(*front.sockets[0].getsockname()[:2])
                writer.write(b"GET /api/jobs/ HTTP/1.1\r\nHost: a\r\n\r\n")
                await asyncio.wait_for(waiting.wait(), 10)
                writer.transport.abort()
                await asyncio.sleep(0.1)
                gc.collect()
                async with asyncio.timeout(10):  # it asks once more, as nothing came, before it gives up
                    while len(asyncio.all_tasks()) > 1:
                        await asyncio.sleep(0.05)

    asyncio.run(leave())

    assert complaints == []
