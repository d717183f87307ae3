"""Serve the dashboard's files, and let browsers keep for ever what can never change."""

import re

from servestatic.middleware import ServeStaticMiddleware

# Vite puts a hash of the content into every name under assets/.
HASHED = re.compile(r"^/static/assets/.+-[A-Za-z0-9_-]{8}\.\w+$")


class StaticFiles(ServeStaticMiddleware):
    """ServeStatic knows only the names that Django's own storage makes; its setting for others goes unread."""

    def immutable_file_test(self, path: str, url: str) -> bool:
        return HASHED.match(url) is not None
