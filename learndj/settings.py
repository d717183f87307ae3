"""All settings. Nothing has to be set: the defaults run one process with SQLite and no Redis."""

import os
import socket
import tempfile
from pathlib import Path

from learndj import env, mail
from learndj.channel_layer import channel_layers
from learndj.database import databases

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / env.text("DATA_DIR", "data")
FRONTEND_DIR = BASE_DIR / "frontend" / "dist"

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "secret-key")

# One address says it all: the name to answer to, the origin to trust, and whether there is TLS in front.
PUBLIC_URL = env.public_url("PUBLIC_URL")
HTTPS = PUBLIC_URL.startswith("https://")
_HOSTNAME = socket.gethostname().lower()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", _HOSTNAME, f"{_HOSTNAME.partition('.')[0]}.local"]
ALLOWED_HOSTS += env.items("ALLOWED_HOSTS", [])
if PUBLIC_URL:
    ALLOWED_HOSTS.append(env.host_of(PUBLIC_URL))
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

DATABASES = databases("DATABASE_URL", BASE_DIR)
MONGODB = DATABASES["default"]["ENGINE"] == "django_mongodb_backend"
if MONGODB:
    DATABASES["default"]["TEST"] = {"NAME": f"sense_live_test_{os.getpid()}"}
else:
    # A file, not memory: threads of their own must see it, as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/sense-live-test-{os.getpid()}.sqlite3"}
DATABASES["ingest"]["TEST"] = {"MIRROR": "default"}

REDIS_URL = env.text("REDIS_URL")
CHANNEL_LAYERS = channel_layers("REDIS_URL")

# MongoDB has no auto-incremented keys: there the contrib apps use ObjectIds, by AppConfigs of their own.
INSTALLED_APPS = [
    "daphne",
    *(
        [
            "learndj.apps.MongoAdminConfig",
            "learndj.apps.MongoAuthConfig",
            "learndj.apps.MongoContentTypesConfig",
        ]
        if MONGODB
        else ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes"]
    ),
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "liveapp",
]
if MONGODB:
    DEFAULT_AUTO_FIELD = "django_mongodb_backend.fields.ObjectIdAutoField"
    MIGRATION_MODULES = {
        name: f"learndj.mongo_migrations.{name}" for name in ("admin", "auth", "contenttypes")
    }
else:
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "liveapp.caching.PrivateAnswers",
    "django.middleware.security.SecurityMiddleware",
    "learndj.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "liveapp.api.origin.OriginMiddleware",
    "liveapp.accounts.seen.SeenMiddleware",
    "liveapp.api.away.AwayMiddleware",
]
ROOT_URLCONF = "learndj.urls"
ASGI_APPLICATION = "learndj.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
TIME_ZONE = env.time_zone("TIME_ZONE")
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [FRONTEND_DIR] if FRONTEND_DIR.is_dir() else []
SERVESTATIC_USE_FINDERS = True

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "sesame.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/"
# Signed tokens (sign-in links, WebSocket tokens) name the user by username: the one key both engines share.
SESAME_PRIMARY_KEY_FIELD = "username"
SESAME_PACKER = "sesame.packers.StrPacker"
SESAME_TOKENS = ["sesame.tokens_v2"]
SESAME_ONE_TIME = True
SESAME_MAX_AGE = 24 * 3600
# A link to choose a new password.
PASSWORD_RESET_TIMEOUT = 3600
_MAIL = mail.server("EMAIL_URL", PUBLIC_URL)
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = mail.sender("DEFAULT_FROM_EMAIL", PUBLIC_URL)

SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
# They bind every name under this one, and a preload list for good: only who owns them all can say so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.flag("HSTS_SUBDOMAINS", False)
# Django's check of a deployment would have everybody say so.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": ["'self'", "data:"],
        "font-src": _SELF,
        "connect-src": _SELF,
        "manifest-src": _SELF,
        "form-action": _SELF,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["liveapp.api.permissions.MayDo"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["liveapp.api.parsers.PlainJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "liveapp.api.errors.handle",
    "NUM_PROXIES": env.number("NUM_PROXIES", 1 if HTTPS else 0, most=10),
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sense Live",
    "DESCRIPTION": "A self-hosted live dashboard for small sensor boards.",
    "VERSION": "0.1.0",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "deviceToken": {"type": "http", "scheme": "bearer", "description": "A device's token."},
            "shareLink": {"type": "http", "scheme": "share", "description": "The token of a share link."},
            **{
                name: {
                    "type": "apiKey",
                    "in": "header",
                    "name": header,
                    "description": "Of a signed request.",
                }
                for name, header in (
                    ("deviceId", "Sense-Device"),
                    ("webhookId", "webhook-id"),
                    ("webhookTimestamp", "webhook-timestamp"),
                    ("webhookSignature", "webhook-signature"),
                )
            },
        },
    },
}

# Opens /metrics to who knows it; without it only the staff sees them.
METRICS_TOKEN = env.token("METRICS_TOKEN")

# How many messages a second one device may send, and how many at once after a rest.
DEVICE_MESSAGES_PER_SECOND = env.number("DEVICE_MESSAGES_PER_SECOND", 50, least=1, most=10_000)
DEVICE_MESSAGES_BURST = env.number("DEVICE_MESSAGES_BURST", 200, least=1, most=100_000)

# The largest file that can be imported over HTTP. It lies in the folder for temporary files until it is read.
IMPORT_MAX_MIB = env.number("IMPORT_MAX_MIB", 32, least=1, most=10_000)

# Of networks that are not public, those that webhooks may send to.
WEBHOOK_ALLOWED_NETWORKS = env.networks("WEBHOOK_ALLOWED_NETWORKS")
# How long a delivery waits after each attempt that failed, in seconds. After the last it is given up.
WEBHOOK_BACKOFF_S = env.seconds("WEBHOOK_BACKOFF_S", [5, 30, 120, 600, 3600, 3 * 3600, 8 * 3600])

# How long the record of who did what is kept.
AUDIT_DAYS = env.number("AUDIT_DAYS", 365, least=1, most=36_500)
# So many failed sign-ins of it at most, the newest: strangers could make as many as they like.
AUDIT_FAILED_SIGN_INS = env.number("AUDIT_FAILED_SIGN_INS", 10_000, least=1, most=10_000_000)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "client_mistakes": {"()": "learndj.logs.ClientMistakes"},
        "repetition": {"()": "learndj.logs.Repetition"},
    },
    "formatters": {
        "plain": {
            "()": "learndj.logs.PlainFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "learndj.logs.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.choice("LOG_FORMAT", ("plain", "json")),
            "filters": ["client_mistakes", "repetition"],
        },
    },
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL")},
    "loggers": {
        "uvicorn.error": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # A refused Host or Origin is the client's doing and is answered to it; it is not this server's news.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
