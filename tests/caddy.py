"""A real Caddy in front of several server processes, as in production but without TLS."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.processes import HOST, Process, free_port
from tests.programs import caddy_program
from tests.servers import Server

CADDYFILE = """\
{{
	admin off
	auto_https off
	persist_config off
}}

http://:{port} {{
	bind {host}
	reverse_proxy {upstreams} {{
		lb_policy least_conn
		lb_try_duration 5s
		lb_try_interval 250ms
		fail_duration 3s
	}}
}}
"""


class Caddy(Process):
    """Spreads connections over `servers`, and passes by one that does not answer. Its files stay in `folder`."""

    def __init__(self, folder: Path, servers: Sequence[Server]) -> None:
        program = caddy_program()
        assert program, "caddy was not found: install Caddy (`make test` brings one where it can)"
        self.port = free_port()
        upstreams = " ".join(f"{HOST}:{server.port}" for server in servers)
        caddyfile = folder / "Caddyfile"
        caddyfile.write_text(CADDYFILE.format(port=self.port, host=HOST, upstreams=upstreams))
        home = folder / "caddy"
        env = {"XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}
        command = [program, "run", "--config", str(caddyfile), "--adapter", "caddyfile"]
        super().__init__("caddy", command, folder=folder, env=env)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"ws://{HOST}:{self.port}"

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/", timeout=10):
                return True
        except urllib.error.HTTPError as error:
            error.close()  # it answers itself while no server does
            return True
