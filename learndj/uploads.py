"""Who may send a file: asked before its first byte is taken, for Django asks when the whole body is there."""

import re
from io import BytesIO
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest

from liveapp.errors import StorageUnavailable
from liveapp.store import storage_errors

IMPORT = re.compile(r"/api/devices/[^/]+/import/")


async def limit_of(scope: dict[str, Any]) -> int:
    """The most bytes that a body may have."""
    if IMPORT.fullmatch(scope.get("path", "")) and await _may_import(scope):
        return settings.IMPORT_MAX_MIB << 20
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@database_sync_to_async
def _may_import(scope: dict[str, Any]) -> bool:
    """It opens no door: Django asks once more, with all its other questions."""
    try:
        with storage_errors():
            request = ASGIRequest(scope, BytesIO())
            request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
            return bool(get_user(request).has_perm("liveapp.change_device"))
    except (StorageUnavailable, UnicodeDecodeError):
        return False
