"""The API: exports as downloads."""

import asyncio
import itertools
import json
import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session

from liveapp import exporting
from liveapp.api import exports, lasting
from liveapp.errors import StorageUnavailable
from liveapp.models import Device
from liveapp.tests.doors import PATIENCE_S, put, signed_in

T = 1_763_673_600_000


@pytest.fixture
def kitchen(device):
    device.add_metrics(["temperature", "humidity"])
    put(device, [T, T + 1000], temperature=21.5)
    return device


@pytest.fixture
async def guest(kitchen):
    """Who is signed in and may change nothing."""
    return await signed_in("guest", ())


async def content(response):
    return b"".join([chunk async for chunk in response.streaming_content])


async def test_a_csv_is_a_download_named_after_device_and_day(guest):
    response = await guest.get("/api/devices/kitchen/export/", {"start": T, "end": T + 1})
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"] == 'attachment; filename="kitchen_2025-11-20_2025-11-20.csv"'
    assert (await content(response)).decode().splitlines() == [
        "time,temperature (°C),humidity (%)",
        "2025-11-20T21:20:00.000Z,21.5,",
    ]


async def test_all_there_is_comes_unless_a_span_is_named(guest):
    response = await guest.get("/api/devices/kitchen/export/?format=ndjson&metrics=temperature")
    assert response["Content-Type"] == "application/x-ndjson"
    lines = (await content(response)).splitlines()
    assert [json.loads(line)["time"] for line in lines] == [T, T + 1000]


async def test_minutes_come_when_asked_for(guest):
    response = await guest.get("/api/devices/kitchen/export/?format=ndjson&resolution=minute")
    assert json.loads(await content(response))["temperature"]["count"] == 2


async def test_parquet_comes_where_pyarrow_is(guest):
    pytest.importorskip("pyarrow")
    response = await guest.get("/api/devices/kitchen/export/?format=parquet")
    assert (await content(response)).startswith(b"PAR1")
    assert response["Content-Disposition"].endswith('.parquet"')


async def test_parquet_without_pyarrow_is_refused_with_the_mend(guest, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    response = await guest.get("/api/devices/kitchen/export/?format=parquet")
    assert response.status_code == 400
    assert "pip install -r requirements-parquet.txt" in response.json()["fields"]["format"][0]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("start=5&end=5", "start"),
        ("start=-1", "start"),
        ("end=99999999999999", "end"),
        ("start=yesterday", "start"),
        ("resolution=week", "resolution"),
        ("format=xls", "format"),
        ("metrics=co2", "metrics"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(guest, query, field):
    response = await guest.get(f"/api/devices/kitchen/export/?{query}")
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]


async def test_an_unknown_device_is_not_found(guest):
    response = await guest.get("/api/devices/kitchn/export/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_strangers_get_nothing(kitchen, async_client):
    response = await async_client.get("/api/devices/kitchen/export/")
    assert (response.status_code, response.json()["code"]) == (403, "not_signed_in")


async def test_accept_is_not_looked_at(guest):
    response = await guest.get("/api/devices/kitchen/export/", headers={"Accept": "text/csv"})
    assert response.status_code == 200
    await content(response)


async def test_head_is_not_answered_with_the_work_of_a_whole_file(guest):
    assert (await guest.head("/api/devices/kitchen/export/")).status_code == 405


async def test_a_client_that_goes_away_ends_its_export(guest, monkeypatch):
    made = []

    def endless(selection):
        while True:
            made.append(threading.current_thread().name)
            yield b"x"

    monkeypatch.setitem(exporting.FORMATS, "csv", exporting.FORMATS["csv"]._replace(chunks=endless))
    response = await guest.get("/api/devices/kitchen/export/")
    stream = aiter(response.streaming_content)
    assert await anext(stream) == b"x"
    await stream.aclose()
    count = len(made)
    await asyncio.sleep(0.05)
    assert len(made) == count
    assert all(name.startswith("export") for name in made)


async def test_no_more_than_two_are_computed_at_once(guest, monkeypatch):
    running, most, lock = 0, 0, threading.Lock()

    def slow(selection):
        nonlocal running, most
        for _ in range(3):
            with lock:
                running += 1
                most = max(most, running)
            threading.Event().wait(0.02)
            with lock:
                running -= 1
            yield b"x"

    monkeypatch.setitem(exporting.FORMATS, "csv", exporting.FORMATS["csv"]._replace(chunks=slow))

    async def fetch():
        return await content(await guest.get("/api/devices/kitchen/export/"))

    async with asyncio.timeout(PATIENCE_S):
        found = await asyncio.gather(*(fetch() for _ in range(5)))
    assert found == [b"xxx"] * 5
    assert most == exports.AT_ONCE


async def test_a_database_that_goes_away_in_the_middle_breaks_the_download_off(guest, monkeypatch, caplog):
    def broken(selection):
        yield b"x"
        raise StorageUnavailable("gone")

    monkeypatch.setitem(exporting.FORMATS, "csv", exporting.FORMATS["csv"]._replace(chunks=broken))
    response = await guest.get("/api/devices/kitchen/export/")
    with pytest.raises(asyncio.CancelledError):
        await content(response)
    assert "An export of kitchen ended before its end: gone" in caplog.text


async def lose_the_right(device):
    await get_user_model().user_permissions.through.objects.all().adelete()


async def sign_out_elsewhere(device):
    await Session.objects.all().adelete()


async def limit(device):
    await Device.objects.filter(pk=device.pk).aupdate(groups=["physics"])


async def make_anew(device):
    await Device.objects.filter(pk=device.pk).aupdate(number=device.number + 1)


@pytest.mark.parametrize("happens", [lose_the_right, sign_out_elsewhere, limit, make_anew])
async def test_rights_that_are_taken_away_break_a_download_off(guest, kitchen, monkeypatch, caplog, happens):
    monkeypatch.setattr(lasting, "EVERY_S", 0.0)
    endless = exporting.FORMATS["csv"]._replace(chunks=lambda selection: itertools.repeat(b"x"))
    monkeypatch.setitem(exporting.FORMATS, "csv", endless)
    stream = aiter((await guest.get("/api/devices/kitchen/export/")).streaming_content)
    assert [await anext(stream) for _ in range(3)] == [b"x"] * 3
    await happens(kitchen)
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(PATIENCE_S):
            [chunk async for chunk in stream]
    assert "An export of kitchen ended before its end" in caplog.text
