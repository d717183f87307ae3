"""The API: annotations."""

import uuid

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from liveapp import process as processes
from liveapp.api import annotations as api
from liveapp.deletion import delete_device
from liveapp.models import Annotation, Device
from liveapp.models.reading import TIME_MASK
from liveapp.tests.doors import (
    VIEW,
    all_told,
    assert_like,
    dashboard,
    database_away,
    example,
    send,
    signed_in,
)

T = 1_763_673_600_000
URL = "/api/annotations/"
BODY = {"device": "kitchen", "start": T, "end": T + 1, "text": "Window open"}
RIGHTS = ("add_annotation", "change_annotation", "delete_annotation")
WRITES = [("POST", BODY, 201), ("PATCH", {"text": "Window shut"}, 200), ("DELETE", {}, 204)]


@pytest.fixture
async def maker(process):
    """A client with a superuser's session."""
    return await signed_in()


@pytest.fixture
def kitchen(device):
    return device


async def added(client, **fields):
    """The answer to adding an annotation, of the installation unless a device is named."""
    answer = await send(client, "POST", URL, {"start": T, "text": "Window open", **fields})
    assert answer.status_code == 201, answer.content
    return answer.json()


async def listed(client, query=""):
    answer = await send(client, "GET", f"{URL}?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


async def starts(client, query=""):
    return [one["start"] for one in (await listed(client, query))["annotations"]]


def address(annotation):
    return f"{URL}{annotation['id']}/"


# Adding.


async def test_what_is_added_has_the_shape_of_its_example(maker, kitchen):
    annotation = await added(maker, **BODY)
    assert_like(annotation, example("rest/annotation"))
    assert annotation == {
        **BODY,
        "id": annotation["id"],
        "author": "maker",
        "created": annotation["created"],
    }
    assert (await send(maker, "GET", address(annotation))).json() == annotation


async def test_device_and_end_may_be_left_out(maker):
    annotation = await added(maker)
    assert (annotation["device"], annotation["end"]) == (None, None)


async def test_who_asks_is_the_author_whatever_is_claimed(maker):
    claims = {"author": "somebody", "id": str(uuid.uuid4()), "created": 5}
    annotation = await added(maker, **claims)
    assert annotation["author"] == "maker"
    assert (annotation["id"], annotation["created"]) != (claims["id"], 5)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Window\r\n open\t ", "Window open"),
        ("5\u202f°C, 20\u00a0%", "5 °C, 20 %"),
        ("👩\u200d🔬 می\u200cخواهم", "👩\u200d🔬 می\u200cخواهم"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("x" * 500, "x" * 500),
    ],
)
async def test_text_becomes_one_paragraph(maker, text, kept):
    assert (await added(maker, text=text))["text"] == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(
            ("text", text)
            for text in ("", " \n", "x" * 501, "a\x00b", "a\u202eb", "\u200d", "\ud800", None, ["a"])
        ),
        *(("start", start) for start in (-1, 1.5, "soon", None, TIME_MASK + 1, 10**400, True, [1])),
        *(("end", end) for end in (T, T - 1, -1, "late", TIME_MASK + 1, 1.5, [1])),
        *(("device", device) for device in ("kitchn", "", "\ud800", "a\x00b", 7, ["a"], "x" * 65)),
    ],
)
async def test_a_field_that_cannot_be_is_refused_by_name(maker, kitchen, field, value):
    answer = await send(maker, "POST", URL, {**BODY, field: value})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]
    assert not await Annotation.objects.aexists()


@pytest.mark.parametrize("field", ["start", "text"])
async def test_a_field_that_is_missing_is_named(maker, field):
    body = {name: value for name, value in {"start": T, "text": "x"}.items() if name != field}
    answer = await send(maker, "POST", URL, body)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


async def test_an_unknown_device_is_named(maker):
    answer = await send(maker, "POST", URL, {**BODY, "device": "kitchn"})
    assert answer.json()["detail"] == 'device: there is no device "kitchn".'


# Those of a span.


async def test_the_list_has_the_shape_of_its_example(maker, kitchen):
    await added(maker, **BODY)
    answer = await listed(maker, f"device=kitchen&start={T}&end={T + 1}")
    assert_like(answer, example("rest/annotations"))
    assert (answer["start"], answer["end"], answer["complete"]) == (T, T + 1, True)


async def test_those_that_touch_the_span_come_in_their_order(maker):
    for start, end in ((30, None), (5, 10), (10, None), (0, 9), (19, 40)):
        await added(maker, start=start, end=end)
    assert await starts(maker, "start=10&end=20") == [5, 10, 19]


async def test_a_device_has_its_own_and_those_of_the_installation(maker, kitchen, new_device):
    await sync_to_async(new_device)("cellar")
    for start, device in enumerate(("kitchen", "cellar", None)):
        await added(maker, start=start, device=device)
    assert await starts(maker, "device=kitchen") == [0, 2]
    assert await starts(maker, "device=cellar") == [1, 2]
    assert await starts(maker) == [0, 1, 2]


async def test_of_too_many_the_newest_stay_and_that_is_said(maker, monkeypatch):
    monkeypatch.setattr(api, "MAX_ANNOTATIONS", 2)
    for start in (1, 2):
        await added(maker, start=start)
    assert (await listed(maker))["complete"] is True
    await added(maker, start=0)
    answer = await listed(maker)
    assert (answer["complete"], [one["start"] for one in answer["annotations"]]) == (False, [1, 2])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("start=5&end=5", "start"),
        ("start=6&end=5", "start"),
        ("start=-1", "start"),
        ("start=soon", "start"),
        ("end=1.5", "end"),
        (f"end={TIME_MASK + 2}", "end"),
        (f"device={'x' * 65}", "device"),
        ("device=a%00b", "device"),
    ],
)
async def test_a_query_that_cannot_be_is_refused_by_name(maker, query, field):
    answer = await send(maker, "GET", f"{URL}?{query}")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


async def test_what_is_left_empty_is_left_out(maker):
    await added(maker, start=5)
    assert await starts(maker, "device=&start=&end=") == [5]


@pytest.mark.parametrize("device", ["kitchn", "%ED%A0%80", "%F0%9F%8C%A1"])
async def test_an_unknown_device_is_not_found(maker, device):
    answer = await send(maker, "GET", f"{URL}?device={device}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_while_the_database_is_away_that_is_said(maker):
    with database_away():
        answer = await send(maker, "GET", URL)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


# Changing and deleting.


@pytest.mark.parametrize(
    "change", [{"text": "Window shut"}, {"start": T - 5}, {"end": None}, {"end": T + 9}, {}]
)
async def test_what_is_changed_is_kept_and_the_rest_stays(maker, kitchen, change):
    annotation = await added(maker, **BODY)
    answer = await send(maker, "PATCH", address(annotation), change)
    assert (answer.status_code, answer.json()) == (200, {**annotation, **change})
    assert (await send(maker, "GET", address(annotation))).json() == {**annotation, **change}


async def test_device_and_author_stay(maker, kitchen):
    annotation = await added(maker, **BODY)
    other = await signed_in("other")
    answer = await send(other, "PATCH", address(annotation), {"device": None, "author": "x", "text": "Shut"})
    assert answer.json() == {**annotation, "text": "Shut"}


@pytest.mark.parametrize(
    ("change", "field"), [({"start": T + 1}, "end"), ({"end": T}, "end"), ({"text": ""}, "text")]
)
async def test_a_change_that_cannot_be_is_refused(maker, kitchen, change, field):
    annotation = await added(maker, **BODY)
    answer = await send(maker, "PATCH", address(annotation), change)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


async def test_what_is_deleted_is_gone(maker):
    annotation = await added(maker)
    answer = await send(maker, "DELETE", address(annotation))
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await send(maker, "GET", address(annotation))).status_code == 404
    assert await starts(maker) == []


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("pk", ["5f1f5d0c-58f0-4d6e-9d4e-6b3f6c8c2b77", "7", "kitchen", "%00"])
async def test_one_that_does_not_exist_is_not_found(maker, method, pk):
    answer = await send(maker, method, f"{URL}{pk}/", {})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_those_of_a_deleted_device_are_gone_at_once(maker, kitchen):
    annotation = await added(maker, **BODY)
    await sync_to_async(delete_device)(kitchen)
    assert await starts(maker) == []
    assert (await send(maker, "GET", address(annotation))).status_code == 404
    await sync_to_async(Device.create)(id="kitchen", name="Kitchen")
    assert await starts(maker, "device=kitchen") == []


# Who may do what.


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", [URL, f"{URL}5f1f5d0c-58f0-4d6e-9d4e-6b3f6c8c2b77/"])
async def test_nothing_is_told_to_who_is_not_signed_in(process, method, path):
    answer = await send(AsyncClient(), method, path, BODY)
    assert answer.status_code in (401, 403)
    assert answer.json()["code"] == "not_signed_in"


async def test_who_has_no_rights_may_look_and_no_more(maker, kitchen):
    annotation, guest = await added(maker, **BODY), await signed_in("guest", ())
    assert (await listed(guest))["annotations"] == [annotation]
    for method, body, _ in WRITES:
        answer = await send(guest, method, URL if method == "POST" else address(annotation), body)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


async def test_who_may_add_may_change_and_delete_their_own(process, kitchen):
    helper = await signed_in("helper", ("add_annotation",))
    annotation = await added(helper, **BODY)
    for method, body, status in WRITES[1:]:
        assert (await send(helper, method, address(annotation), body)).status_code == status


@pytest.mark.parametrize(("method", "body", "status"), WRITES[1:])
async def test_those_of_others_need_their_right_and_no_other(maker, kitchen, method, body, status):
    annotation = await added(maker, **BODY)
    right = "change_annotation" if method == "PATCH" else "delete_annotation"
    others = await signed_in("others", tuple(one for one in RIGHTS if one != right))
    assert (await send(others, method, address(annotation), body)).status_code == 403
    just = await signed_in("just", (right,))
    assert (await send(just, method, address(annotation), body)).status_code == status


async def test_who_may_no_longer_add_may_no_longer_change_their_own(process):
    helper = await signed_in("helper", ("add_annotation",))
    annotation = await added(helper)
    user = (await Annotation.objects.select_related("user").aget()).user
    assert user is not None
    await user.user_permissions.aclear()
    assert (await send(helper, "DELETE", address(annotation))).status_code == 403


async def test_a_write_without_the_csrf_token_is_refused(process, kitchen):
    maker = await signed_in(csrf=True)
    answer = await send(maker, "POST", URL, BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


async def test_who_is_signed_in_is_told_what_they_may_do(process):
    helper = await signed_in("helper", RIGHTS)
    answer = await send(helper, "GET", "/api/session/")
    assert answer.json()["user"]["permissions"] == sorted([*RIGHTS, *VIEW])


# Seen live.


async def changes(viewer, count):
    return [await viewer.hear_change() for _ in range(count)]


async def test_adding_changing_and_deleting_is_seen_live(maker, kitchen):
    async with dashboard(maker) as viewer:
        client = viewer.welcome["client"]
        annotation = (await send(maker, "POST", URL, BODY, **{"X-Client": client})).json()
        add = await viewer.hear_change()
        changed = (await send(maker, "PATCH", address(annotation), {"text": "Shut"})).json()
        update = await viewer.hear_change()
        await send(maker, "DELETE", address(annotation))
        remove = await viewer.hear_change()
    assert_like(add, example("to-dashboard/annotation-change"))
    assert (add["action"], add["data"], add["origin"]) == ("add", annotation, client)
    assert (update["action"], update["data"], update["origin"]) == ("update", changed, None)
    assert remove == {**update, "action": "remove", "data": None}
    assert (remove["model"], remove["id"], remove["device"]) == ("annotation", annotation["id"], "kitchen")


async def test_what_is_of_another_device_is_not_told(maker, kitchen, new_device):
    await sync_to_async(new_device)("cellar")
    async with dashboard(maker, ["cellar"]) as viewer:
        other = await added(maker, **BODY)
        await send(maker, "DELETE", address(other))
        await added(maker, device="cellar", text="Mine")
        await added(maker, device=None, text="Everybody's")
        heard = [change["data"]["text"] for change in await changes(viewer, 2)]
    assert heard == ["Mine", "Everybody's"]


async def test_of_a_deleted_device_only_its_own_removal_is_told(maker, kitchen):
    await added(maker, **BODY)
    async with dashboard(maker) as viewer:
        await send(maker, "DELETE", "/api/devices/kitchen/")
        await added(maker, text="Last")
        device, last = await changes(viewer, 2)
    assert (device["model"], device["action"]) == ("device", "remove")
    assert last["data"]["text"] == "Last"


async def test_a_change_of_one_is_nothing_new_to_the_server_itself(maker, kitchen, caplog):
    annotation = await added(maker, **BODY)
    await send(maker, "DELETE", address(annotation))
    await all_told(processes.current())
    assert [record.getMessage() for record in caplog.records if record.name.startswith("liveapp")] == []
