"""What docker-compose.yml runs, as processes of this machine: the same commands and settings on other ports."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pymongo

from tests import compose
from tests.processes import HOST, ROOT, Process
from tests.servers import Mongod, RedisServer

ESTABLISHED = "01"
# Runs MongoDB's script with a `db` that only tells whom it is asked to make.
RUN_USER_SCRIPT = """
const db = { getSiblingDB: (name) => ({ createUser: (user) => console.log(JSON.stringify([name, user])) }) }
require('vm').runInNewContext(require('fs').readFileSync(process.argv[1], 'utf8'), { db, process })
"""


class Stack:
    """Redis and MongoDB with the passwords of a new .env, and what the Compose file says of each service."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = compose.variables(compose.new_env(folder))
        self.services: dict[str, Any] = compose.load(self.variables)["services"]
        self.redis = RedisServer(folder, password=self.variables["REDIS_PASSWORD"])
        self.mongod = LockedMongod(folder, self.services["mongodb"]["environment"])

    def environment(self, service: str) -> dict[str, str]:
        """Its settings, with the addresses of this machine in the place of the containers' names."""
        names = {"@redis:6379": self.redis.port, "@mongodb:27017": self.mongod.port}
        settings: dict[str, str] = dict(self.services[service]["environment"])
        for name, port in names.items():
            settings = {key: value.replace(name, f"@{HOST}:{port}") for key, value in settings.items()}
        return settings

    def command(self, service: str, *, python: str = sys.executable) -> list[str]:
        command: list[str] = self.services[service]["command"]
        return [python if word == "python" else word for word in command]

    def manage(self, *arguments: str) -> str:
        """What `manage.py …` prints, as in a container of the web service; fails with its errors."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment("web")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def running_stack(folder: Path) -> Iterator[Stack]:
    """Redis and MongoDB, with all tables."""
    stack = Stack(folder)
    with stack.redis, stack.mongod:
        stack.mongod.make_users()
        stack.manage(*stack.command("migrate")[2:], "--verbosity", "0")
        yield stack


class LockedMongod(Mongod):
    """A mongod with the users that its container makes on an empty volume."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        super().__init__(folder)
        self.command.append("--auth")
        self._environment = environment
        self._root = environment["MONGO_INITDB_ROOT_USERNAME"], environment["MONGO_INITDB_ROOT_PASSWORD"]

    def make_users(self) -> None:
        name, password = self._root
        with self.client() as client:
            # As long as there is no user, whoever is on this machine may make the first one.
            client.admin.command("createUser", name, pwd=password, roles=["root"])
        database, user = self._user_of_the_servers()
        with self.root_client() as client:
            client[database].command("createUser", user["user"], pwd=user["pwd"], roles=user["roles"])

    def root_client(self) -> pymongo.MongoClient[dict[str, Any]]:
        name, password = self._root
        return pymongo.MongoClient(HOST, self.port, directConnection=True, username=name, password=password)

    def _user_of_the_servers(self) -> tuple[str, dict[str, Any]]:
        """Where and whom the container's own script makes."""
        script = ROOT / "docs/deployment/mongodb/create-user.js"
        command = ["sh", "scripts/with_node.sh", "node", "-e", RUN_USER_SCRIPT, str(script)]
        env = {**os.environ, **self._environment}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        database, user = json.loads(done.stdout)
        return database, user


class Replica(Process):
    """One container of the web service, at an address of this machine's loopback."""

    def __init__(self, stack: Stack, name: str, address: str, port: int, **env: str) -> None:
        self.address, self.port = address, port
        places = {"0.0.0.0": address, "8000": str(port)}  # noqa: S104
        command = [places.get(word, word) for word in stack.command("web")]
        super().__init__(name, command, folder=stack.folder, env={**stack.environment("web"), **env})

    def status_of(self, path: str) -> int:
        """What it answers from inside, without the proxy."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def connections(self) -> int:
        """How many are open to it; Linux tells."""
        place = f"{int.from_bytes(IPv4Address(self.address).packed, 'little'):08X}:{self.port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
        return sum(row[1] == place and row[3] == ESTABLISHED for row in rows)

    def ready(self) -> bool:
        try:
            return self.status_of("/readyz") == 200
        except http.client.HTTPException:
            return False
