"""Scripts that call the outside, scripts in four languages in a row, and a language that is not installed."""

from __future__ import annotations

import io
import tarfile
import textwrap
import time
from collections.abc import Iterator
from typing import Any

import docker
import docker.errors
import httpx
import pytest

from sandboxes.languages import LANGUAGES
from tests.acceptance.helpers import create, ended, execute, script
from tests.http_server import Answer, Handler, Server
from tests.requirements import need
from tests.stack import STAND_IN, Stack

RETRIES = """
import requests
import time

max_retries = 3
for attempt in range(max_retries):
    try:
        response = requests.get(url, timeout=10)
        response.raise_for_status()
        return response.json()
    except Exception as e:
        if attempt < max_retries - 1:
            wait_time = 2 ** attempt * pause
            time.sleep(wait_time)
        else:
            raise
"""


def fetch(url: str, *, network: bool = True, pause: float = 1.0, **options: Any) -> dict[str, Any]:
    step = script("fetch", f"url, pause = {url!r}, {pause}\n{RETRIES}", timeout=40, **options)
    return {**step, "config": {**step["config"], "network": network}}


@pytest.fixture(scope="module")
def engine(api: httpx.Client) -> None:
    """Scripts in containers, where alone the network is walled and packages are installed."""
    isolation = api.get("/api/system/").json()["sandbox"]["isolation"]
    need("docker", available=isolation == "docker", reason=f"scripts run in {isolation or 'nothing'} here")


def test_a_script_with_its_own_retries_reaches_an_allowed_host(engine: None, api: Any, server: Server) -> None:
    answers = iter([Answer(500), Answer(500), Answer(200, body=b'{"items": [1, 2]}')])
    server.answers["/data"] = Answer(write=lambda handler: reply(handler, next(answers)))

    job = ended(api, execute(api, create(api, fetch(f"{server.url}/data", pause=0.1))))

    (step,) = job["steps"]
    assert (job["status"], step["output"], len(step["attempts"])) == ("SUCCESS", {"items": [1, 2]}, 1), job["error"]
    assert [seen.path for seen in server.seen] == ["/data"] * 3
    log = api.get(f"/api/jobs/{job['id']}/logs/").json()["logs"]
    assert log.count(f"Network: 127.0.0.1:{server.port}, ") == 3


def reply(handler: Handler, answer: Answer) -> None:
    handler.send_response(answer.status)
    handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body)


def test_c38_what_a_branch_does_to_its_variables_its_siblings_do_not_see(engine: None, api: httpx.Client) -> None:
    """In one container, where a shared value would show."""
    code = """
        cart["lines"].append("{0}")
        cart["owner"] = "{0}"
        result = cart
    """
    names = ("left", "right")
    branches = [script(name, textwrap.dedent(code.format(name))) for name in names]
    after = {
        "id": "after",
        "type": "output",
        "after": list(names),
        "join": "all",
        "config": {"values": {"cart": "cart"}},
    }
    workflow = create(
        api,
        *branches,
        after,
        inputs={"type": "object", "properties": {"cart": {"type": "object"}}},
        settings={"sandbox": "job"},
    )

    job = ended(api, execute(api, workflow, context={"cart": {"lines": [1], "owner": ""}}))

    results = {step["id"]: step["output"] for step in job["steps"]}
    assert job["status"] == "SUCCESS", job["error"]
    assert [results[name] for name in names] == [{"lines": [1, name], "owner": name} for name in names]
    assert job["output"] == {"cart": {"lines": [1], "owner": ""}}


def test_the_engines_retries_come_on_top(engine: None, api: httpx.Client, server: Server) -> None:
    server.answers["/data"] = Answer(500)
    retry = {"retries": 1, "delay": 0.1, "backoff": "fixed"}

    job = ended(api, execute(api, create(api, fetch(f"{server.url}/data", pause=0.1, retry=retry))))

    (step,) = job["steps"]
    assert (job["status"], len(step["attempts"]), len(server.seen)) == ("FAILED", 2, 6)
    assert [attempt["error"]["type"] for attempt in step["attempts"]] == ["exit_code", "exit_code"]
    assert "500" in job["error"]["message"]


def test_without_network_the_error_names_the_setting(engine: None, api: httpx.Client, server: Server) -> None:
    job = ended(api, execute(api, create(api, fetch(f"{server.url}/data", network=False, pause=0.1))))

    assert job["status"] == "FAILED"
    assert "“Network access” (`network: true`)" in job["error"]["message"]
    assert server.seen == []


def test_what_is_not_allowed_is_refused_and_logged(engine: None, api: httpx.Client) -> None:
    job = ended(api, execute(api, create(api, fetch("http://169.254.169.254/latest/", pause=0.1))))

    assert job["status"] == "FAILED"
    assert "STEPGRAPH_EGRESS_ALLOW=169.254.169.254:80" in job["error"]["message"]
    assert "Network: 169.254.169.254:80 refused" in api.get(f"/api/jobs/{job['id']}/logs/").json()["logs"]


# --- four languages in a row ---------------------------------------------------------------------------------------

# PowerShell itself is not to be had everywhere. This stand-in reads the frame as `pwsh` would, and does what the script
# below says; it shows that a fourth interpreter takes its place in a pipeline, not that PowerShell works.
PWSH = '''#!/usr/bin/python3
"""A stand-in for pwsh: knows one script."""
import json, os, sys, urllib.request
frame = json.loads(sys.stdin.readline())
assert "Invoke-WebRequest -Method Post" in frame["code"], "the stand-in knows one script only"
os.environ.update(frame["env"])
body = frame["context"]["html_report"].encode()
with urllib.request.urlopen(urllib.request.Request(os.environ["TARGET"], data=body, method="POST")) as answer:
    payload = json.dumps({"status": answer.status}).encode()
sys.stdout.buffer.write(frame["marker"].encode() + b"value %d\\n" % len(payload) + payload)
'''


@pytest.fixture(scope="module")
def stand_in(engine: None) -> Iterator[str]:
    """An image with the stand-in, under a name that the installation allows."""
    client = docker.from_env()
    try:
        container = client.containers.create(LANGUAGES["python"].image, ["true"])
    except docker.errors.ImageNotFound:
        need("docker", available=False, reason="the image for Python is not built")
    data, entry = PWSH.encode(), tarfile.TarInfo("usr/local/bin/pwsh")
    entry.size, entry.mode = len(data), 0o755
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(entry, io.BytesIO(data))
    container.put_archive("/", buffer.getvalue())
    container.commit(repository=STAND_IN.partition(":")[0], tag=STAND_IN.partition(":")[2])
    container.remove()
    yield STAND_IN
    client.images.remove(STAND_IN, force=True)
    client.close()


COLLECT = """
disk=${SG_DISK:-$(df --output=pcent /tmp | tail -1 | tr -dc 0-9)}
memory=$(awk '/MemTotal/ {t=$2} /MemAvailable/ {a=$2} END {print int(100 * (t - a) / t)}' /proc/meminfo)
cpu=$(nproc)
jq -n --argjson disk "$disk" --argjson memory "$memory" --argjson cpu "$cpu" '{disk: $disk, memory: $memory, cpu: $cpu}'
"""
ANALYSE = """
import numpy as np
import pandas as pd

frame = pd.DataFrame([{"metric": name, "value": value} for name, value in system_metrics.items()])
frame["status"] = np.where((frame["metric"] == "disk") & (frame["value"] > 90), "critical", "ok")
return {"critical_count": int((frame["status"] == "critical").sum()), "rows": frame.to_dict("records")}
"""
FORMAT = """
const cells = (row) => `<td>${row.metric}</td><td>${row.value}</td><td>${row.status}</td>`
const rows = health_analysis.rows.map((row) => `<tr>${cells(row)}</tr>`)
return `<table>${rows.join("")}</table>`
"""
DELIVER = (
    "$r = Invoke-WebRequest -Method Post -Uri $env:TARGET -Body $Context.html_report\nreturn @{status = $r.StatusCode}"
)


def audit(target: str, *, image: str, connector: str) -> list[dict[str, Any]]:
    analyse = script("analyse", ANALYSE, after=["collect"], output="health_analysis", timeout=60)
    analyse["config"] |= {"packages": ["pandas", "numpy"], "memory_mb": 512}
    deliver = script("deliver", DELIVER, "powershell", after=["format"], output="delivery_status")
    deliver["config"] |= {"image": image, "network": True, "env": {"TARGET": f"{target}/report"}}
    alarm = {"connector": connector, "subject": "Disk is critical", "body": "{{ health_analysis.critical_count }}"}
    return [
        script("collect", COLLECT, "bash", output="system_metrics"),
        analyse,
        script("format", FORMAT, "javascript", after=["analyse"], output="html_report"),
        deliver,
        {
            "id": "critical",
            "type": "condition",
            "after": ["deliver"],
            "config": {"expression": "health_analysis.critical_count > 0"},
        },
        {"id": "page", "type": "notification", "after": ["critical.true"], "config": alarm},
        {
            "id": "note",
            "type": "transform",
            "after": ["critical.false"],
            "config": {"values": {"row": "'success'"}},
        },
        {"id": "out", "type": "output", "after": ["page", "note"], "config": {"values": {"note": "note"}}},
    ]


@pytest.mark.parametrize(("disk", "branch"), [(95, "page"), (10, "note")])
def test_four_languages_in_a_row(
    api: httpx.Client,
    server: Server,
    stand_in: str,
    disk: int,
    branch: str,
) -> None:
    server.answers["/report"] = Answer(200)
    server.answers["/v2/enqueue"] = Answer(202, body=b'{"status": "success"}')
    config = {"routing_key": "R" * 32, "base_url": server.url}
    connector = api.post("/api/connectors/", json={"name": f"Pager {disk}", "type": "pagerduty", "config": config})
    assert connector.status_code == 201, connector.text
    steps = audit(server.url, image=stand_in, connector=connector.json()["slug"])

    job = ended(api, execute(api, create(api, *steps), context={"disk": disk}), seconds=180)

    assert job["status"] == "SUCCESS", job["error"]
    found = {step["id"]: step for step in job["steps"]}
    assert found["collect"]["output"]["disk"] == disk
    assert found["analyse"]["output"]["critical_count"] == (1 if disk > 90 else 0)
    assert f"<td>disk</td><td>{disk}</td>" in found["format"]["output"]
    assert found["deliver"]["output"] == {"status": 200}
    report = next(seen for seen in server.seen if seen.path == "/report")
    assert report.body.decode() == found["format"]["output"]
    assert [name for name in ("page", "note") if found[name]["status"] == "success"] == [branch]
    assert any(seen.path != "/report" for seen in server.seen) == (branch == "page")
    assert all(found[name]["duration"] > 0 for name in ("collect", "analyse", "format", "deliver"))


# --- a language that is not there ----------------------------------------------------------------------------------


def test_without_powershell_saving_works_validation_warns_and_running_says_how_to(
    api: httpx.Client, stack: Stack
) -> None:
    languages = api.get("/api/sandbox/").json()["languages"]
    if any(language["available"] for language in languages if language["name"] == "powershell"):
        pytest.skip("PowerShell is installed here")
    workflow = create(api, script("deliver", "return 1", "powershell"))
    report = api.post(f"/api/workflows/{workflow['slug']}/validate/", json={}).json()
    started = time.monotonic()

    job = ended(api, execute(api, workflow))

    assert report["is_valid"]
    (warning,) = [problem for problem in report["warnings"] if problem["code"] == "runtime_missing"]
    assert (warning["step"], warning["path"]) == ("deliver", "steps[0].config.language")
    assert warning["message"].startswith("PowerShell runtime not installed: build the image")
    assert (job["status"], job["error"]["type"]) == ("FAILED", "runtime_missing")
    assert job["error"]["message"].startswith("PowerShell runtime not installed: build the image")
    assert time.monotonic() - started < 10
    assert job["duration"] < 5


# --- packages ------------------------------------------------------------------------------------------------------


def test_packages_are_seen_by_those_who_asked_for_them(engine: None, api: httpx.Client, stack: Stack) -> None:
    step = script("count", "import six\nreturn six.PY3")
    step["config"]["packages"] = ["six"]

    job = ended(api, execute(api, create(api, step)), seconds=120)
    mine = listed(api, "six")
    key = stack.manage("create_api_key", "--name", "other", "--scope", "admin", "--organization", "elsewhere")
    elsewhere = httpx.get(f"{stack.url}/api/sandbox/packages/", headers={"X-API-Key": key}).json()

    assert (job["status"], job["steps"][0]["output"]) == ("SUCCESS", True), job["error"]
    assert (mine["language"], mine["state"]) == ("python", "ready")
    assert "organizations" not in mine
    assert elsewhere["results"] == []


def listed(api: httpx.Client, package: str, seconds: float = 30) -> dict[str, Any]:
    """The entry of the list, which follows the end of an installation after a moment; others may already be there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for entry in api.get("/api/sandbox/packages/").json()["results"]:
            if entry["packages"] == [package] and entry["state"] != "building":
                return dict(entry)
        time.sleep(0.5)
    raise AssertionError(f"{package} is not listed as installed after {seconds:.0f} s")
