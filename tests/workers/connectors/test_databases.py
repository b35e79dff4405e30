"""The same tests on SQLite, PostgreSQL and MariaDB: one transaction, bound values, limits, types."""

from __future__ import annotations

import threading
import time

import pytest

from backend.catalog.connectors import Outside
from backend.catalog.steps import StepFailed
from backend.common.egress import EgressPolicy
from backend.expressions.statement import Statement
from tests import databases
from tests.stack import free_port
from workers.connectors.databases import _pools
from workers.connectors.databases._base import Asked
from workers.connectors.databases.mysql import Mysql
from workers.connectors.databases.postgresql import Postgresql
from workers.connectors.databases.sqlite import Sqlite

OUTSIDE = Outside(EgressPolicy.from_words(["127.0.0.0/8"]))
SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
    "postgresql": "SELECT pg_sleep(30)",
    "mysql": "SELECT SLEEP(30)",
}


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def make(request, tmp_path):
    """Makes a connector to an empty database of each kind."""
    kind = {"sqlite": Sqlite, "postgresql": Postgresql, "mysql": Mysql}[request.param]
    config = {
        "sqlite": lambda: {"path": str(tmp_path / "data.db")},
        "postgresql": databases.postgresql,
        "mysql": databases.mariadb,
    }[request.param]()

    def make(**changes):
        return kind(kind.Config.model_validate({**config, **changes}), outside=OUTSIDE, slug="db")

    yield make
    drop = make()
    for table in sorted(drop.tables(), key=lambda table: table["kind"], reverse=True):  # views first
        run(drop, f"DROP {table['kind'].upper()} {table['name']}")
    _pools.close_all()


@pytest.fixture
def database(make):
    return make()


def run(database, *texts, max_rows=1000, seconds=20.0, values=(), **options):
    parts = [Statement(tuple(text.split("?")), tuple(values) if text.count("?") else ()) for text in texts]
    return database.run(Asked(parts, max_rows=max_rows, seconds=seconds, **options))


def failure(database, *texts, **options):
    with pytest.raises(StepFailed) as caught:
        run(database, *texts, **options)
    return caught.value


def rows(database, text, **options):
    return [dict(row) for row in run(database, text, **options).rows]


def test_values_are_bound(database):
    run(database, "CREATE TABLE people (id INTEGER, name VARCHAR(100))")

    answered = run(database, "INSERT INTO people VALUES (?, ?)", values=[1, "Robert'); DROP TABLE people;--"])

    assert answered.affected == 1
    assert rows(database, "SELECT * FROM people WHERE name LIKE '%DROP%'") == [
        {"id": 1, "name": "Robert'); DROP TABLE people;--"}
    ]
    assert rows(database, "SELECT id FROM people WHERE name = ? AND id % 2 = 1", values=["x' OR 1=1"]) == []


def test_several_statements_are_one_transaction(database):
    run(database, "CREATE TABLE numbers (n INTEGER PRIMARY KEY)")

    failed = failure(database, "INSERT INTO numbers VALUES (1); INSERT INTO numbers VALUES (?)", values=[1])
    assert failed.error_type == "database"
    assert rows(database, "SELECT * FROM numbers") == []

    run(database, "INSERT INTO numbers VALUES (1); INSERT INTO numbers VALUES (2);")
    assert rows(database, "SELECT COUNT(*) AS n FROM numbers") == [{"n": 2}]


@pytest.mark.parametrize("text", ["COMMIT", "begin", "/* x */ ROLLBACK", "SELECT 1; COMMIT"])
def test_transactions_are_the_steps_own(database, text):
    assert failure(database, text).error_type == "validation"


def test_types(database):
    """C-21: dates, decimals, bytes, JSON and null, of every kind of database."""
    common = "price DECIMAL(20,4), big BIGINT, note TEXT, yes BOOLEAN"
    kinds = {
        "Sqlite": "raw BLOB, doc JSON, moment TIMESTAMP",
        "Postgresql": "raw BYTEA, doc JSONB, moment TIMESTAMP",
        "Mysql": "raw BLOB, doc JSON, moment DATETIME",
    }
    run(database, f"CREATE TABLE things (day DATE, {common}, {kinds[type(database).__name__]})")
    raw = r"'\x00ff'" if isinstance(database, Postgresql) else "x'00ff'"
    run(
        database,
        "INSERT INTO things (moment, price, big, raw, doc, note, yes, day) VALUES ('2026-03-14 09:30:00', ?, "
        f"9007199254740993, {raw}, '{{\"a\": [1, null]}}', '{{\"not\": \"json\"}}', TRUE, '2026-03-14')",
        values=[10.25],
    )
    run(database, "INSERT INTO things VALUES (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)")

    found = rows(database, "SELECT * FROM things ORDER BY big IS NULL")

    assert found[0]["moment"].replace(" ", "T") == "2026-03-14T09:30:00"
    assert {key: value for key, value in found[0].items() if key not in {"moment", "yes"}} == {
        "day": "2026-03-14",
        "price": 10.25,
        "big": 9007199254740993,
        "raw": "AP8=",
        "doc": {"a": [1, None]},
        "note": '{"not": "json"}',
    }
    assert found[0]["yes"] == 1
    assert set(found[1].values()) == {None}


def test_row_limit(database):
    """C-21: more rows than allowed are cut, with a warning."""
    run(database, "CREATE TABLE numbers (n INTEGER)")
    run(database, "; ".join(f"INSERT INTO numbers VALUES ({n})" for n in range(20)))

    answered = run(database, "SELECT n FROM numbers ORDER BY n", max_rows=5)
    whole = run(database, "SELECT n FROM numbers ORDER BY n", max_rows=20)

    assert ([row["n"] for row in answered.rows], answered.more) == ([0, 1, 2, 3, 4], True)
    assert (len(whole.rows), whole.more) == (20, False)


def test_time_limit_ends_the_statement(database):
    """C-21: the statement itself is ended."""
    started = time.monotonic()

    failed = failure(database, SLOW[database.type], seconds=0.5)

    assert (failed.error_type, failed.retryable) == ("timeout", True)
    assert time.monotonic() - started < 10
    assert rows(database, "SELECT 1 AS one") == [{"one": 1}]


def test_cancelling_ends_the_statement(database):
    stopped = threading.Event()
    threading.Timer(0.3, stopped.set).start()

    failed = failure(database, SLOW[database.type], cancelled=stopped.is_set)

    assert failed.error_type == "cancelled"


WRITES = [
    "INSERT INTO people VALUES (2)",
    "UPDATE people SET id = 3",
    "DELETE FROM people",
    "DROP TABLE people",
    "CREATE TABLE other (id INTEGER)",
]


@pytest.mark.parametrize("text", WRITES)
def test_read_only_is_kept_by_the_database(make, text):
    """C-21: the database refuses, not we."""
    run(make(), "CREATE TABLE people (id INTEGER); INSERT INTO people VALUES (1)")
    reader = make(read_only=True)

    failed = failure(reader, text)

    assert failed.error_type in {"database", "read_only"}
    assert rows(reader, "SELECT id FROM people") == [{"id": 1}]


@pytest.mark.parametrize(
    "text",
    [
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "SET TRANSACTION READ WRITE",
        "SET SESSION TRANSACTION READ WRITE",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "PRAGMA query_only = OFF",
        "COMMIT",
    ],
)
def test_read_only_cannot_be_talked_out_of(make, text):
    run(make(), "CREATE TABLE people (id INTEGER)")
    reader = make(read_only=True)

    failure(reader, f"{text}; INSERT INTO people VALUES (2)")
    failure(reader, "INSERT INTO people VALUES (3)")

    assert rows(make(), "SELECT id FROM people") == []


def test_errors_say_what_the_database_says(database):
    failed = failure(database, "SELECT * FROM nowhere")

    assert (failed.error_type, failed.retryable) == ("database", False)
    assert "nowhere" in failed.message
    assert failed.message.startswith(database.label)


def test_changes_of_a_failed_step_are_undone_and_the_pool_goes_on(database):
    run(database, "CREATE TABLE numbers (n INTEGER NOT NULL)")
    for _ in range(12):  # more than the pool holds
        failure(database, "INSERT INTO numbers VALUES (1); INSERT INTO numbers VALUES (NULL)")

    assert rows(database, "SELECT * FROM numbers") == []


def test_side_by_side(database):
    run(database, "CREATE TABLE numbers (n INTEGER)")
    threads = [threading.Thread(target=run, args=(database, f"INSERT INTO numbers VALUES ({n})")) for n in range(12)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rows(database, "SELECT COUNT(*) AS n FROM numbers") == [{"n": 12}]


def test_tables_for_people_to_look_through(database):
    run(database, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL)")
    run(database, "CREATE VIEW names AS SELECT name FROM people")

    people, names = sorted(database.tables(), key=lambda table: table["kind"])

    assert (people["name"], people["kind"], names["name"], names["kind"]) == ("people", "table", "names", "view")
    assert [(one["name"], one["primary_key"]) for one in people["columns"]] == [("id", True), ("name", False)]
    assert people["columns"][1]["nullable"] is False


def test_columns_of_the_same_name(database):
    assert rows(database, "SELECT 1 AS a, 2 AS a") == [{"a": 1, "a_2": 2}]


def test_now(database):
    (row,) = rows(database, "SELECT NOW() AS moment")

    assert row["moment"].startswith("20")


def test_connection_test(database):
    assert database.test().ok


# --- servers --------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["postgresql", "mysql"])
def server(request):
    kind, config = {
        "postgresql": (Postgresql, databases.postgresql),
        "mysql": (Mysql, databases.mariadb),
    }[request.param]
    config = config()
    yield lambda outside=OUTSIDE, **changes: kind(kind.Config.model_validate({**config, **changes}), outside=outside)
    _pools.close_all()


def test_a_wrong_password_is_told():
    config = {**databases.mariadb(), "password": "wrong"}  # the PostgreSQL of these tests trusts everybody
    found = Mysql(Mysql.Config.model_validate(config), outside=OUTSIDE).test()

    assert not found.ok
    assert "password" in found.message
    assert "wrong" not in found.message.replace("password", "")


def test_a_closed_port_is_told(server):
    assert not server(port=free_port()).test().ok


def test_the_guard_holds_for_databases(server):
    found = server(outside=Outside(EgressPolicy())).test()

    assert not found.ok
    assert "STEPGRAPH_EGRESS_ALLOW" in found.message


def test_other_options_of_the_driver_are_refused(server):
    found = server(options={"hostaddr": "10.0.0.1"}).test()

    assert not found.ok
    assert "hostaddr" in found.message


# --- SQLite ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "ATTACH DATABASE '{other}' AS other",
        "VACUUM INTO '{other}'",
        "SELECT load_extension('x')",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA temp_store_directory = '/tmp'",
    ],
)
def test_sqlite_stays_in_its_file(tmp_path, text):
    database = Sqlite(Sqlite.Config(path=str(tmp_path / "data.db")), outside=OUTSIDE)
    other = tmp_path / "other.db"

    failure(database, text.format(other=other))

    assert not other.exists()


def test_our_own_database_is_refused(settings, monkeypatch, tmp_path):
    own = tmp_path / "home" / "stepgraph.db"
    own.parent.mkdir()
    own.touch()
    link = tmp_path / "link.db"
    link.symlink_to(own)
    settings.STEPGRAPH_HOME = tmp_path / "home"
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3", "NAME": str(own)})

    for path in (own, link, own.with_name("stepgraph.db-wal"), own.parent / "secrets.json"):
        database = Sqlite(Sqlite.Config(path=str(path)), outside=OUTSIDE)
        assert "Stepgraph itself" in failure(database, "SELECT 1").message
    assert Sqlite(Sqlite.Config(path="mine.db"), outside=OUTSIDE).test().ok
    assert (tmp_path / "home" / "databases" / "mine.db").exists()


def test_our_own_server_is_refused(settings, monkeypatch):
    config = databases.postgresql()
    own = {"ENGINE": "django.db.backends.postgresql", "HOST": "localhost", "PORT": config["port"], "NAME": "connector"}
    monkeypatch.setitem(settings.DATABASES, "default", own)

    found = Postgresql(Postgresql.Config.model_validate(config), outside=OUTSIDE).test()

    assert not found.ok
    assert "own data" in found.message
    _pools.close_all()
