"""A real IMAP server (dovecot) on the loopback address, with one user whose mail lies in a folder of files."""

from __future__ import annotations

import atexit
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from tests.requirements import need
from tests.stack import free_port

USER, PASSWORD = "inbox@example.com", "correct-horse-77"
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
mail_uid = {user}
mail_gid = {group}
mail_location = maildir:{folder}/mail
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
"""


@dataclass(frozen=True, slots=True)
class ImapServer:
    """A running one."""

    port: int
    folder: Path

    @property
    def config(self) -> dict[str, Any]:
        """Of a connector to it."""
        return {"host": "127.0.0.1", "port": self.port, "user": USER, "password": PASSWORD, "tls": "none"}

    def deliver(self, content: bytes, *, box: str = "") -> None:
        """Puts a mail into the inbox, as a mail server would: written aside, then moved in."""
        home = self.folder / "mail" / (f".{box}" if box else "")
        name = f"{time.time_ns()}.{next(_numbers)}.test"
        (home / "tmp" / name).write_bytes(content)
        shutil.chown(home / "tmp" / name, _owner().pw_name)
        (home / "tmp" / name).rename(home / "new" / name)

    def empty(self) -> None:
        """Takes everything out, also how it was numbered."""
        shutil.rmtree(self.folder / "mail", ignore_errors=True)
        for kind in ("cur", "new", "tmp", ".Archive/cur", ".Archive/new", ".Archive/tmp"):
            (self.folder / "mail" / kind).mkdir(parents=True)
        _give(self.folder / "mail")

    def count(self, box: str = "") -> int:
        """Messages in a folder."""
        home = self.folder / "mail" / (f".{box}" if box else "")
        return sum(len(list((home / kind).iterdir())) for kind in ("cur", "new"))

    def unread(self) -> int:
        """Messages in the inbox that are not marked as read."""
        home = self.folder / "mail"
        return len(list((home / "new").iterdir())) + sum(
            "S" not in path.name.partition(":2,")[2] for path in (home / "cur").iterdir()
        )


_numbers = count()


@cache
def imap_server() -> ImapServer:
    """One for all tests; skips where dovecot is not installed."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    need("imap", available=bool(program), reason="dovecot is missing: apt-get install dovecot-imapd")
    folder, port = Path(tempfile.mkdtemp(prefix="stepgraph-imap-")), free_port()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    owner = _owner()
    for name in ("run", "state", "home"):
        (folder / name).mkdir()
    made = ImapServer(port, folder)
    made.empty()
    _give(folder)
    config = folder / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            folder=folder, port=port, password=PASSWORD, user=owner.pw_name,
            group=grp.getgrgid(owner.pw_gid).gr_name,
        )
    )  # fmt: skip
    process = subprocess.Popen([str(program), "-F", "-c", str(config)], stdout=subprocess.DEVNULL)
    atexit.register(_end, process)
    _patient(port, folder)
    return made


def _owner() -> pwd.struct_passwd:
    """Whose the mail is: dovecot refuses to serve root's."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _give(folder: Path) -> None:
    if os.geteuid() == 0:
        folder.chmod(0o755)
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, _owner().pw_name)


def _patient(port: int, folder: Path) -> None:
    for _ in range(1200):  # a minute: a busy machine is slow, not wrong
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                if connection.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    log = folder / "log"
    raise RuntimeError(f"dovecot does not answer: {log.read_text() if log.exists() else 'no log'}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(10)
