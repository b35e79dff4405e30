"""Which programs `up` starts."""

from __future__ import annotations

from workers.processes.installation import programs


def test_sandboxes_on_other_hosts_need_no_service_here(settings, tmp_path):
    settings.STEPGRAPH_SANDBOX = "auto"
    here = {program.name for program in programs(tmp_path)}
    settings.STEPGRAPH_SANDBOX = "remote"
    elsewhere = {program.name for program in programs(tmp_path)}

    assert here - elsewhere == {"sandbox"}
