"""The Caddy of docker-compose.yml with its own Caddyfile, on other ports, with a certificate of its own authority."""

from __future__ import annotations

import http.client
import ssl
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from tests.processes import HOST, ROOT, Process, free_port
from tests.programs import caddy_program

NAME = "localhost"
CADDYFILE = ROOT / "docs/deployment/caddy/Caddyfile"


class Proxy(Process):
    """`env` says where the servers are, as in the Caddyfile's own words."""

    def __init__(self, folder: Path, **env: str) -> None:
        program = caddy_program()
        assert program, "caddy was not found: install Caddy (`make test` brings one where it can)"
        self.http_port, self.port, admin_port = free_port(), free_port(), free_port()
        options = [f"http_port {self.http_port}", f"https_port {self.port}", f"default_bind {HOST}", "debug"]
        self._home = folder / "caddy"
        settings = {
            "SITE_ADDRESS": NAME,
            "GLOBAL_OPTIONS": "\n".join(options),
            "CADDY_ADMIN": f"{HOST}:{admin_port}",
            "XDG_DATA_HOME": str(self._home),
            "XDG_CONFIG_HOME": str(self._home),
        }
        self._config = ["--config", str(CADDYFILE), "--adapter", "caddyfile"]
        self._reload = [program, "reload", *self._config, "--address", settings["CADDY_ADMIN"], "--force"]
        super().__init__("caddy", [program, "run", *self._config], folder=folder, env={**settings, **env})

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"wss://{NAME}:{self.port}"

    @property
    def tls(self) -> ssl.SSLContext:
        """Trusts this proxy's certificate authority and no other."""
        return ssl.create_default_context(cafile=self.authority)

    @property
    def authority(self) -> str:
        """The file of this proxy's certificate authority."""
        return str(self._home / "caddy/pki/authorities/local/root.crt")

    def connection(self, *, source: str = HOST) -> http.client.HTTPSConnection:
        """From any address of the loopback; close it after use."""
        address = (source, 0)
        return http.client.HTTPSConnection(
            NAME, self.port, context=self.tls, source_address=address, timeout=30
        )

    def person(self) -> urllib.request.OpenerDirector:
        """A client that keeps cookies."""
        cookies = urllib.request.HTTPCookieProcessor()
        return urllib.request.build_opener(urllib.request.HTTPSHandler(context=self.tls), cookies)

    def ask(self, method: str, path: str, *, source: str = HOST, **options: Any) -> tuple[int, bytes]:
        """Status and body."""
        connection = self.connection(source=source)
        try:
            connection.request(method, path, **options)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def reload(self) -> None:
        """Read the Caddyfile again, without a pause."""
        subprocess.run(self._reload, env=self.full_env, check=True, capture_output=True, timeout=60)

    def tail(self, lines: int = 60) -> str:
        """Without what it says of each request."""
        return "\n".join([line for line in self.output().splitlines() if '"debug"' not in line][-lines:])

    def ready(self) -> bool:
        try:
            return self.ask("GET", "/healthz")[0] > 0
        except (FileNotFoundError, http.client.HTTPException):
            return False
