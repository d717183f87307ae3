"""Beneath `benchmarks.history`: fills a database, then asks for spans of it. Run as a program, it prints JSON."""

import json
import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median, quantiles
from typing import Any

import django
from pymongo import MongoClient

POINTS = 1_000
ASKS = 40
STEP_MS = 1_000
COMMIT = 10_000
# The newest reading; minutes before it are over, so that all of it is rolled up.
END_MS = 1_763_673_600_000
DAY_MS = 86_400_000


def fill(days: float, devices: int, device_days: float) -> dict[str, float]:
    """One device with `days` of a reading a second, others with `device_days`; seconds spent by what for."""
    from liveapp.models import Device, Stale, Touch
    from liveapp.rollups import Rollups

    began = time.perf_counter()
    count = 0
    for index in range(devices + 1):
        device = Device.create(id=f"board-{index}", name=f"board-{index}")[0]
        count += _fill(device.number, days if index == 0 else device_days)
    stored = time.perf_counter()
    job = Rollups(settle_s=0)
    while Touch.objects.exists() or Stale.objects.exists():
        job.run(lambda: None)
    done = time.perf_counter()
    return {"readings": count, "store_s": stored - began, "roll_up_s": done - stored}


def _fill(number: int, days: float) -> int:
    from liveapp.models.reading import key_of
    from liveapp.store import Row, store

    start_ms = END_MS - round(days * DAY_MS)
    rows = (Row(key_of(number, time_ms), _values(time_ms)) for time_ms in range(start_ms, END_MS, STEP_MS))
    count = 0
    while batch := list(islice(rows, COMMIT)):
        store().commit(batch)
        count += len(batch)
    return count


def _values(time_ms: int) -> dict[str, float]:
    wave = math.sin(time_ms / DAY_MS * math.tau)
    noise = (time_ms * 2654435761 % 1000) / 1000
    return {
        "temperature": round(20 + 5 * wave + noise, 2),
        "humidity": round(45 + 10 * wave + noise, 1),
        "pressure": round(1010 + 8 * wave + noise, 2),
    }


class Asking:
    """What the dashboard asks, by the API and all that belongs to it, and the same from raw readings."""

    def __init__(self) -> None:
        from django.contrib.auth import get_user_model
        from django.contrib.auth.models import Group
        from django.test import Client

        from liveapp.roles import VIEWER

        person, _ = get_user_model().objects.get_or_create(username="benchmark")
        person.groups.add(Group.objects.get(name=VIEWER))
        self._client: Any = Client(headers={"host": "localhost"})
        self._client.force_login(person, "django.contrib.auth.backends.ModelBackend")

    def ask(self, start_ms: int, end_ms: int) -> tuple[float, dict[str, Any]]:
        """How many milliseconds it took, and the answer."""
        query = {"start": start_ms, "end": end_ms, "points": POINTS}
        began = time.perf_counter()
        answer = self._client.get("/api/devices/board-0/history/", query)
        took_ms = (time.perf_counter() - began) * 1000
        assert answer.status_code == 200, answer.content[:500]
        return took_ms, answer.json()


def from_raw() -> Callable[[int, int, int], int]:
    """Answers start, end and step in ms with the count of points, made of readings by the database itself."""
    from django.conf import settings
    from django.db import connection

    from liveapp.models import Device
    from liveapp.models.reading import key_of

    number = Device.objects.get(id="board-0").number
    # Django's connection gives up after a time that a year of readings takes longer than.
    patient: Any = MongoClient(settings.DATABASES["default"]["HOST"]) if settings.MONGODB else None

    def sqlite(start_ms: int, end_ms: int, step_ms: int) -> int:
        parts = ", ".join(
            f"{do}(json_extract(\"values\", '$.{name}'))"
            for name in ("temperature", "humidity", "pressure")
            for do in ("count", "avg", "min", "max")
        )
        query = (
            f'SELECT "_id" / {step_ms}, {parts} FROM liveapp_reading '  # noqa: S608
            'WHERE "_id" >= %s AND "_id" < %s GROUP BY 1'
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [key_of(number, start_ms), key_of(number, end_ms)])
            return len(cursor.fetchall())

    def mongodb(start_ms: int, end_ms: int, step_ms: int) -> int:
        table: Any = patient[connection.settings_dict["NAME"]]["liveapp_reading"]
        group: dict[str, Any] = {
            "_id": {"$subtract": ["$_id", {"$mod": ["$_id", step_ms]}]},
            **{
                f"{name}_{do}": {f"${do}": f"$values.{name}"}
                for name in ("temperature", "humidity", "pressure")
                for do in ("avg", "min", "max")
            },
        }
        within = {"_id": {"$gte": key_of(number, start_ms), "$lt": key_of(number, end_ms)}}
        return len(list(table.aggregate([{"$match": within}, {"$group": group}])))

    return mongodb if settings.MONGODB else sqlite


def spans(days: float) -> Iterator[tuple[str, int]]:
    """By the words for them, in ms; those that fit into what is there."""
    hour = 3_600_000
    named = {"5 min": hour // 12, "1 h": hour, "6 h": 6 * hour, "24 h": DAY_MS, "7 d": 7 * DAY_MS}
    named |= {"30 d": 30 * DAY_MS, "90 d": 90 * DAY_MS, "1 year": 365 * DAY_MS}
    return ((name, span_ms) for name, span_ms in named.items() if span_ms <= days * DAY_MS)


def measure(days: float, repeats: int) -> dict[str, Any]:
    """For each span: medians and 95th percentiles of our answers, and single answers from raw readings, in ms."""
    from learndj.server import spare_what_is_loaded

    asking, aggregate, chance = Asking(), from_raw(), random.Random(1)
    asking.ask(END_MS - 1, END_MS)
    spare_what_is_loaded()
    found: dict[str, Any] = {}
    for name, span_ms in spans(days):
        ours, worst, theirs, points = [], [], [], 0
        for _ in range(repeats):
            first_ms = END_MS - round(days * DAY_MS)
            ends = [chance.randint(first_ms + span_ms, END_MS) for _ in range(ASKS - 1)] + [END_MS]
            asked = [asking.ask(end_ms - span_ms, end_ms) for end_ms in ends]
            samples = [took_ms for took_ms, _ in asked]
            ours.append(median(samples))
            worst.append(quantiles(samples, n=20)[-1])
            answer = asked[-1][1]
            points = max(points, *(len(answer["time"]) for _, answer in asked))
            began = time.perf_counter()
            aggregate(ends[0] - span_ms, ends[0], answer["step_ms"] or STEP_MS)
            theirs.append((time.perf_counter() - began) * 1000)
        about = {"resolution": answer["resolution"], "points": points}
        found[name] = about | {"ours": ours, "p95": worst, "theirs": theirs}
    return found


def main(do: str, *sizes: str) -> None:
    """`fill DAYS DEVICES DEVICE_DAYS` makes the tables too; `measure DAYS REPEATS` wants a filled database."""
    django.setup()
    if do == "fill":
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps(fill(float(sizes[0]), int(sizes[1]), float(sizes[2]))))
    else:
        print(json.dumps(measure(float(sizes[0]), int(sizes[1]))))


if __name__ == "__main__":
    main(*sys.argv[1:])
