"""A server with somebody who looks after it and one device: where most tests of the whole begin."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.servers import Publisher, Server

DEVICE = "kitchen"
USERNAME = "maker"
PASSWORD = "the kettle sings at seven"


@dataclass(frozen=True)
class Home:
    """`token` is the device's; `sign_in_path` signs the administrator `maker` in, once."""

    server: Server
    token: str
    sign_in_path: str

    @property
    def link(self) -> str:
        return self.server.url + self.sign_in_path

    def publisher(self, *arguments: str, name: str = "publisher", token: str = "") -> Publisher:
        """A quick and impatient one, so that no test waits for it."""
        options = [
            "--interval",
            "0.1",
            "--commit-interval",
            "0",
            "--reconnect-limit",
            "0.5",
            "--refused-wait",
            "0.5",
        ]
        token = token or self.token
        return Publisher(
            self.server.folder, self.server.websocket_url, token, *options, *arguments, name=name
        )

    def post(self, readings: Sequence[dict[str, float]], *, token: str = "") -> dict[str, Any]:
        """Send readings by HTTP, as a simple board does; the ack."""
        body = json.dumps({"readings": list(readings)}).encode()
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.server.url}/api/ingest/", body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            ack: dict[str, Any] = json.load(answer)
        assert not ack["rejected"], ack
        return ack


def prepare(server: Server) -> Home:
    """Make all tables, the administrator and the device; the server does not have to run."""
    # In one go: each start of manage.py costs more than all of this.
    made = json.loads(server.manage("shell", "--no-imports", "--command", _PREPARE).splitlines()[-1])
    return Home(server, token=made["token"], sign_in_path=made["sign_in_path"])


_PREPARE = f"""
import json
from django.contrib.auth import get_user_model
from django.core.management import call_command
from liveapp.accounts.links import sign_in_link
from liveapp.models import Device

call_command("migrate", interactive=False, verbosity=0)
user = get_user_model().objects.create_superuser({USERNAME!r}, password={PASSWORD!r})
token = Device.create(id={DEVICE!r}, name={DEVICE!r})[1]
print(json.dumps({{"token": token, "sign_in_path": sign_in_link(user, "")}}))
"""
