"""Settings for tests: the product's own, with a home that goes away, on the database that is asked for."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests import services

_home = tempfile.mkdtemp(prefix="stepgraph-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)

os.environ.setdefault("STEPGRAPH_MODE", "development")
os.environ.setdefault("STEPGRAPH_HOME", _home)
if os.environ.get("STEPGRAPH_TEST_DATABASE") == "postgres":
    os.environ["DATABASE_URL"] = services.postgresql_url()

from backend.settings import *  # noqa: E402, F403 the environment must be set first

ERRANDS_BY_WORKERS = False  # most tests have none
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast on purpose

if "sqlite" in str(DATABASES["default"]["ENGINE"]):  # noqa: F405 from the product's settings
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.db"}  # noqa: F405 a file, as in production: many connections
    DATABASES["default"]["OPTIONS"] |= {  # type: ignore[operator] # noqa: F405 a dict of ours
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    }  # no test pulls the plug of the computer

# Empty on purpose: no test depends on a build of the editor, and WhiteNoise warns of folders that are not there.
WHITENOISE_ROOT = Path(_home) / "editor"
STATIC_ROOT = Path(_home) / "static"
for _folder in (WHITENOISE_ROOT, STATIC_ROOT):
    _folder.mkdir()
