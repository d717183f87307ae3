"""A real Caddy in front of several server processes, with the Caddyfile of a deployment but without TLS."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.processes import HOST, ROOT, Process, free_port
from tests.programs import caddy_program
from tests.servers import Server

CADDYFILE = ROOT / "docs/deployment/caddy/Caddyfile"


class Caddy(Process):
    """Spreads connections over `servers`, and passes by one that is not ready. Its own files stay in `folder`."""

    def __init__(self, folder: Path, servers: Sequence[Server]) -> None:
        program = caddy_program()
        assert program, "caddy was not found: install Caddy (`make test` brings one where it can)"
        self.port = free_port()
        home = str(folder / "caddy")
        env = {
            "SITE_ADDRESS": f"http://:{self.port}",
            "REPLICAS": "listed",
            "UPSTREAMS": " ".join(f"{HOST}:{server.port}" for server in servers),
            "GLOBAL_OPTIONS": f"admin off\ndefault_bind {HOST}",
            "XDG_DATA_HOME": home,
            "XDG_CONFIG_HOME": home,
        }
        command = [program, "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
        super().__init__("caddy", command, folder=folder, env=env)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"ws://{HOST}:{self.port}"

    def ready(self) -> bool:
        try:
            # Answered by itself, whether a server is there or not.
            urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            return error.code == 404
        return False
