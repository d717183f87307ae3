"""Kills who stores readings and who rolls them up, again and again, and looks whether every bucket is right."""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tests.processes import Process, eventually


class Verdict(NamedTuple):
    """How many buckets all readings give, and how many of them are not so."""

    kills: int
    buckets: int
    wrong: int

    @property
    def good(self) -> bool:
        return self.buckets > 0 and not self.wrong


class Child(Process):
    """One of the programs in child.py."""

    def __init__(self, what: str, *arguments: str, folder: Path, env: dict[str, str], name: str) -> None:
        command = [sys.executable, "-m", "tests.rollup_kills.child", what, *arguments]
        super().__init__(name, command, folder=folder, env=env)

    def ready(self) -> bool:
        return "ready" in self.output()


def run(folder: Path, database_url: str, *, kills: int, seed: int) -> Verdict:
    """`folder` takes the logs; the database has its tables."""
    chance = random.Random(seed)
    env = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "learndj.settings"}

    def child(what: str, number: int) -> Child:
        return Child(what, str(seed + number), folder=folder, env=env, name=f"{what}-{number}").start()

    running = {what: child(what, 0) for what in ("write", "roll")}
    try:
        for number in range(1, kills + 1):
            what = chance.choice(("write", "roll", "roll", "roll"))
            time.sleep(chance.uniform(0, 0.6))
            assert running[what].alive, f"{what} ended by itself\n{running[what].tail()}"
            running[what].kill()
            running[what] = child(what, number)
    finally:
        for process in running.values():
            process.kill()
    with Child("compare", folder=folder, env=env, name="compare") as comparing:
        eventually(lambda: not comparing.alive, 300)
        assert comparing.status == 0, comparing.tail()
        return Verdict(kills, **json.loads(comparing.output().splitlines()[-1]))
