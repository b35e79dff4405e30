"""The same tests on S3 (moto's server), on an SFTP server and on a folder."""

from __future__ import annotations

import asyncio
import logging
import threading
from urllib.parse import parse_qs, urlsplit

import asyncssh
import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from backend.catalog.connectors import ConnectorType, Outside
from backend.catalog.steps import StepFailed
from backend.common.egress import EgressPolicy
from tests.http_server import Answer
from tests.stack import free_port
from workers.connectors.storage._base import Stored

LARGEST = 1_000_000
OUTSIDE = Outside(EgressPolicy.from_words(["127.0.0.0/8"]))
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


@pytest.fixture(scope="module")
def s3_server():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port())
    server.start()
    host, port = server.get_host_and_port()
    config = {
        "endpoint_url": f"http://{host}:{port}",
        "region": "eu-central-1",
        "access_key_id": "AKIDEXAMPLE",
        "secret_access_key": SECRET,
    }
    yield config
    server.stop()


@pytest.fixture
def bucket(s3_server):
    client = boto3.client(
        "s3",
        endpoint_url=s3_server["endpoint_url"],
        region_name=s3_server["region"],
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key=SECRET,
    )
    requests.post(f"{s3_server['endpoint_url']}/moto-api/reset", timeout=10)
    client.create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield client
    client.close()


class _Server(asyncssh.SSHServer):
    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("ann", "s3cret")


@pytest.fixture(scope="module")
def sftp_server(tmp_path_factory):
    """An SFTP server in a thread, with a folder of its own."""
    folder, key = tmp_path_factory.mktemp("sftp"), asyncssh.generate_private_key("ssh-ed25519")
    loop, started, port = asyncio.new_event_loop(), threading.Event(), free_port()
    stopping = asyncio.Event()

    async def serve():
        def files(channel):
            return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

        options = {"server_factory": _Server, "server_host_keys": [key], "sftp_factory": files}
        async with asyncssh.listen("127.0.0.1", port, **options):
            started.set()
            await stopping.wait()

    def run():
        loop.run_until_complete(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    yield {
        "host": "127.0.0.1",
        "port": port,
        "user": "ann",
        "password": "s3cret",
        "host_key": key.export_public_key().decode(),
        "path": "/",
    }
    loop.call_soon_threadsafe(stopping.set)
    thread.join()
    loop.close()


def make(kind, outside=OUTSIDE, **config):
    found = ConnectorType.registry.get(kind)
    return found(found.Config.model_validate(config), outside=outside)


@pytest.fixture(params=["s3", "sftp", "local"])
def storage(request, settings, tmp_path):
    if request.param == "s3":
        request.getfixturevalue("bucket")
        return make("s3", **request.getfixturevalue("s3_server"), bucket="exports")
    if request.param == "sftp":
        found = make("sftp", **request.getfixturevalue("sftp_server"))
        for entry in found.entries("", limit=1000):
            found.delete(entry.key)
        return found
    settings.STEPGRAPH_HOME = tmp_path
    return make("local", path="exports")


def test_put_and_get(storage):
    storage.put("sales/täglich ä+b.csv", Stored("a,ä\n".encode(), "text/csv"))

    found = storage.get("sales/täglich ä+b.csv", max_bytes=LARGEST)

    assert (found.content, found.content_type.partition(";")[0]) == ("a,ä\n".encode(), "text/csv")


def test_put_replaces(storage):
    storage.put("a.txt", Stored(b"one"))
    storage.put("a.txt", Stored(b"two"))

    assert storage.get("a.txt", max_bytes=LARGEST).content == b"two"
    assert [entry.key for entry in storage.entries("", limit=10)] == ["a.txt"]


def test_list(storage):
    for key in ("b/2.txt", "a.txt", "b/1.txt", "c/x/y.txt"):
        storage.put(key, Stored(b"12345"))

    everything = storage.entries("", limit=10)

    assert [entry.key for entry in everything] == ["a.txt", "b/1.txt", "b/2.txt", "c/x/y.txt"]
    assert everything[0].size == 5
    assert everything[0].modified.startswith("20")
    assert [entry.key for entry in storage.entries("b/", limit=10)] == ["b/1.txt", "b/2.txt"]
    assert [entry.key for entry in storage.entries("", limit=2)] == ["a.txt", "b/1.txt"]


def test_delete(storage):
    storage.put("a.txt", Stored(b"x"))

    storage.delete("a.txt")
    storage.delete("a.txt")

    assert storage.entries("", limit=10) == []


def test_what_is_not_there(storage):
    with pytest.raises(StepFailed) as caught:
        storage.get("nothing.txt", max_bytes=LARGEST)

    assert (caught.value.error_type, caught.value.retryable) == ("not_found", False)


def test_what_is_too_large_to_keep(storage):
    storage.put("a.txt", Stored(b"12345"))

    assert storage.get("a.txt", max_bytes=5).content == b"12345"
    with pytest.raises(StepFailed) as caught:
        storage.get("a.txt", max_bytes=4)
    assert caught.value.error_type == "too_large"


@pytest.mark.parametrize("key", ["", "../x", "a/../../x", "a/./b", "x\0y", "k" * 1025])
def test_keys_that_lead_elsewhere(storage, key):
    with pytest.raises(StepFailed) as caught:
        storage.put(key, Stored(b"x"))

    assert caught.value.error_type == "validation"


def test_connection_test(storage):
    assert storage.test().ok


# --- S3 -------------------------------------------------------------------------------------------------------------


def test_lists_go_over_pages(bucket, s3_server, monkeypatch):
    monkeypatch.setattr("workers.connectors.storage.s3._PAGE", 3)
    for n in range(8):
        bucket.put_object(Bucket="exports", Key=f"in/{n}", Body=b"")
    storage = make("s3", **s3_server, bucket="exports", prefix="in/")

    assert [entry.key for entry in storage.entries("", limit=100)] == [str(n) for n in range(8)]
    assert len(storage.entries("", limit=4)) == 4


def test_presigned_addresses(bucket, s3_server):
    storage = make("s3", **s3_server, bucket="exports")
    body = "ä,b".encode()

    requests.put(storage.presign("ä b.csv", seconds=60, method="PUT"), data=body, timeout=10).raise_for_status()

    url = storage.presign("ä b.csv", seconds=60, method="GET")
    assert requests.get(url, timeout=10).content == body
    assert bucket.get_object(Bucket="exports", Key="ä b.csv")["Body"].read() == body
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["60"]
    assert SECRET not in url


def test_a_missing_bucket_is_told(bucket, s3_server):
    found = make("s3", **s3_server, bucket="other").test()

    assert not found.ok
    assert "bucket does not exist" in found.hint


@pytest.mark.parametrize(("status", "retryable"), [(503, True), (403, False)])
def test_errors_of_s3(server, s3_server, status, retryable):
    server.answers["/exports/a"] = Answer(status, body=f"<Error><Message>{SECRET}</Message></Error>".encode())

    with pytest.raises(StepFailed) as caught:
        make("s3", **{**s3_server, "endpoint_url": server.url}, bucket="exports").put("a", Stored(b"x"))

    assert (caught.value.error_type, caught.value.retryable) == (f"http_{status}", retryable)
    assert SECRET not in caught.value.message


@pytest.mark.parametrize(
    ("config", "address"),
    [
        ({"bucket": "exports"}, "https://exports.s3.eu-central-1.amazonaws.com/a/b"),
        ({"bucket": "my.exports"}, "https://s3.eu-central-1.amazonaws.com/my.exports/a/b"),
        ({"bucket": "exports", "endpoint_url": "http://127.0.0.1:9/"}, "http://127.0.0.1:9/exports/a/b"),
    ],
)
def test_addresses_of_aws(s3_server, config, address):
    storage = make("s3", **{**s3_server, "endpoint_url": None, **config})

    assert storage.presign("a/b", seconds=1, method="GET").partition("?")[0] == address


def test_hostile_xml_is_refused(server, s3_server):
    bomb = b'<!DOCTYPE a [<!ENTITY b "cccc">]><ListBucketResult><Contents><Key>&b;</Key></Contents></ListBucketResult>'
    server.answers["/exports/"] = Answer(body=bomb)

    with pytest.raises(StepFailed, match="did not answer as S3 does"):
        make("s3", **{**s3_server, "endpoint_url": server.url}, bucket="exports").entries("", limit=1)


# --- SFTP -----------------------------------------------------------------------------------------------------------


def test_an_unknown_host_key_is_shown(sftp_server):
    found = make("sftp", **{**sftp_server, "host_key": ""}).test()

    assert not found.ok
    assert sftp_server["host_key"].strip().split()[1] in found.message


def test_another_host_key_is_refused(sftp_server):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()

    assert not make("sftp", **{**sftp_server, "host_key": other}).test().ok


def test_a_wrong_password_is_told(sftp_server):
    found = make("sftp", **{**sftp_server, "password": "wrong-one"}).test()

    assert not found.ok
    assert "refused the user" in found.message
    assert "wrong-one" not in found.message


def test_the_guard_holds_for_sftp(sftp_server):
    found = make("sftp", Outside(EgressPolicy()), **sftp_server).test()

    assert "STEPGRAPH_EGRESS_ALLOW" in found.message


# --- folders --------------------------------------------------------------------------------------------------------


def test_folders_must_be_allowed(settings, tmp_path):
    settings.STEPGRAPH_HOME, settings.STEPGRAPH_FOLDERS = tmp_path / "home", [str(tmp_path / "share")]
    (tmp_path / "share").mkdir()

    assert make("local", path=str(tmp_path / "share" / "in")).test().ok
    for path in ("/etc", str(tmp_path), str(tmp_path / "home"), "../..", str(tmp_path / "share" / ".." / "other")):
        found = make("local", path=path).test()
        assert not found.ok
        assert "STEPGRAPH_FOLDERS" in found.hint


def test_links_out_of_the_folder_lead_nowhere(settings, tmp_path):
    settings.STEPGRAPH_HOME = tmp_path / "home"
    storage = make("local", path="exports")
    storage.put("a.txt", Stored(b"x"))
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "home" / "folders" / "exports" / "link").symlink_to(tmp_path)

    with pytest.raises(StepFailed) as caught:
        storage.get("link/secret.txt", max_bytes=LARGEST)

    assert caught.value.error_type == "not_found"
