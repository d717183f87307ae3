"""The real servers a test can have: MongoDB, Redis, Sense Live itself, and its publisher."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pymongo
import redis

from tests.processes import HOST, ROOT, Process, free_port
from tests.programs import mongod_program, redis_program


class Mongod(Process):
    """A real mongod with an empty data folder. `url` names a database for the server: `mongodb://…/sense_live`.

    Where its clients reach it through a proxy, `client_port` is that one's; a replica set knows it by that.
    """

    def __init__(self, folder: Path, *, replica_set: str | None = None) -> None:
        program = mongod_program()
        assert program, "mongod was not found: install MongoDB (`make test` brings one where it can)"
        self.port = self.client_port = free_port()
        self.replica_set = replica_set
        self._is_initiated = False
        data = folder / "mongod-data"
        data.mkdir(parents=True)
        super().__init__("mongod", [program, *self._options(data)], folder=folder)

    def _options(self, data: Path) -> list[str]:
        options = ["--dbpath", str(data), "--port", str(self.port), "--bind_ip", HOST, "--nounixsocket"]
        # A quarter of a gibibyte is the least it takes; the default is half of the machine.
        options += ["--wiredTigerCacheSizeGB", "0.25"]
        return [*options, "--replSet", self.replica_set] if self.replica_set else options

    @property
    def url(self) -> str:
        return self.database_url("sense_live")

    def database_url(self, name: str) -> str:
        options = f"?replicaSet={self.replica_set}" if self.replica_set else ""
        return f"mongodb://{HOST}:{self.client_port}/{name}{options}"

    def client(self) -> pymongo.MongoClient[dict[str, Any]]:
        """Straight to this mongod; close it after use (`with mongod.client() as client`)."""
        return pymongo.MongoClient(HOST, self.port, directConnection=True, serverSelectionTimeoutMS=2000)

    def tail(self, lines: int = 60) -> str:
        """Without what it says for information: that is several lines for each connection."""
        told = [line for line in self.output().splitlines() if '"s":"I"' not in line]
        return "\n".join(told[-lines:])

    def ready(self) -> bool:
        try:
            with self.client() as client:
                return self._is_primary(client)
        except pymongo.errors.ConnectionFailure:
            return False

    def _is_primary(self, client: pymongo.MongoClient[dict[str, Any]]) -> bool:
        hello = client.admin.command("hello")
        # After a restart too it is a moment without the name of its set.
        if self.replica_set and not hello.get("setName") and not self._is_initiated:
            members = [{"_id": 0, "host": f"{HOST}:{self.client_port}"}]
            client.admin.command("replSetInitiate", {"_id": self.replica_set, "members": members})
            self._is_initiated = True
        return bool(hello["isWritablePrimary"])


@contextmanager
def new_database(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database: "SQLite", or "MongoDB" with a mongod of its own."""
    if engine.lower() == "mongodb":
        with Mongod(folder) as mongod:
            yield mongod.url
    else:
        yield f"sqlite:///{folder}/sense-live.sqlite3"


class RedisServer(Process):
    """A real redis-server that keeps nothing on disk. `url` is its REDIS_URL."""

    def __init__(self, folder: Path, *, password: str | None = None) -> None:
        program = redis_program()
        assert program, "redis-server was not found: install Redis (Debian: apt install redis-server)"
        self.port = free_port()
        self.password = password
        command = [program, "--port", str(self.port), "--bind", HOST, "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no"]
        command += ["--requirepass", password] if password else []
        super().__init__("redis", command, folder=folder)

    @property
    def url(self) -> str:
        return f"redis://{f':{self.password}@' if self.password else ''}{HOST}:{self.port}/0"

    def client(self) -> redis.Redis:
        """Close it after use (`with redis_server.client() as client`)."""
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def ready(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
            return False


class Server(Process):
    """Sense Live itself: `manage.py serve`. Without `database_url` it has a new SQLite file in `folder`.

    Servers with the same folder share their secret key, and without `database_url` their database too:
    a second process beside the first is `Server(tmp_path, name="second", redis_url=…)`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str | None = None,
        redis_url: str | None = None,
        name: str = "server",
        env: Mapping[str, str] | None = None,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        database_url = database_url or f"sqlite:///{folder}/sense-live.sqlite3"
        settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url or "", "DATA_DIR": str(folder)}
        command = [sys.executable, "manage.py", "serve", "--host", HOST, "--port", str(self.port)]
        super().__init__(name, command, folder=folder, env={**settings, **(env or {})})

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def websocket_url(self) -> str:
        return f"ws://{HOST}:{self.port}"

    def add_device(self, name: str, *, interval_ms: int = 1000) -> str:
        """Its token."""
        return self.manage("device", "add", name, "--interval-ms", str(interval_ms)).strip()

    def add_administrator(self, username: str = "maker") -> str:
        """A link that signs this new administrator in, once: for a browser, or any client that keeps cookies."""
        self.manage("createsuperuser", "--noinput", "--username", username, "--email", "")
        return self.manage("sign_in_link", username, "--url", self.url).strip()

    def manage(self, *arguments: str) -> str:
        """What `manage.py …` prints, run with this server's database; fails with its errors."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.full_env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            error.close()  # an answer is an answer: whether it is the right one, the test says
            return True


class Worker(Process):
    """`manage.py worker` on the database of a server. Ready once it looks for jobs."""

    def __init__(self, server: Server, *, name: str = "worker") -> None:
        command = [sys.executable, "manage.py", "worker"]
        super().__init__(name, command, folder=server.folder, env=server.env)

    def ready(self) -> bool:
        return "looks for jobs" in self.output()


class Publisher(Process):
    """The program on the board with a simulated sensor. It is ready once it runs, connected or not.

    Its spool and `record` (every reading it took, as JSON lines) outlive kill and restart. `arguments` are further
    options of `python -m utils.publisher`, such as "--interval", "0.1".
    """

    def __init__(
        self, folder: Path, websocket_url: str, token: str, *arguments: str, name: str = "publisher"
    ) -> None:
        self.record = folder / f"{name}.jsonl"
        command = [sys.executable, "-m", "utils.publisher", "--url", f"{websocket_url}/ws/device/"]
        command += ["--sensor", "simulator", "--spool", str(folder / f"{name}.sqlite3")]
        command += ["--record", str(self.record), *arguments]
        super().__init__(name, command, folder=folder, env={"SENSE_TOKEN": token})


def session_cookie(link: str) -> str:
    """The Cookie header of a session, by a link that signs in once."""
    jar = CookieJar()
    # The cookie comes with the redirect; where that leads to, a page that may not be built, does not matter.
    with suppress(urllib.error.HTTPError):
        urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar)).open(link, timeout=30).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
