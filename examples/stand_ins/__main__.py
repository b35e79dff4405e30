"""`python -m examples.stand_ins`: all stand-ins in one process, until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from examples.stand_ins import mail, web
from examples.stand_ins.database import Database
from examples.stand_ins.record import Record
from examples.stand_ins.serving import Server
from examples.stand_ins.storage import Storage

_HOST = "127.0.0.1"


def main() -> None:
    """The web server comes last: when it answers, all are up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8100, help="of the web services; mail and S3 take the next two")
    parser.add_argument("--database", type=Path, required=True, help="the SQLite file of the shop")
    given = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())

    record, database = Record(), Database(given.database.resolve())
    database.reset()
    mails = mail.start(record, host=_HOST, port=given.port + 1)
    storage = Storage(record, host=_HOST, port=given.port + 2)
    storage.reset()
    services = Server(web.application(record, database=database, storage=storage), host=_HOST, port=given.port)

    stopping.wait()
    services.stop()
    storage.stop()
    mails.stop()


if __name__ == "__main__":
    main()
