"""The least a Channels project needs, with Sense Live's own database options: equally durable."""

import os
import secrets
from pathlib import Path

from learndj.database import databases

SECRET_KEY = secrets.token_urlsafe(50)
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["channels", "rest_framework", "benchmarks.tutorial"]
ASGI_APPLICATION = "benchmarks.tutorial.asgi.application"
ROOT_URLCONF = "benchmarks.tutorial.asgi"
USE_TZ = True

# `ingest`: WAL with synchronous=FULL on SQLite, w=majority with the journal on MongoDB.
DATABASES = {"default": databases("DATABASE_URL", Path(__file__).parent)["ingest"]}
if DATABASES["default"]["ENGINE"] == "django_mongodb_backend":
    DEFAULT_AUTO_FIELD = "django_mongodb_backend.fields.ObjectIdAutoField"
else:
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REST_FRAMEWORK = {"UNAUTHENTICATED_USER": None}

if os.environ.get("REDIS_URL"):
    LAYER = "channels_redis.core.RedisChannelLayer"
    CHANNEL_LAYERS = {"default": {"BACKEND": LAYER, "CONFIG": {"hosts": [os.environ["REDIS_URL"]]}}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
