"""The API: files of readings into a device."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model

from liveapp.api import lasting
from liveapp.models import Device
from liveapp.tests.doors import assert_like, broken_store, example, put, signed_in, stored

T = 1_763_673_600_000
CSV = f"time,temperature (°C),co2\r\n{T},21.5,640\r\n{T + 1000},21.6,650\r\n"


@pytest.fixture
async def maker(device, process):
    return await signed_in()


async def post(client, content=CSV, query="", kind="text/csv", device="kitchen", token=""):
    data = content if isinstance(content, bytes) else content.encode()
    return await client.generic(
        "POST", f"/api/devices/{device}/import/{query}", data, kind, headers={"X-CSRFToken": token}
    )


async def report(response):
    """The lines of the answer, the last of which is the report."""
    assert response.status_code == 200, response.content
    lines = b"".join([chunk async for chunk in response.streaming_content]).splitlines()
    return json.loads(lines[-1])


async def test_a_file_is_stored_and_reported(maker, device):
    assert await report(await post(maker)) == {
        "type": "report",
        "read": 2,
        "stored": 2,
        "duplicates": 0,
        "older_than_kept": 2,
        "refused": [],
        "metrics": ["co2", "temperature"],
        "error": None,
    }
    assert await sync_to_async(stored)(device) == {
        T: {"temperature": 21.5, "co2": 640.0},
        T + 1000: {"temperature": 21.6, "co2": 650.0},
    }
    assert (await Device.objects.aget(pk="kitchen")).metrics == ["co2", "temperature"]


async def test_sent_again_all_are_duplicates(maker, device):
    await report(await post(maker))
    again = await report(await post(maker))
    assert (again["stored"], again["duplicates"]) == (0, 2)


async def test_an_export_posted_as_it_came_is_all_there(maker, device):
    await sync_to_async(put)(device, range(T, T + 2_500), temperature=0.1 + 0.2)
    await Device.objects.filter(pk="kitchen").aupdate(metrics=["temperature"])
    for form in ("csv", "ndjson"):
        export = await maker.get(f"/api/devices/kitchen/export/?format={form}")
        content = b"".join([chunk async for chunk in export.streaming_content])
        found = await report(await post(maker, content))
        assert (found["read"], found["stored"], found["duplicates"], found["refused"]) == (
            2_500,
            0,
            2_500,
            [],
        )


async def test_refusals_are_counted_with_examples(maker):
    found = await report(await post(maker, f"time,humidity\n{T},140\n{T + 1},x\n"))
    assert_like(found, example("rest/import-report"))
    assert found["refused"] == [
        {
            "code": "not_a_number",
            "count": 1,
            "examples": [
                {
                    "line": 3,
                    "metric": "humidity",
                    "detail": 'humidity is "x". It must be a number, such as 21.5.',
                }
            ],
        },
        {
            "code": "out_of_range",
            "count": 1,
            "examples": [{"line": 2, "metric": "humidity", "detail": "humidity 140 is above 100 %"}],
        },
    ]


async def test_long_ones_tell_how_far_they_are(maker, monkeypatch):
    monkeypatch.setattr("liveapp.api.imports.TELL_S", 0)
    content = "time,temperature\n" + "".join(f"{T + offset},20\n" for offset in range(1_500))
    response = await post(maker, content)
    lines = [
        json.loads(line)
        for line in b"".join([chunk async for chunk in response.streaming_content]).splitlines()
    ]
    assert [line["type"] for line in lines] == ["progress", "progress", "report"]
    assert_like(lines[0], example("rest/import-progress"))
    assert lines[0] == {
        "type": "progress",
        "bytes": len(content),
        "read": 1_000,
        "stored": 1_000,
        "duplicates": 0,
    }


async def test_hints_are_taken_from_the_address(maker, device):
    query = "?map=Temp=temperature&map=Luft=humidity&ignore=Notiz&time=Zeit&timezone=Europe/Berlin"
    await report(await post(maker, "Zeit;Temp;Luft;Notiz\n20.11.2025 22:20;21,5;40;x\n", query))
    assert await sync_to_async(stored)(device) == {T: {"temperature": 21.5, "humidity": 40.0}}


async def test_a_dry_run_stores_nothing(maker, device):
    found = await report(await post(maker, query="?dry_run=true"))
    assert (found["read"], found["stored"]) == (2, 0)
    assert await sync_to_async(stored)(device) == {}


async def test_the_newest_reading_becomes_the_devices_latest(maker, device, process):
    await process.catch_up.loaded.wait()
    await report(await post(maker))
    await process.broadcast.flush()
    assert (await maker.get("/api/devices/kitchen/")).json()["latest"]["time"] == T + 1000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "nothing in the file"), ("a,b\n", "No column has a time"), ("time,Temp °C\n", "--map")],
)
async def test_a_file_that_cannot_be_read_is_refused_at_once(maker, content, sentence):
    response = await post(maker, content)
    assert (response.status_code, response.json()["code"]) == (400, "unreadable_file")
    assert sentence in response.json()["detail"]


async def test_an_array_that_is_cut_off_is_told(maker, device):
    found = await report(await post(maker, f'[{{"time": {T}, "humidity": 40}},'))
    assert (found["stored"], found["error"]["code"]) == (1, "unreadable_file")


@pytest.mark.parametrize("query", ["?map=x", "?timezone=Mars/Olympus", "?time_unit=h"])
async def test_hints_that_cannot_be_are_refused_by_field(maker, query):
    response = await post(maker, query=query)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
async def test_forms_are_refused_with_the_mend(maker, kind):
    response = await post(maker, kind=kind)
    assert response.status_code == 415
    assert "Content-Type: text/csv" in response.json()["detail"]


async def test_an_unknown_device_is_not_found(maker):
    assert (await post(maker, device="kitchn")).status_code == 404


async def test_who_may_not_change_devices_may_not_import(device, process):
    guest = await signed_in("guest", ("add_device",))
    response = await post(guest)
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert await sync_to_async(stored)(device) == {}


async def test_only_our_own_page_can_import_with_somebodys_session(device, process):
    client = await signed_in("maker", csrf=True)
    assert (await post(client)).status_code == 403
    assert await sync_to_async(stored)(device) == {}
    await client.get("/")
    token = client.cookies["csrftoken"].value
    for kind, content in (("text/csv", CSV), ("application/json", f'{{"time": {T + 5}, "co2": 640}}')):
        response = await post(client, content, kind=kind, token=token)
        assert (await report(response))["stored"] > 0


async def test_a_database_that_goes_away_ends_it_with_what_to_do(maker, device, process):
    async with broken_store(process):
        found = await report(await post(maker))
    assert (found["stored"], found["error"]["code"]) == (0, "storage_unavailable")


async def test_rights_that_are_taken_away_end_an_import_and_what_was_stored_stays(
    device, process, monkeypatch
):
    monkeypatch.setattr(lasting, "EVERY_S", 0.0)
    client = await signed_in("op", ("change_device",))
    commit, commits = process.writer.save, []

    async def save(rows):
        commits.append(len(rows))
        await get_user_model().user_permissions.through.objects.all().adelete()
        return await commit(rows)

    monkeypatch.setattr(process.writer, "save", save)
    lines = "".join(f"{T + n},20\n" for n in range(5_000))
    told = await report(await post(client, f"time,temperature\n{lines}"))
    assert (told["stored"], told["error"]["code"]) == (1_000, "permission_denied")
    assert commits == [1_000]
