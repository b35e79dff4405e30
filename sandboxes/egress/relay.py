"""What runs beside scripts that may use the network: passes connections at the loopback address on to the proxy.

Started as text in a container (`python3 -c`), so it stands alone: standard library only. Arguments: the proxy's Unix
socket, the port to listen at, and a word for the proxy when that is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One direction."""
    with contextlib.suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


async def serve(path: str, port: int, word: str) -> None:
    """For ever."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_unix_connection(path)
        except OSError:
            writer.close()
            return
        forth = asyncio.ensure_future(pump(reader, there_writer))
        await pump(there_reader, writer)
        forth.cancel()
        for end in (writer, there_writer):
            end.close()

    server = await asyncio.start_server(relay, "127.0.0.1", port, backlog=256)
    _, hello = await asyncio.open_unix_connection(path)
    hello.write(f"HELLO {word} x\r\n\r\n".encode())
    await hello.drain()
    hello.close()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
