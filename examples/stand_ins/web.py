"""One web server for all services that speak HTTP, and the record of what they were asked."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from examples.stand_ins.database import Database
from examples.stand_ins.record import Record
from examples.stand_ins.services import channels, crm, daily, models, people, shop, store, unreliable
from examples.stand_ins.storage import Storage

_CONTROL = ("/received", "/reset", "/rows", "/ready")


def application(record: Record, *, database: Database, storage: Storage) -> Flask:
    """The services below their paths, and the four addresses of whoever looks on."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined] # of the default provider
    app.extensions["record"] = record
    for service in (channels, crm, daily, models, people, shop, store, unreliable):
        app.register_blueprint(service.routes)

    @app.before_request
    def keep() -> None:
        if request.path not in _CONTROL:
            record.add(f"{request.method} {request.path}", query=request.args.to_dict(), body=_body())

    @app.get("/ready")
    def ready() -> ResponseReturnValue:
        return jsonify({"ready": True})

    @app.get("/received")
    def received() -> ResponseReturnValue:
        return jsonify(record.as_json())

    @app.post("/reset")
    def reset() -> ResponseReturnValue:
        storage.reset()
        database.reset()
        record.clear()
        return Response(status=204)

    @app.get("/rows")
    def rows() -> ResponseReturnValue:
        return jsonify(database.rows(request.args["query"]))

    return app


def _body() -> object:
    """What a request carries, read as its type says."""
    if request.is_json:
        return request.get_json(silent=True)
    if request.form:
        return request.form.to_dict()
    return request.get_data(as_text=True)
