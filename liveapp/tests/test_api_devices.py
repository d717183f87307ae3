"""The API: devices."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from liveapp.api.serializers import DeviceSerializer
from liveapp.authentication import device_of
from liveapp.clock import now_ms
from liveapp.models import Device
from liveapp.tests.doors import (
    all_told,
    assert_like,
    board,
    counted_queries,
    dashboard,
    database_away,
    example,
    put,
    readings,
    send,
    settled,
    signed_in,
    stored,
)
from liveapp.worker import Worker

T = 1_763_673_600_000


@pytest.fixture
async def maker(process):
    """A client with a superuser's session."""
    return await signed_in()


@pytest.fixture
def kitchen(new_device):
    """A device and its token."""
    return new_device("kitchen")


# Reading.


async def test_the_list_has_the_shape_of_its_example(maker, kitchen):
    async with board(kitchen[1]) as connection, dashboard(maker) as viewer:
        await connection.ask(readings(T))
        await viewer.hear_type("readings")
        answer = await send(maker, "GET", "/api/devices/")
        (device,) = answer.json()
        assert_like(device, example("rest/device"))
        assert device["latest"] == {"time": T, "values": {"temperature": 21.5}}
        assert (device["online"], device["metrics"]) == (True, ["temperature"])


async def test_one_device_has_the_shape_of_its_example(maker, kitchen):
    answer = (await send(maker, "GET", "/api/devices/kitchen/")).json()
    assert_like(answer, example("rest/device"))
    assert (answer["online"], answer["last_seen"], answer["latest"]) == (False, None, None)


async def test_an_unknown_device_is_not_found(maker):
    answer = await send(maker, "GET", "/api/devices/kitchn/")
    assert (answer.status_code, answer.json()) == (404, example("rest/error"))


@pytest.mark.usefixtures("no_regular_looks")
async def test_the_list_takes_as_many_queries_for_many_devices_as_for_one(maker, new_device, process):
    counts = []
    await settled(process)
    # That somebody is there is noted with the first request.
    await send(maker, "GET", "/api/devices/")
    for name in ("one", "two", "three"):
        await sync_to_async(new_device)(name)
        await all_told(process)
        with counted_queries() as queries:
            assert (await send(maker, "GET", "/api/devices/")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] > 0


async def test_what_is_not_taken_is_said(maker, kitchen):
    answer = await send(maker, "PUT", "/api/devices/kitchen/", {})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/api/", "/api/devices", "/api/devices/a.b/", "/api/nowhere/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_address_that_does_not_exist_is_not_found(process, path, method):
    answer = await send(AsyncClient(enforce_csrf_checks=True), method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_while_the_database_is_away_that_is_said(maker, kitchen):
    with database_away():
        answer = await send(maker, "GET", "/api/devices/")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert answer["Retry-After"] == "1"


# Who may do what.


WRITES = [
    ("POST", "/api/devices/", {"name": "Shed"}, "add_device", 201),
    ("PATCH", "/api/devices/kitchen/", {"name": "Pantry"}, "change_device", 200),
    ("POST", "/api/devices/kitchen/rotate/", {}, "change_device", 200),
    ("DELETE", "/api/devices/kitchen/", {}, "delete_device", 204),
    ("PATCH", "/api/metrics/temperature/", {"decimals": 2}, "change_metric", 200),
]
RIGHTS = ("add_device", "change_device", "delete_device", "change_metric")


@pytest.mark.parametrize(("method", "path", "body", "right", "status"), WRITES)
async def test_a_write_needs_its_right_and_no_other(process, kitchen, method, path, body, right, status):
    others = await signed_in("others", tuple(one for one in RIGHTS if one != right))
    answer = await send(others, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    just = await signed_in("just", (right,))
    assert (await send(just, method, path, body)).status_code == status


@pytest.mark.parametrize(("method", "path", "body", "right", "status"), WRITES)
async def test_a_superuser_may_write(maker, kitchen, method, path, body, right, status):
    assert (await send(maker, method, path, body)).status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *((method, path) for method, path, *_ in WRITES),
        ("GET", "/api/devices/"),
        ("GET", "/api/devices/kitchen/"),
        ("GET", "/api/devices/kitchen/history/"),
        ("GET", "/api/metrics/"),
        ("GET", "/api/latest/"),
        ("POST", "/api/ws-token/"),
    ],
)
async def test_nothing_is_told_to_who_is_not_signed_in(process, kitchen, method, path):
    answer = await send(AsyncClient(), method, path, {})
    assert answer.status_code in (401, 403)
    assert answer.json()["code"] == "not_signed_in"


@pytest.mark.parametrize(
    "path", ["devices/", "devices/kitchen/", "devices/kitchen/history/", "metrics/", "latest/"]
)
async def test_who_has_no_rights_may_look(process, kitchen, path):
    guest = await signed_in("guest", ())
    assert (await send(guest, "GET", f"/api/{path}")).status_code == 200


@pytest.mark.parametrize(("method", "path", "body", "right", "status"), WRITES)
async def test_a_write_without_the_csrf_token_is_refused(process, kitchen, method, path, body, right, status):
    maker = await signed_in(csrf=True)
    answer = await send(maker, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    await send(maker, "GET", "/")
    token = maker.cookies["csrftoken"].value
    assert (await send(maker, method, path, body, **{"X-CSRFToken": token})).status_code == status


# Adding.


async def test_adding_shows_the_token_that_lets_the_device_in(maker):
    answer = await send(maker, "POST", "/api/devices/", {"id": "kitchen", "name": "Kitchen"})
    assert answer.status_code == 201
    assert_like(answer.json(), example("rest/device-created"))
    device = await sync_to_async(device_of)(answer.json()["token"])
    assert (device.id, device.name) == ("kitchen", "Kitchen")


async def test_no_other_answer_shows_a_token(maker, kitchen):
    for path in ("/api/devices/", "/api/devices/kitchen/"):
        text = (await send(maker, "GET", path)).content.decode()
        assert "token" not in text
        assert kitchen[0].token_hash not in text


@pytest.mark.parametrize(
    ("name", "id"), [("Küche 1", "kuche-1"), ("客厅", "device"), ("Kitchen", "kitchen-2"), ("_-_", "device")]
)
async def test_an_id_is_made_from_the_name(maker, kitchen, name, id):
    assert (await send(maker, "POST", "/api/devices/", {"name": name})).json()["id"] == id


async def test_all_fields_may_be_given(maker):
    body = {"id": "shed", "name": "Shed", "interval_ms": 250, "enabled": False}
    answer = (await send(maker, "POST", "/api/devices/", body)).json()
    assert {key: answer[key] for key in body} == body


async def test_a_taken_id_is_refused(maker, kitchen):
    answer = await send(maker, "POST", "/api/devices/", {"id": "kitchen", "name": "Kitchen"})
    assert (answer.status_code, answer.json()) == (400, example("rest/invalid-fields"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(
            ("id", id)
            for id in ("", "Kitchen", "a b", "-a", "a-", "a" * 65, "é", "a.b", None, ["a"], "\ud800")
        ),
        *(("name", name) for name in ("", " ", "n" * 101, "a\x00b", "a\nb", "\ud800")),
        *(("interval_ms", ms) for ms in (0, 19, -1, 1.5, "soon", 24 * 3_600_000 + 1, 10**30, None)),
        *(("enabled", enabled) for enabled in ("maybe", "", "2")),
    ],
)
async def test_a_field_that_cannot_be_is_refused_by_name(maker, field, value):
    answer = await send(maker, "POST", "/api/devices/", {"name": "Shed", "id": "shed", field: value})
    assert answer.status_code == 400
    assert_like({**answer.json(), "fields": None}, {**example("rest/invalid-fields"), "fields": None})
    assert list(answer.json()["fields"]) == [field]
    assert await Device.objects.acount() == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "invalid_json"),
        ("\udc80".encode("utf-8", "surrogatepass"), "invalid_json"),
        ("[]", "invalid"),
        ("7", "invalid"),
    ],
)
async def test_a_body_that_is_no_object_is_refused(maker, body, code):
    answer = await send(maker, "POST", "/api/devices/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


# Changing.


@pytest.mark.parametrize(("field", "value"), [("name", "Pantry"), ("enabled", False), ("interval_ms", 250)])
async def test_a_device_is_changed(maker, kitchen, field, value):
    answer = await send(maker, "PATCH", "/api/devices/kitchen/", {field: value})
    assert_like(answer.json(), example("rest/device"))
    assert answer.json()[field] == value
    assert getattr(await Device.objects.aget(id="kitchen"), field) == value


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "a\nb"), ("enabled", "maybe"), ("interval_ms", 19)]
)
async def test_a_change_that_cannot_be_is_refused(maker, kitchen, field, value):
    answer = await send(maker, "PATCH", "/api/devices/kitchen/", {field: value})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


async def test_the_id_cannot_be_changed(maker, kitchen):
    answer = await send(maker, "PATCH", "/api/devices/kitchen/", {"id": "pantry"})
    assert answer.json()["id"] == "kitchen"


def test_a_change_leaves_alone_what_came_meanwhile(kitchen):
    given = DeviceSerializer(kitchen[0], data={"name": "Pantry"}, partial=True)
    assert given.is_valid()
    Device.objects.filter(id="kitchen").update(metrics=["co2"], token_hash="new")
    given.save()
    device = Device.objects.get(id="kitchen")
    assert (device.name, device.metrics, device.token_hash) == ("Pantry", ["co2"], "new")


async def test_rotating_shows_a_new_token_and_ends_the_old_one(maker, kitchen):
    answer = await send(maker, "POST", "/api/devices/kitchen/rotate/")
    assert_like(answer.json(), example("rest/device-created"))
    assert (await sync_to_async(device_of)(answer.json()["token"])).id == "kitchen"
    async with board(answer.json()["token"]):
        refused = await send(
            AsyncClient(), "POST", "/api/ingest/", readings(T), Authorization=f"Bearer {kitchen[1]}"
        )
        assert refused.status_code == 401


async def test_deleting_takes_the_readings_along_and_leaves_those_of_others(maker, kitchen, new_device):
    cellar, _ = await sync_to_async(new_device)("cellar")
    for device in (kitchen[0], cellar):
        await sync_to_async(put)(device, [now_ms() - 2, now_ms() - 1], temperature=20)
    answer = await send(maker, "DELETE", "/api/devices/kitchen/")
    assert (answer.status_code, answer.content) == (204, b"")
    await sync_to_async(Worker().run_due)()
    assert await sync_to_async(stored)(kitchen[0]) == {}
    assert len(await sync_to_async(stored)(cellar)) == 2
    assert (await send(maker, "GET", "/api/devices/kitchen/")).status_code == 404


# Seen live.


async def test_an_added_device_is_seen_live(maker):
    async with dashboard(maker) as viewer:
        body = {"id": "kitchen", "name": "Kitchen"}
        await send(maker, "POST", "/api/devices/", body, **{"X-Client": viewer.welcome["client"]})
        change = await viewer.hear_change()
    assert_like(change, example("to-dashboard/change"))
    assert (change["model"], change["action"], change["id"]) == ("device", "add", "kitchen")
    assert change["origin"] == viewer.welcome["client"]


async def test_which_page_it_came_from_is_told_to_pages_of_the_same_person_alone(maker):
    """Who knew it could do things in its name, and that page would not show them."""
    other = await signed_in("other")
    async with dashboard(maker) as own, dashboard(maker) as beside, dashboard(other) as viewer:
        client = own.welcome["client"]
        await send(maker, "POST", "/api/devices/", {"name": "Shed"}, **{"X-Client": client})
        assert [(await page.hear_change())["origin"] for page in (own, beside, viewer)] == [
            client,
            client,
            None,
        ]
        await send(other, "POST", "/api/devices/", {"name": "Attic"}, **{"X-Client": client})
        assert [(await page.hear_change())["origin"] for page in (own, viewer)] == [None, client]


@pytest.mark.parametrize(
    "client", ["", "x", "9F3C1A2B7D4E4F60", "9f3c1a2b7d4e4f60' --", "9f3c1a2b7d4e4f60" * 2]
)
async def test_what_is_no_client_is_no_origin(maker, client):
    async with dashboard(maker) as viewer:
        await send(maker, "POST", "/api/devices/", {"name": "Shed"}, **{"X-Client": client})
        assert (await viewer.hear_change())["origin"] is None


async def test_the_origin_of_one_request_is_not_that_of_the_next(maker):
    async with dashboard(maker) as viewer:
        await send(maker, "POST", "/api/devices/", {"name": "Shed"}, **{"X-Client": "9f3c1a2b7d4e4f60"})
        await send(maker, "POST", "/api/devices/", {"name": "Attic"})
        assert [(await viewer.hear_change())["origin"] for _ in range(2)] == ["9f3c1a2b7d4e4f60", None]


async def test_a_renamed_device_is_seen_live(maker, kitchen):
    async with dashboard(maker) as viewer:
        await send(maker, "PATCH", "/api/devices/kitchen/", {"name": "Pantry"})
        change = await viewer.hear_change()
    assert (change["action"], change["id"], change["data"]["name"]) == ("update", "kitchen", "Pantry")


async def test_a_rotated_device_is_closed_with_4401_and_nothing_is_seen_of_it(maker, kitchen):
    async with board(kitchen[1]) as connection, dashboard(maker) as viewer:
        await send(maker, "POST", "/api/devices/kitchen/rotate/")
        assert await connection.closed() == 4401
        await send(maker, "PATCH", "/api/devices/kitchen/", {"name": "Pantry"})
        assert (await viewer.hear_change())["data"]["name"] == "Pantry"


async def test_a_disabled_device_is_closed_with_4403_and_seen_live(maker, kitchen):
    async with board(kitchen[1]) as connection, dashboard(maker) as viewer:
        await send(maker, "PATCH", "/api/devices/kitchen/", {"enabled": False})
        assert await connection.closed() == 4403
        assert (await viewer.hear_change())["data"]["enabled"] is False


async def test_an_enabled_device_may_come_again(maker, new_device):
    _, token = await sync_to_async(new_device)("kitchen", enabled=False)
    await send(maker, "PATCH", "/api/devices/kitchen/", {"enabled": True})
    async with board(token) as connection:
        assert (await connection.ask(readings(T)))["stored"] == 1


async def test_a_deleted_device_is_closed_with_4401_and_seen_live(maker, kitchen):
    async with board(kitchen[1]) as connection, dashboard(maker) as viewer:
        await send(maker, "DELETE", "/api/devices/kitchen/")
        assert await connection.closed() == 4401
        change = await viewer.hear_change()
    assert change == {**change, "model": "device", "action": "remove", "id": "kitchen", "data": None}
    assert list(change) == list(example("to-dashboard/change"))


async def test_a_device_made_anew_under_an_old_id_has_nothing_of_the_old_one(maker, kitchen):
    await sync_to_async(put)(kitchen[0], [T], temperature=20)
    await send(maker, "DELETE", "/api/devices/kitchen/")
    await send(maker, "POST", "/api/devices/", {"id": "kitchen", "name": "Kitchen"})
    history = await send(maker, "GET", f"/api/devices/kitchen/history/?start=0&end={T + 1}")
    assert history.json()["time"] == []
    assert (await send(maker, "GET", "/api/devices/kitchen/")).json()["latest"] is None


# The latest readings.


async def test_the_latest_readings_have_the_shape_of_their_example(maker, kitchen, new_device):
    await sync_to_async(new_device)("silent")
    await sync_to_async(put)(kitchen[0], [T - 1, T], temperature=20)
    answer = (await send(maker, "GET", "/api/latest/")).json()
    assert_like(answer, example("rest/latest"))
    assert answer["devices"] == [{"device": "kitchen", "time": T, "values": {"temperature": 20}}]


async def test_errors_are_json_for_whoever_asks(process):
    answer = await AsyncClient().get("/api/devices/", headers={"accept": "application/json"})
    assert list(json.loads(answer.content)) == ["code", "detail"]
