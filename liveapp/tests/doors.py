"""Clients at the server's doors: a board, a dashboard and an HTTP client, against the whole ASGI application."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import OperationalError, connections
from django.test import AsyncClient
from sesame import tokens_v2
from uvicorn.protocols.utils import ClientDisconnected

from learndj.asgi import application
from liveapp import process as processes
from liveapp.clock import now_ms
from liveapp.models import Device
from liveapp.models.reading import key_of
from liveapp.process import Process
from liveapp.store import Outcome, Row, storage_errors, store
from liveapp.writer import Writer

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "protocol" / "examples"
VIEW = ("view_annotation", "view_device", "view_metric", "view_retention")
HOST = "testserver"
ORIGIN = f"http://{HOST}"
PASSWORD = "the kettle sings at seven"
# Far more than any answer takes; a test that waits this long has failed.
PATIENCE_S = 10


def example(path: str) -> Any:
    """A file of docs/protocol/examples/: `example("rest/device")`."""
    return json.loads((EXAMPLES / f"{path}.json").read_text())


def assert_like(answer: Any, shape: Any, where: str = "") -> None:
    """The same keys in the same order, and the same JSON types, as an example has. A null in either fits all."""
    if shape is None or answer is None:
        return
    if isinstance(shape, dict):
        assert isinstance(answer, dict), where
        assert list(answer) == list(shape), where
        for key in shape:
            # The names in `values` are the metrics that were measured.
            assert_like(answer[key], shape[key], f"{where}.{key}") if key != "values" else None
    elif isinstance(shape, list):
        assert isinstance(answer, list), where
        for one in answer if shape else ():
            assert_like(one, shape[0], f"{where}[]")
    elif type(shape) in (int, float):
        assert type(answer) in (int, float), where
    else:
        assert type(answer) is type(shape), where


class Connection(WebsocketCommunicator):
    """A WebSocket client. `full=True`: of a server that can answer a handshake with a body."""

    def __init__(self, path: str, headers: dict[str, str] | None = None, *, full: bool = False) -> None:
        pairs = {"host": HOST, **(headers or {})}
        super().__init__(
            application, path, [(name.encode(), value.encode("latin-1")) for name, value in pairs.items()]
        )
        self.changes: list[Any] = []
        if full:
            self.scope["extensions"] = {"websocket.http.response": {}}

    async def say(self, message: Any) -> None:
        await self.send_to(text_data=message if isinstance(message, str) else json.dumps(message))

    async def hear(self) -> Any:
        return await self.receive_json_from(timeout=PATIENCE_S)

    async def hear_type(self, kind: str) -> Any:
        """The next message of a type; those of other types are passed over."""
        while (message := await self.hear())["type"] != kind:
            pass
        return message

    async def hear_change(self) -> Any:
        """The next change, of one that came alone or with others; what else comes is passed over."""
        while not self.changes:
            message = await self.hear()
            if message["type"] == "change":
                return message
            if message["type"] == "changes":
                self.changes = [{"type": "change", **one} for one in message["changes"]]
        return self.changes.pop(0)

    async def ask(self, message: Any) -> Any:
        await self.say(message)
        return await self.hear()

    async def closed(self) -> int:
        """The code the server closes with; what it says before is passed over."""
        while (output := await self.receive_output(timeout=PATIENCE_S))["type"] == "websocket.send":
            pass
        assert output["type"] == "websocket.close", output
        return int(output["code"])

    async def accepted(self) -> bool:
        return bool((await self.connect(timeout=PATIENCE_S))[0])

    async def refusal(self) -> tuple[int, Any]:
        """Status and JSON body of a refused handshake."""
        await self.send_input({"type": "websocket.connect"})
        start = await self.receive_output(timeout=PATIENCE_S)
        body = await self.receive_output(timeout=PATIENCE_S)
        headers = dict(start["headers"])
        assert headers[b"content-type"] == b"application/json"
        assert headers[b"cache-control"] == b"private, no-store"
        return start["status"], json.loads(body["body"])


@asynccontextmanager
async def connected(path: str, headers: dict[str, str] | None = None) -> AsyncIterator[Connection]:
    """An accepted WebSocket, closed by the client at the end."""
    connection = Connection(path, headers)
    assert await connection.accepted()
    yield connection
    await connection.disconnect(timeout=PATIENCE_S)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@asynccontextmanager
async def board(token: str) -> AsyncIterator[Connection]:
    """A connected device that has had its welcome."""
    async with connected("/ws/device/", bearer(token)) as connection:
        assert (await connection.hear())["type"] == "welcome"
        yield connection


def gone_mid_answer(connection: Connection) -> Callable[[], None]:
    """Makes a connection whose client can go: then each send fails as uvicorn's does. Returns what lets it go."""
    served, gone = connection.application, asyncio.Event()

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        async def send_unless_gone(message: Any) -> None:
            if gone.is_set():
                raise ClientDisconnected
            await send(message)

        await served(scope, receive, send_unless_gone)

    connection.application = failing
    return gone.set


async def removed_past_the_server(device: Device) -> None:
    """Its row goes, as from a process whose bus is away: no signal, no message."""
    await sync_to_async(Device.objects.filter(id=device.id)._raw_delete)("default")


async def next_frame(process: Process, kind: str, number: int = 1, **fields: Any) -> Any:
    """The first message for dashboards of a kind, with these fields, from frame `number` on."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            message = (await process.hub.ring.get(number)).message
            if message["type"] == kind and fields.items() <= message.items():
                return message
            number += 1


def cookies(client: AsyncClient) -> dict[str, str]:
    return {"cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())}


def viewer(client: AsyncClient, origin: str = ORIGIN, **headers: str) -> Connection:
    """A dashboard's connection with the client's session, not opened yet."""
    return Connection("/ws/live/", {**cookies(client), "origin": origin, **headers}, full=True)


@asynccontextmanager
async def dashboard(client: AsyncClient, devices: Any = "all") -> AsyncIterator[Connection]:
    """A subscribed dashboard that has had its welcome, kept in `welcome`."""
    async with connected("/ws/live/", {**cookies(client), "origin": ORIGIN}) as connection:
        await all_told(processes.current())
        connection.welcome = await connection.ask({"type": "subscribe", "devices": devices})
        assert connection.welcome["type"] == "welcome", connection.welcome
        yield connection


def make_user(username: str, permissions: tuple[str, ...] | None = None, **fields: Any) -> Any:
    """A superuser, or with `permissions` somebody who may see what everybody may, and has just those beside."""
    make = (
        get_user_model().objects.create_superuser
        if permissions is None
        else get_user_model().objects.create_user
    )
    user = make(username, **fields)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=[*VIEW, *permissions] if permissions is not None else ())
    )
    return user


async def signed_in(
    username: str = "maker", permissions: tuple[str, ...] | None = None, *, csrf: bool = False
) -> AsyncClient:
    """A client with a session: of a superuser, or with `permissions` of somebody who has just those."""
    user = await sync_to_async(make_user)(username, permissions)
    client = AsyncClient(enforce_csrf_checks=csrf)
    await client.aforce_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


async def send(client: AsyncClient, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """A JSON request."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return await client.generic(method, path, data, "application/json", headers=headers)


def readings(*times: int, message_id: int | None = None, **values: float) -> dict[str, Any]:
    """A batch with the same values at each time (default: one reading, now)."""
    identity = {} if message_id is None else {"id": message_id}
    batch = [{"time": time_ms, **(values or {"temperature": 21.5})} for time_ms in times or (now_ms(),)]
    return {"type": "readings", **identity, "readings": batch}


def stored(device: Device) -> dict[int, dict[str, float]]:
    """All that is stored of a device: values by time in ms."""
    rows = store().read(key_of(device.number, 0), key_of(device.number + 1, 0), 100_000)
    return {row.key - key_of(device.number, 0): row.values for row in rows}


def put(device: Device, times: Any, **values: float) -> None:
    """Store readings directly."""
    store().commit([Row(key_of(device.number, time_ms), values) for time_ms in times])


class BrokenStore:
    """A store whose every commit ends with `error`."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def commit(self, rows: Sequence[Row]) -> list[Outcome]:
        with storage_errors():
            raise self._error


@contextmanager
def database_away() -> Iterator[None]:
    """Meanwhile every query of the ORM fails, as it does when the database is away."""

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("gone")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("SQLCompiler", "SQLInsertCompiler", "SQLUpdateCompiler", "SQLDeleteCompiler"):
            patch.setattr(connections["default"].ops.compiler(name), "execute_sql", fail)
        yield


async def eventually(check: Callable[[], Any]) -> None:
    """Until `check` is true."""
    async with asyncio.timeout(PATIENCE_S):
        while not check():
            await asyncio.sleep(0.001)


async def all_told(process: Process) -> None:
    """What was announced so far has come round on the bus: a device that was just made, for one."""
    await process.hub.subscribed.wait()
    told = asyncio.Event()
    process.hub.on("mark", lambda body: told.set())
    await process.bus.changes.flush()
    await process.bus.send("mark", {})
    await told.wait()


async def settled(process: Process) -> None:
    """Until a process that was just opened has looked at all it looks at by itself."""
    await process.catch_up.loaded.wait()
    await process.hub.subscribed.wait()
    await process.catch_up.done()


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Every query of the ORM meanwhile, in whichever thread."""
    seen: list[str] = []
    compiler = connections["default"].ops.compiler("SQLCompiler")
    execute = compiler.execute_sql

    def count(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(str(self.query.model))
        return execute(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiler, "execute_sql", count)
        yield seen


@contextmanager
def aged(seconds: int) -> Iterator[None]:
    """Signed tokens made meanwhile are that old."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens_v2, "TIMESTAMP_OFFSET", tokens_v2.TIMESTAMP_OFFSET + seconds)
        yield


@asynccontextmanager
async def broken_store(process: Process, error: Exception | None = None) -> AsyncIterator[None]:
    """Meanwhile the database does not answer, or fails with another `error`."""
    held = process.writer
    use_store(process, BrokenStore(error or OperationalError("gone")))
    yield
    await process.writer.close()
    process.writer = process.ingest._writer = held


class PausedStore:
    """The real store, that does not begin a commit before `go` is set."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def commit(self, rows: Sequence[Row]) -> list[Outcome]:
        self.begun.set()
        assert self.go.wait(PATIENCE_S)
        return store().commit(rows)


def use_store(process: Process, other: Any) -> None:
    process.writer = process.ingest._writer = Writer(other, process.counts)


async def with_password(
    username: str = "maker", password: str = PASSWORD, *, client: AsyncClient | None = None, **given: str
) -> AsyncClient:
    """A client that signed in as people do, with CSRF checks; `given` goes along (a second factor's `code`)."""
    client = client or AsyncClient(enforce_csrf_checks=True)
    await send_back(client, "POST", "/api/session/", {"username": username, "password": password, **given})
    return client


async def send_back(client: AsyncClient, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """A JSON request as the dashboard sends it, with the CSRF token of its cookie."""
    if "csrftoken" not in client.cookies:
        await client.get("/")
    return await send(
        client, method, path, body, **{"X-CSRFToken": client.cookies["csrftoken"].value, **headers}
    )
