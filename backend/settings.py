"""All settings in one file, each read from the environment by a typed reader.

In development mode (`make up` sets STEPGRAPH_MODE=development) missing keys are made and kept below STEPGRAPH_HOME; in
production a missing one stops the start with the list of all that is missing.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from backend.common import env

BASE_DIR = Path(__file__).resolve().parent.parent

# --- what an administrator decides ----------------------------------------------------------------------------------
DEVELOPMENT = env.text("STEPGRAPH_MODE", "production") == "development"
STEPGRAPH_HOME = Path(env.text("STEPGRAPH_HOME", str(BASE_DIR / "var"))).resolve()
PORT = env.integer("PORT", 8000)
DEMO_PORT = env.integer("STEPGRAPH_DEMO_PORT", PORT + 100)  # the first of three for the stand-ins of `make demo`
STEPGRAPH_BASE_URL = env.text("STEPGRAPH_BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
STEPGRAPH_SANDBOX = env.choice("STEPGRAPH_SANDBOX", ("auto", "docker", "bubblewrap", "process", "remote"), "auto")
STEPGRAPH_SANDBOX_URL = env.text("STEPGRAPH_SANDBOX_URL", f"unix://{STEPGRAPH_HOME}/sandbox.sock")
STEPGRAPH_EGRESS_ALLOW = env.words("STEPGRAPH_EGRESS_ALLOW")
EMAIL_URL = env.text("EMAIL_URL", "")  # smtp://user:password@host:port?from=…; empty: no mail of our own
STEPGRAPH_FOLDERS = env.words("STEPGRAPH_FOLDERS")  # folders that connectors for local files may use
ERRANDS_BY_WORKERS = True  # what leaves for the internet leaves from workers, also a test of a connector
BEHIND_FRONT = env.text("STEPGRAPH_BEHIND_FRONT", "") == "1"  # set by `up`, whose front tells who the caller is
TRUSTED_PROXIES = env.words("STEPGRAPH_TRUSTED_PROXIES")  # networks whose X-Forwarded-For is believed
LOG_FORMAT = env.choice("LOG_FORMAT", ("text", "json"), "text")
WORKER_JOB_SLOTS = env.integer("STEPGRAPH_WORKER_JOB_SLOTS", 16)  # jobs that one worker advances at the same time
WORKER_STEP_SLOTS = env.integer("STEPGRAPH_WORKER_STEP_SLOTS", 16)  # steps that run side by side in one worker
LEASE_SECONDS = env.number("STEPGRAPH_LEASE_SECONDS", 15.0)
RETENTION_DAYS = env.number("STEPGRAPH_RETENTION_DAYS", 90)  # of ended jobs where no policy says otherwise; 0: for ever
ERROR_WORKFLOW_SECONDS = env.number("STEPGRAPH_ERROR_WORKFLOW_SECONDS", 300)  # the same failure is told once in these
METRICS_TOKEN = env.text("STEPGRAPH_METRICS_TOKEN", "")  # for /metrics from outside a private network
MAX_JOBS_PER_ORGANIZATION = env.integer("STEPGRAPH_MAX_JOBS_PER_ORGANIZATION", 0)  # under way together; 0: no limit
PRIORITY_AGEING_SECONDS = env.number("STEPGRAPH_PRIORITY_AGEING_SECONDS", 300)  # of waiting make up for one priority
STEPGRAPH_BLOB_URL = env.text("STEPGRAPH_BLOB_URL", f"file://{quote(str(STEPGRAPH_HOME))}/blobs")
MAX_FILE_BYTES = env.integer("STEPGRAPH_MAX_FILE_MB", 100) * 1_000_000
MAX_OUTPUT_BYTES = env.integer("STEPGRAPH_MAX_OUTPUT_MB", 128) * 1_000_000  # of one step's result as JSON
MAX_JOB_BYTES = env.integer("STEPGRAPH_MAX_JOB_MB", 1000) * 1_000_000  # of all large results of one job
OFFLOAD_CHARACTERS = env.integer("STEPGRAPH_OFFLOAD_KB", 64) * 1024  # larger values are kept beside the database
KEEP_UPLOADS_DAYS = env.integer("STEPGRAPH_KEEP_UPLOADS_DAYS", 7)  # of uploads that no job has used

secrets = env.Secrets(home=STEPGRAPH_HOME, generate=DEVELOPMENT)
SECRET_KEY = secrets.text("SECRET_KEY", minimum=50)
ENCRYPTION_KEYS = secrets.words("STEPGRAPH_ENCRYPTION_KEYS", minimum=32)
DATABASE_URL = env.required("DATABASE_URL", default=f"sqlite:///{STEPGRAPH_HOME}/stepgraph.db" if DEVELOPMENT else None)
REDIS_URL = env.required("REDIS_URL", default=f"unix://{STEPGRAPH_HOME}/redis.sock" if DEVELOPMENT else None)
env.refuse_if_missing()

# --- Django ---------------------------------------------------------------------------------------------------------
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or (["*"] if DEVELOPMENT else env.hosts_of(STEPGRAPH_BASE_URL))
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "backend.accounts",
    "backend.files",
    "backend.connectors",
    "backend.notices",
    "backend.guards",
    "backend.workflows",
    "backend.ai",
    "backend.jobs",
    "backend.outgoing",
    "backend.hooks",
    "backend.insights",
    "backend.triggers",
    "backend.approvals",
    "workers",
]
MIDDLEWARE = [
    "backend.common.http.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "backend.urls"
WSGI_APPLICATION = "backend.wsgi.application"
ASGI_APPLICATION = "backend.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]  # the API docs page
DATABASES = {"default": env.database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
STATIC_URL = "/static/"
STATIC_ROOT = STEPGRAPH_HOME / "static"
WHITENOISE_ROOT = BASE_DIR / "frontend" / "dist"
WHITENOISE_USE_FINDERS = True  # the files of the API docs page, without a collecting step
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- sessions and cookies -------------------------------------------------------------------------------------------
SECURE_COOKIES = STEPGRAPH_BASE_URL.startswith("https://")
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrftoken"
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "backend.common.http.csrf_failure"
CSRF_TRUSTED_ORIGINS = [STEPGRAPH_BASE_URL] if SECURE_COOKIES else []
X_FRAME_OPTIONS = "DENY"

# --- HTTP API -------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.accounts.authentication.ApiKeyAuthentication",
        "backend.accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["backend.accounts.permissions.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["backend.common.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "backend.common.pagination.Pagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "backend.common.http.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Stepgraph",
    "VERSION": "1",
    "SERVE_PUBLIC": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "JobStatusEnum": "backend.jobs.models.JobStatus",
        "StepStatusEnum": "backend.jobs.models.StepStatus",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/assets/stepgraph.svg",
}

# --- Celery: a doorbell, see backend/queue.py -----------------------------------------------------------------------
CELERY_DB_REUSE_MAX = 1_000_000  # Celery would close the database connection before and after every task

LOGGING_CONFIG = "backend.common.logging.configure"
LOGGING = {"format": LOG_FORMAT}
