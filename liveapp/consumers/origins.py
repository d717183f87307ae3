"""Which pages may use this server's session."""

from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def is_own(origin: bytes, scope: dict[str, Any]) -> bool:
    """Whether a page's origin is this server: the host it called, or the public address."""
    text = origin.decode("latin-1")
    if text in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    name, _ = split_domain_port(host)
    return text in (f"http://{host}", f"https://{host}") and validate_host(name, settings.ALLOWED_HOSTS)
