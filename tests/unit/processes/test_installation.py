"""Which programs `up` starts."""

from __future__ import annotations

import asyncio

import pytest

from workers.processes import installation


def test_sandboxes_on_other_hosts_need_no_service_here(settings, tmp_path):
    settings.STEPGRAPH_SANDBOX = "auto"
    here = {program.name for program in installation.programs(tmp_path)}
    settings.STEPGRAPH_SANDBOX = "remote"
    elsewhere = {program.name for program in installation.programs(tmp_path)}

    assert here - elsewhere == {"sandbox"}


def test_a_program_that_is_starting_is_not_asked_through_the_front(settings, tmp_path):
    settings.STEPGRAPH_HOME = tmp_path
    asked = []

    async def start() -> None:
        front = await asyncio.start_server(lambda reader, writer: asked.append(writer), "127.0.0.1", 0)
        settings.PORT = front.sockets[0].getsockname()[1]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(installation._until_ready(print), 0.25)
        front.close()

    asyncio.run(start())

    assert asked == []
