"""The program as it is started: by its name, from the repository and from a copy of its folder alone."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from utils.publisher.tests.conftest import eventually
from utils.publisher.tests.server import TOKEN

ROOT = Path(__file__).parents[3]
FOLDER = Path(__file__).parents[1]


def command(*options: str, module: str = "utils.publisher") -> list[str]:
    return [sys.executable, "-m", module, *options]


def environment(**extra: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **extra}


def run(*options: str, cwd: Path = ROOT, module: str = "utils.publisher", **extra: str):
    return subprocess.run(
        command(*options, module=module),
        cwd=cwd,
        env=environment(**extra),
        capture_output=True,
        text=True,
        timeout=20,
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The folder alone, as it is copied to a board."""
    shutil.copytree(
        FOLDER, tmp_path / "board" / "publisher", ignore=shutil.ignore_patterns("tests", "__pycache__")
    )
    return tmp_path / "board"


def test_check_shows_settings_and_a_reading_without_connecting(tmp_path):
    done = run("--url", "ws://127.0.0.1:1/", "--sensor", "simulator", "--check", SENSE_TOKEN="kitchen.secret")
    assert done.returncode == 0
    assert "url = ws://127.0.0.1:1/ws/device/" in done.stdout
    assert "temperature = " in done.stdout
    assert "kitchen.secret" not in done.stdout + done.stderr


def test_a_copy_of_the_folder_alone_runs(copied):
    options = ("--url", "ws://127.0.0.1:1/", "--sensor", "simulator", "--check")
    done = run(*options, cwd=copied, module="publisher", SENSE_TOKEN=TOKEN)
    assert (done.returncode, done.stderr) == (0, "")
    assert "temperature = " in done.stdout


def test_wrong_settings_are_all_told_with_status_2():
    done = run("--interval", "x", "--sensor", "y")
    assert done.returncode == 2
    assert done.stderr.count("\n  - ") == 4
    assert "Traceback" not in done.stderr


def test_a_board_without_a_sensor_is_told_what_to_do():
    done = run("--url", "ws://127.0.0.1:1/", "--sensor", "sense-hat", SENSE_TOKEN=TOKEN)
    assert done.returncode == 1
    assert "The sensor sense-hat cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unusable_spool_is_told_before_anything_connects(tmp_path):
    (tmp_path / "file").touch()
    options = (
        "--url",
        "ws://127.0.0.1:1/",
        "--sensor",
        "simulator",
        "--spool",
        str(tmp_path / "file" / "spool.db"),
    )
    done = run(*options, SENSE_TOKEN=TOKEN)
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


async def start(server, tmp_path: Path, *options: str) -> asyncio.subprocess.Process:
    quick = (
        "--interval",
        "0.01",
        "--commit-interval",
        "0.02",
        "--reconnect-limit",
        "0.1",
        "--backlog-rate",
        "0",
    )
    where = (
        "--url",
        server.url,
        "--spool",
        str(tmp_path / "spool.db"),
        "--record",
        str(tmp_path / "record.jsonl"),
    )
    simulator = ("--sensor", "simulator", "--simulator-sequence")
    return await asyncio.create_subprocess_exec(
        *command(*where, *simulator, *quick, *options),
        cwd=ROOT,
        env=environment(SENSE_TOKEN=TOKEN),
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly(server, tmp_path, number):
    process = await start(server, tmp_path)
    await server.until(lambda: len(server.stored) > 5)
    process.send_signal(number)
    _, told = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert b"Stopped: " in told
    assert b"Traceback" not in told


async def test_it_takes_its_leave_with_going_away(server, tmp_path):
    process = await start(server, tmp_path)
    await server.until(lambda: len(server.stored) > 5)
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 10)
    await server.until(lambda: server.close_codes == [1001])


async def test_the_token_is_not_told_even_with_log_level_debug(server, tmp_path):
    process = await start(server, tmp_path, "--log-level", "debug")
    await server.until(lambda: len(server.stored) > 5)
    process.send_signal(signal.SIGTERM)
    _, told = await asyncio.wait_for(process.communicate(), 10)
    assert b"Connected to the server" in told
    assert TOKEN.encode() not in told


async def test_killed_again_and_again_it_loses_nothing_that_was_spooled_and_doubles_nothing(server, tmp_path):
    for goal in (30, 60, 90):
        process = await start(server, tmp_path)
        await server.until(lambda goal=goal: len(server.stored) > goal)
        process.kill()
        await _ended(process)
    process = await start(server, tmp_path)
    await server.until(lambda: len(server.stored) > 120)
    await server.stop()
    process.terminate()
    await _ended(process)
    await _finish(server, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "record.jsonl").read_text().splitlines()]
    taken = {line["seq"]: line["values"]["sequence"] for line in lines}
    assert sorted(values["sequence"] for values in server.stored.values()) == sorted(taken.values())
    # What was taken after the last commit before a kill: its numbers were given out again.
    assert len(lines) - len(taken) <= 3 * 20


async def _finish(server, tmp_path: Path) -> None:
    """Let a last run send what is left, without taking more than its first reading."""
    await server.start()
    process = await start(server, tmp_path, "--interval", "3600")
    record = tmp_path / "record.jsonl"
    last_seq = max(json.loads(line)["seq"] for line in record.read_text().splitlines())
    await eventually(lambda: len(record.read_text().splitlines()) and _last(record)["seq"] > last_seq)
    wanted = _last(record)["values"]["sequence"]
    await server.until(lambda: any(values["sequence"] == wanted for values in server.stored.values()))
    taken = {line["seq"] for line in map(json.loads, record.read_text().splitlines())}
    await server.until(lambda: len(server.stored) >= len(taken))
    process.terminate()
    await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    await asyncio.wait_for(process.communicate(), 20)


def _last(record: Path):
    return json.loads(record.read_text().splitlines()[-1])
