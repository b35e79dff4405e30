"""SFTP: files of another machine over SSH. Needs the extra `sftp` (asyncssh)."""

from __future__ import annotations

import asyncio
import mimetypes
import posixpath
import socket
import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field

from backend.catalog.connectors import ConnectorConfig, TestResult
from backend.catalog.fields import Secret
from backend.catalog.steps import StepFailed
from backend.common.egress import EgressError
from workers.connectors.storage._base import DEFAULT_SECONDS, Entry, Storage, Stored, checked, missing, too_large

if TYPE_CHECKING:
    from asyncssh import SFTPClient, SSHClientConnection

_SSH_PORTS = frozenset({22})
_CONNECT_SECONDS = 10
_MOST_FOLDERS = 1_000

T = TypeVar("T")


class SftpConfig(ConnectorConfig):
    """The form of an SFTP server."""

    host: str = Field(min_length=1, max_length=253, title="Host", examples=["files.example.com"])
    port: int = Field(default=22, ge=1, le=65_535, title="Port")
    user: str = Field(min_length=1, title="User")
    password: Secret | None = Field(default=None, title="Password", description="Unless there is a key.")
    private_key: Secret | None = Field(default=None, title="Private key", description="In OpenSSH or PEM format.")
    host_key: str = Field(
        default="",
        title="Host key",
        description="What the server proves itself by; a test of the connection shows it.",
        examples=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA…"],
    )
    path: str = Field(default=".", title="Folder", description="Below which all keys are.", examples=["/uploads"])


class _UnknownHost(Exception):
    """The server shows a key that nobody has confirmed."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Sftp(Storage[SftpConfig], type="sftp"):
    """Files on another machine, over SSH."""

    label = "SFTP"
    icon = "server"
    Config = SftpConfig

    def put(self, key: str, stored: Stored) -> None:
        """Whole or not at all: it gets its name once it is complete."""
        target = self._path(key)

        async def work(client: SFTPClient) -> None:
            await client.makedirs(posixpath.dirname(target), exist_ok=True)
            async with client.open(f"{target}.part", "wb") as file:
                await file.write(stored.content)
            await client.posix_rename(f"{target}.part", target)

        self._do(work, key=key)

    def get(self, key: str, *, max_bytes: int) -> Stored:
        """The file's bytes; its type by its name."""
        path = self._path(key)

        async def work(client: SFTPClient) -> bytes:
            async with client.open(path, "rb") as file:
                content = await file.read(max_bytes + 1)
                return content if isinstance(content, bytes) else content.encode()

        content = self._do(work, key=key)
        if len(content) > max_bytes:
            raise too_large(max_bytes)
        return Stored(content, mimetypes.guess_type(path)[0] or "application/octet-stream")

    def entries(self, prefix: str, *, limit: int) -> list[Entry]:
        """Files in the folder and the folders below it."""
        root = self.config.path

        async def work(client: SFTPClient) -> list[Entry]:
            found: list[Entry] = []
            folders = [""]
            for _ in range(_MOST_FOLDERS):
                if not folders:
                    break
                folder = folders.pop(0)
                for entry in await client.readdir(posixpath.join(root, folder)):
                    name = posixpath.join(folder, str(entry.filename))
                    if stat.S_ISDIR(entry.attrs.permissions or 0):
                        folders += [name] if entry.filename not in {".", ".."} else []
                    elif name.startswith(prefix):
                        found.append(_entry(name, entry.attrs))
            return sorted(found, key=lambda entry: entry.key)[:limit]

        return self._do(work, key=prefix)

    def delete(self, key: str) -> None:
        """One file."""
        path = self._path(key)

        async def work(client: SFTPClient) -> None:
            if await client.exists(path):
                await client.remove(path)

        self._do(work, key=key)

    def test(self) -> TestResult:
        """Connects; shows the server's key where none is confirmed."""
        if self.config.host_key:
            return super().test()
        try:
            self._do(_nothing, key="")
        except StepFailed as failure:
            return TestResult(False, failure.message, hint=failure.hint)
        return super().test()

    def _path(self, key: str) -> str:
        return posixpath.join(self.config.path, checked(key))

    def _do(self, work: Callable[[SFTPClient], Awaitable[T]], *, key: str) -> T:
        try:
            import asyncssh
        except ImportError as error:
            raise StepFailed(
                "SFTP is not installed.",
                error_type="connector",
                hint="An administrator can install it: pip install 'stepgraph[sftp]'.",
            ) from error
        try:
            return asyncio.run(self._session(work))
        except _UnknownHost as error:
            raise StepFailed(
                f"The server shows the key {error.key}, which is not confirmed.",
                error_type="connector",
                hint="If it is the server's own, put it into the connector as its host key.",
            ) from error
        except asyncssh.SFTPNoSuchFile as error:
            raise missing(key) from error
        except asyncssh.PermissionDenied as error:
            message = f"{self.config.host} refused the user, the password or the key."
            raise StepFailed(message, error_type="authentication") from error
        except EgressError as error:
            raise StepFailed(error.message, error_type="egress_denied") from error
        except (asyncssh.Error, OSError, TimeoutError, ValueError) as error:
            again = isinstance(error, OSError | TimeoutError | asyncssh.ConnectionLost)
            raise StepFailed(
                f"{self.config.host}: {error}", error_type="network" if again else "storage", retryable=again
            ) from error

    async def _session(self, work: Callable[[SFTPClient], Awaitable[T]]) -> T:
        return await asyncio.wait_for(self._worked(work), self.config.timeout or DEFAULT_SECONDS)

    async def _worked(self, work: Callable[[SFTPClient], Awaitable[T]]) -> T:
        connection = await self._connection()
        try:
            return await work(await connection.start_sftp_client())
        finally:
            connection.close()
            await connection.wait_closed()

    async def _connection(self) -> SSHClientConnection:
        import asyncssh

        config, seen = self.config, _Seen()
        confirmed = [asyncssh.import_public_key(config.host_key)] if config.host_key.strip() else []
        keys = [asyncssh.import_private_key(config.private_key.get_secret_value())] if config.private_key else None
        addresses = self.outside.addresses(config.host, config.port, timeout=_CONNECT_SECONDS, ports=_SSH_PORTS)
        try:
            return await asyncssh.connect(
                sock=socket.create_connection((addresses[0], config.port), _CONNECT_SECONDS),
                username=config.user,
                password=config.password.get_secret_value() if config.password else None,
                client_keys=keys,
                known_hosts=(confirmed, [], []),
                client_factory=lambda: _client(seen),
                agent_path=None,
                config=None,
            )
        except asyncssh.HostKeyNotVerifiable as error:
            raise _UnknownHost(seen.key or "none") from error


class _Seen:
    """The key that a server has shown."""

    key = ""


def _client(seen: _Seen) -> Any:
    import asyncssh

    class Client(asyncssh.SSHClient):
        def validate_host_public_key(self, host: str, addr: str, port: int, key: Any) -> bool:
            seen.key = key.export_public_key().decode().strip()
            return False

    return Client()


async def _nothing(client: SFTPClient) -> None:
    await client.getcwd()


def _entry(name: str, attrs: Any) -> Entry:
    modified = datetime.fromtimestamp(attrs.mtime, UTC).isoformat() if attrs.mtime else ""
    return Entry(name, int(attrs.size or 0), modified)
