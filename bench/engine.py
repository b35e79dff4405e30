"""What the engine adds to a step, against the bare durable commit that it cannot do without."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from backend.accounts.models import Organization
from backend.common.egress import EgressClient, EgressPolicy
from backend.common.ids import uuid7
from backend.jobs import selectors, store
from backend.jobs.models import Job
from backend.jobs.services import job_create
from backend.workflows.models import Workflow, WorkflowVersion
from bench.installation import answering
from bench.ratio import Ratio, compare
from sandboxes.client import SandboxClient
from workers.engine.attempts.context import Tools
from workers.engine.base.signals import Signals
from workers.engine.owner.runner import Runner

_STEPS = 40
_ITEMS = 1000
_BRANCHES = 100
_EFFECTS = 30


def measure() -> Iterator[Ratio]:
    """A chain of pure steps, and a loop, each as one whole job from claim to end."""
    organization = Organization.objects.create(name="Bench", slug="bench")
    worker = uuid7()
    store.worker_register(worker, host="bench", pid=os.getpid(), sandbox={})
    chain = [_value(f"s{number}", after=[f"s{number - 1}"] if number else []) for number in range(_STEPS)]
    loop = [
        {"id": "each", "type": "loop", "config": {"items": "{{ range(1000) }}", "collect": "last"}},
        {**_value("body"), "parent": "each"},
    ]
    fan = [
        *(_value(f"s{number}") for number in range(_BRANCHES)),
        _value("join", after=[f"s{n}" for n in range(_BRANCHES)]),
    ]
    batches = [
        {"id": "each", "type": "loop", "config": {"items": "{{ range(100) }}", "collect": "none"}},
        {**_value("batch", expression="[{'n': n, 'name': str(n)} for n in range(100)]"), "parent": "each"},
    ]
    kinds = {
        f"job of {_STEPS} pure steps": chain,
        f"loop over {_ITEMS} items": loop,
        f"fan-out of {_BRANCHES} and join": fan,
        "10,000 items in batches of 100": batches,
    }
    for name, steps in kinds.items():
        version = _version(organization, steps)
        yield compare(
            f"{name}, against one commit",
            ours=lambda version=version: _run(version, worker),
            base=lambda: store.heartbeat(worker),
        )
    yield _commits(organization, worker)


def _commits(organization: Organization, worker: object) -> Ratio:
    """A chain of steps with effects: how often the job is written, its end included, for each of them."""
    written, honest = [0], store.checkpoint

    def counted(*args: Any, **named: Any) -> store.Asked:
        written[0] += 1
        return honest(*args, **named)

    with answering(after=0) as url:
        config = {"method": "GET", "url": url}
        steps = [
            {"id": f"s{n}", "type": "api", "config": config, "after": [f"s{n - 1}"] if n else []}
            for n in range(_EFFECTS)
        ]
        store.checkpoint = counted
        try:
            _run(_version(organization, steps), worker)
        finally:
            store.checkpoint = honest
    name = "commits for each step with an effect"
    return Ratio(name, written[0] / _EFFECTS, ours=str(written[0]), base=f"{_EFFECTS} steps", target=1.3)


def _value(id_: str, *, expression: str = "1 + 1", **options: object) -> dict[str, object]:
    return {"id": id_, "type": "transform", "config": {"values": {"x": expression}}, **options}


def _version(organization: Organization, steps: list[dict[str, object]]) -> WorkflowVersion:
    slug = f"bench-{uuid7()}"
    definition = {"stepgraph": 1, "name": slug, "steps": steps}
    workflow = Workflow.objects.create(organization=organization, slug=slug, name=slug, definition=definition)
    return WorkflowVersion.objects.create(workflow=workflow, number=1, definition=definition, checksum=slug)


def _run(version: WorkflowVersion, worker: object) -> None:
    job = job_create(workflow=version.workflow, version=version, input={}, triggered_by="API")
    (lease,) = store.claim(worker, limit=1)
    tools = Tools(sandbox=SandboxClient("unix:///none"), http=EgressClient(EgressPolicy.from_words(["127.0.0.0/8"])))
    with ThreadPoolExecutor(1) as pool:
        Runner(lease, selectors.job_load(lease.job_id), tools=tools, pool=pool, signals=Signals()).run()
    assert Job.objects.get(id=job.id).status == "SUCCESS"
