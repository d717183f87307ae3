"""Real child processes for tests: started, killed, restarted, their output kept in a file."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

Value = TypeVar("Value")

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"

# Outside the range of outgoing connections: a killed server's port stays free for its restart.
_PORTS = list(range(20_000, 30_000))
random.shuffle(_PORTS)


def free_port() -> int:
    """A port nobody listens on; never the same twice in one test run."""
    while True:
        port = _PORTS.pop()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue  # taken by somebody else: the next one
        return port


def eventually(check: Callable[[], Value], timeout_s: float = 10, *, every_s: float = 0.05) -> Value:
    """The first true value of `check`; a failed assertion or connection inside it counts as not yet."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            last: object = (value := check())
            if value:
                return value
        except (AssertionError, OSError) as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not so within {timeout_s} s; last seen: {last!r}")
        time.sleep(every_s)


class Process:
    """A program under test. Start it in the main thread: it dies with the thread that started it.

    >>> with Process("echo", ["python3", "-m", "http.server"], folder=tmp_path) as process:
    ...     process.kill()
    """

    running: list[Process] = []

    def __init__(
        self, name: str, command: Sequence[str], *, folder: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.command = list(command)
        self.folder = folder
        self.env = dict(env or {})
        self.log = folder / f"{name}.log"
        self._popen: subprocess.Popen[bytes] | None = None

    def ready(self) -> bool:
        """Whether it answers; asked again and again after a start."""
        return True

    def start(self, *, timeout_s: float = 30) -> Self:
        self.launch()
        self.wait_until_ready(timeout_s)
        return self

    def launch(self) -> None:
        """Start it, and do not wait until it is ready."""
        assert not self.alive, f"{self.name} runs already"
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                [*_dies_with_us(), *self.command],
                cwd=ROOT,
                env=self.full_env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        Process.running.append(self)

    def wait_until_ready(self, timeout_s: float) -> None:
        """After `launch`; fails with what it wrote last."""
        try:
            eventually(lambda: not self.alive or self.ready(), timeout_s)
            assert self.alive, f"it ended with status {self.status}"
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{self.name} did not start: {error}\n{self.tail()}") from error

    @property
    def full_env(self) -> dict[str, str]:
        return {**os.environ, "PYTHONUNBUFFERED": "1", **self.env}

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def status(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return None if self._popen is None else self._popen.poll()

    @property
    def pid(self) -> int:
        assert self._popen is not None, f"{self.name} was never started"
        return self._popen.pid

    def send_signal(self, number: signal.Signals) -> None:
        """To the whole process group, so that worker processes get it too."""
        if self.alive:
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """SIGKILL: no chance to finish anything."""
        self.send_signal(signal.SIGKILL)
        self._reap(timeout_s=10)

    def stop(self, *, timeout_s: float = 15) -> None:
        """SIGTERM, and wait; fails if it does not end in time."""
        if self.alive:
            os.kill(self.pid, signal.SIGTERM)
        try:
            self._reap(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {timeout_s} s\n{self.tail()}") from None

    def restart(self) -> Self:
        """Stop and start on the same port with the same data. After `kill()` it only starts."""
        self.stop()
        return self.start()

    def pause(self) -> None:
        """SIGSTOP: alive but silent, as a machine that hangs."""
        self.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.send_signal(signal.SIGCONT)

    def _reap(self, timeout_s: float) -> None:
        if self._popen is not None:
            self._popen.wait(timeout_s)
        if self in Process.running:
            Process.running.remove(self)

    def output(self) -> str:
        """All it has written so far, over every restart."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def tail(self, lines: int = 60) -> str:
        return "\n".join(self.output().splitlines()[-lines:])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resume()
        self.stop()


def _dies_with_us() -> list[str]:
    """On Linux the kernel kills the child when the test process dies, whatever way it dies."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []
