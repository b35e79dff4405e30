"""Storing and deleting: content once, nothing lost while somebody names it, nothing kept when nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread
from uuid import uuid4

import boto3
import pytest
from django.db import connection
from django.utils import timezone
from moto.server import ThreadedMotoServer

from backend.accounts.models import Organization
from backend.files import blobs, selectors, services
from backend.files.blobs import BlobStore, FolderStore
from backend.files.errors import FileGone, FileTooLarge, StoreUnavailable
from backend.files.models import Blob, FileUse, StoredFile

LONG_AGO = timedelta(hours=25)


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="blobs")
    yield f"s3://key:secret@blobs/some/prefix?endpoint_url=http://{host}:{port}&region=us-east-1"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    url = request.getfixturevalue("s3_url") if request.param == "s3" else f"file://{tmp_path}/blobs"
    return blobs._store(url)


def test_a_store_keeps_and_deletes(store: BlobStore) -> None:
    address, content = uuid4(), b"abc" * 1_000_000

    store.put(address, BytesIO(content))

    with store.open(address) as file:
        assert file.read() == content
    assert address in list(store.older_than(timezone.now() + timedelta(minutes=1)))
    assert address not in list(store.older_than(timezone.now() - timedelta(minutes=1)))
    store.delete(address)
    store.delete(address)
    with pytest.raises(FileGone):
        store.open(address)


def test_a_store_that_is_away_says_so(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be")

    with pytest.raises(StoreUnavailable):
        FolderStore(tmp_path / "blobs").put(uuid4(), BytesIO(b"x"))
    with pytest.raises(StoreUnavailable, match="does not answer"):
        blobs._store("s3://key:secret@b?endpoint_url=http://127.0.0.1:9&region=x").open(uuid4())


def test_a_half_written_file_is_never_seen(tmp_path: Path) -> None:
    class Breaks(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise OSError(5, "input/output error")
            return super().read(size)

    store, address = FolderStore(tmp_path), uuid4()

    with pytest.raises(StoreUnavailable):
        store.put(address, Breaks(b"x" * blobs.CHUNK * 2))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.fixture
def empty_store(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.STEPGRAPH_BLOB_URL = f"file://{tmp_path}/blobs"


pytestmark = pytest.mark.usefixtures("empty_store")


def keep(organization: Organization, data: bytes, **options: object) -> StoredFile:
    return services.file_store(organization, name="a.txt", data=data, **options)


def content(organization: Organization, file: StoredFile) -> bytes:
    with selectors.file_open(organization, file.id) as opened:
        return opened.read()


def age(by: timedelta = LONG_AGO) -> None:
    Blob.objects.update(used_at=timezone.now() - by)
    StoredFile.objects.update(created_at=timezone.now() - by)


def test_the_same_content_is_stored_once_in_an_organisation(acme: Organization, globex: Organization) -> None:
    first, second, foreign = keep(acme, b"same"), keep(acme, b"same"), keep(globex, b"same")

    assert first.blob_id == second.blob_id != foreign.blob_id
    assert content(acme, second) == b"same"
    with pytest.raises(FileGone):
        selectors.file_open(acme, foreign.id)


def test_a_stream_is_limited_too(acme: Organization, settings: pytest.FixtureRequest) -> None:
    settings.MAX_FILE_BYTES = 10

    with pytest.raises(FileTooLarge):
        services.file_store(acme, name="a", stream=BytesIO(b"x" * 11))

    assert services.file_store(acme, name="a", stream=BytesIO(b"x" * 10)).size == 10
    assert Blob.objects.count() == 1


def test_what_a_job_uses_stays_and_what_nobody_uses_goes(acme: Organization) -> None:
    job = uuid4()
    used, unused = keep(acme, b"used", job=job), keep(acme, b"unused")
    services.sweep()
    assert StoredFile.objects.count() == 2, "too young to go"
    age()

    assert services.sweep() == 1

    assert list(StoredFile.objects.values_list("id", flat=True)) == [used.id]
    with pytest.raises(FileGone):
        blobs.store().open(unused.blob_id)
    services.uses_forget([job])
    assert services.sweep() == 1
    assert Blob.objects.count() == 0


def test_an_upload_may_wait_some_days_for_its_job(acme: Organization, alice: object) -> None:
    keep(acme, b"upload", created_by=alice)
    age()
    services.sweep()
    assert StoredFile.objects.count() == 1

    age(timedelta(days=8))
    services.sweep()

    assert StoredFile.objects.count() == 0


def test_content_asked_for_again_is_not_deleted_then(acme: Organization) -> None:
    old = keep(acme, b"again")
    age()
    StoredFile.objects.all().delete()

    new = keep(acme, b"again")

    assert services.sweep() == 0
    assert new.blob_id == old.blob_id
    assert content(acme, new) == b"again"


def test_a_deleted_address_is_never_used_again(acme: Organization) -> None:
    old = keep(acme, b"again")
    age()
    services.sweep()

    assert keep(acme, b"again").blob_id != old.blob_id


def test_bytes_without_a_row_go_after_a_day(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, orphan = keep(acme, b"kept"), uuid4()
    blobs.store().put(orphan, BytesIO(b"its writer died"))
    assert services.sweep_store() == 0

    monkeypatch.setattr(services, "ORPHANED_AFTER", timedelta(seconds=-1))

    assert services.sweep_store() == 1
    assert content(acme, kept) == b"kept"


def test_uses_of_foreign_files_are_not_noted(acme: Organization, globex: Organization) -> None:
    own, foreign = keep(acme, b"own"), keep(globex, b"foreign")

    services.uses_add(acme.id, job=uuid4(), files=[own.id, foreign.id, uuid4()])

    assert list(FileUse.objects.values_list("file_id", flat=True)) == [own.id]


@pytest.mark.django_db(transaction=True)
def test_the_same_content_at_the_same_moment(acme: Organization) -> None:
    barrier, made = Barrier(4), []

    def work() -> None:
        barrier.wait()
        made.append(keep(acme, b"together"))
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({file.blob_id for file in made}) == 1
    assert len(made) == 4
    assert len(list(blobs.store().older_than(timezone.now() + timedelta(minutes=1)))) == 1
