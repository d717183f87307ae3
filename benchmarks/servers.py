"""The other ways as real servers, and Sense Live made ready for a measurement."""

import json
import shutil
import socket
import sys
from pathlib import Path

from liveapp.protocol import MAX_MESSAGE_BYTES
from tests.processes import HOST, Process, free_port
from tests.servers import Server

SETTINGS = "benchmarks.tutorial.settings"
# What learndj/server.py gives uvicorn.
SAME_OPTIONS = [
    *("--ws", "websockets-sansio", "--ws-max-size", str(MAX_MESSAGE_BYTES)),
    *("--ws-ping-interval", "20", "--ws-ping-timeout", "20", "--ws-per-message-deflate", "false"),
    *("--no-access-log", "--no-server-header", "--no-proxy-headers", "--log-level", "warning"),
]
PREPARE = """
import json
from django.core.management import call_command
from liveapp.models import Device
call_command("migrate", verbosity=0)
names = [f"board-{{number}}" for number in range({count})]
print(json.dumps([Device.create(id=name, name=name)[1] for name in names]))
"""
PREPARE_PEOPLE = """
import json
from django.contrib.auth.models import Group, User
from liveapp.accounts.links import sign_in_link
from liveapp.models import Device
links = []
for number in range({count}):
    Device.create(id=f"own-{{number}}", name=f"Own {{number}}", groups=[f"class-{{number}}"])
    person = User.objects.create_user(f"person-{{number}}")
    person.groups.add(Group.objects.get(name="viewer"), Group.objects.create(name=f"class-{{number}}"))
    links.append(sign_in_link(person, "{url}"))
print(json.dumps(links))
"""
# The rate limit is not what is measured.
NO_LIMIT = {"DEVICE_MESSAGES_PER_SECOND": "10000", "DEVICE_MESSAGES_BURST": "100000"}


class Tutorial(Server):
    """The application of benchmarks/tutorial, served with Sense Live's own options of uvicorn."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str | None = None,
        redis_url: str | None = None,
        name: str = "tutorial",
    ) -> None:
        database_url = database_url or f"sqlite:///{folder}/{name}.sqlite3"
        env = {"DJANGO_SETTINGS_MODULE": SETTINGS}
        super().__init__(folder, database_url=database_url, redis_url=redis_url, name=name, env=env)
        program = [
            sys.executable,
            "-m",
            "uvicorn",
            "benchmarks.tutorial.asgi:application",
            "--lifespan",
            "off",
        ]
        self.command = [*program, "--host", HOST, "--port", str(self.port), *SAME_OPTIONS]

    def prepare(self) -> None:
        self.manage("migrate", "--run-syncdb", "--verbosity", "0")


class Live(Server):
    """Sense Live, with boards whose `tokens` are known and `people` of mixed rights (0: an administrator alone)."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str | None = None,
        redis_url: str | None = None,
        name: str = "live",
        people: int = 0,
    ) -> None:
        database_url = database_url or f"sqlite:///{folder}/{name}.sqlite3"
        super().__init__(folder, database_url=database_url, redis_url=redis_url, name=name, env=NO_LIMIT)
        self.tokens: list[str] = []
        self.people = people

    def prepare(self, *, boards: int) -> None:
        printed = self.manage("shell", "--no-imports", "--command", PREPARE.format(count=boards))
        self.tokens = json.loads(printed)

    def links(self) -> list[str]:
        """To sign in with: of an administrator, who sees all; or of people each of whom sees others than the rest."""
        if not self.people:
            return [self.add_administrator()]
        script = PREPARE_PEOPLE.format(count=self.people, url=self.url)
        return list(json.loads(self.manage("shell", "--no-imports", "--command", script)))


class Mosquitto(Process):
    """An MQTT broker that listens for WebSockets."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("mosquitto")
        assert program, "mosquitto is not on the PATH"
        self.port = free_port()
        config = folder / "mosquitto.conf"
        # Some 2.0 releases do not start with a WebSocket listener alone: the plain one is not used.
        listeners = [f"listener {free_port()} {HOST}", f"listener {self.port} {HOST}", "protocol websockets"]
        config.write_text(
            "\n".join([*listeners, "allow_anonymous true", "persistence false", "log_type error", ""])
        )
        super().__init__("mosquitto", [program, "-c", str(config)], folder=folder)

    def ready(self) -> bool:
        with socket.create_connection((HOST, self.port), timeout=1):
            return True


def has_mosquitto() -> bool:
    return shutil.which("mosquitto") is not None
