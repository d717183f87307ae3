"""The API: webhooks, their secrets and their log."""

from ipaddress import ip_network
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from liveapp.models import Annotation, Delivery, Webhook
from liveapp.tests.doors import assert_like, dashboard, example, send, signed_in
from liveapp.webhooks import interest, queue

GIVEN = {
    "name": "Caretaker",
    "url": "http://127.0.0.1:9/hook",
    "events": ["device.added", "presence.offline"],
}


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    interest.forget()


@pytest.fixture
async def maker(database):
    return await signed_in()


async def created(client: Any, **given: Any) -> Any:
    answer = await send(client, "POST", "/api/webhooks/", GIVEN | given)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def deliver(webhook_id: str, count: int = 1, **fields: Any) -> list[Delivery]:
    webhook = Webhook.objects.get(pk=webhook_id)
    made = [queue.put(webhook.pk, "test", {}) for _ in range(count)]
    Delivery.objects.filter(pk__in=[one.pk for one in made]).update(**fields or {"attempts": 0})
    return made


async def test_a_webhook_is_made_and_its_secret_shown_once(maker):
    made = await created(maker)
    assert_like(made, example("rest/webhook-created"))
    listed = (await maker.get("/api/webhooks/")).json()
    assert listed == [{name: value for name, value in made.items() if name != "secret"}]
    one = (await maker.get(f"/api/webhooks/{made['id']}/")).json()
    assert "secret" not in one
    assert (await Webhook.objects.aget()).secret == made["secret"]


async def test_the_secret_is_nowhere_in_the_database(maker):
    made = await created(maker)
    row = await Webhook.objects.values().aget()
    assert made["secret"] not in str(row)
    assert made["secret"].removeprefix("whsec_") not in str(row)


async def test_its_fields_can_be_changed_one_by_one(maker, device):
    made = await created(maker)
    for change in (
        {"name": "Other"},
        {"url": "http://127.0.0.2/"},
        {"events": ["metric.updated"]},
        {"devices": ["kitchen"]},
        {"devices": None},
        {"enabled": False},
    ):
        answer = await send(maker, "PATCH", f"/api/webhooks/{made['id']}/", change)
        assert answer.status_code == 200, answer.json()
        assert change.items() <= answer.json().items()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "url"),
        ({"url": "https://localhost.:1@x/"}, "url"),
        ({"url": "ftp://example.org/"}, "url"),
        ({"url": "http://1.1.1.1/"}, "url"),
        ({"url": ""}, "url"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"events": []}, "events"),
        ({"events": ["device.exploded"]}, "events"),
        ({"events": ["test"]}, "events"),
        ({"events": "device.added"}, "events"),
        ({"devices": ["nobody"]}, "devices"),
        ({"devices": "kitchen"}, "devices"),
        ({"enabled": "perhaps"}, "enabled"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_field(maker, device, given, field):
    answer = await send(maker, "POST", "/api/webhooks/", GIVEN | given)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]
    assert await Webhook.objects.acount() == 0


async def test_there_is_a_most_of_webhooks(maker, monkeypatch):
    monkeypatch.setattr("liveapp.api.webhook_serializers.MAX_WEBHOOKS", 1)
    made = await created(maker)
    assert (await send(maker, "POST", "/api/webhooks/", GIVEN)).status_code == 400
    assert (await send(maker, "PATCH", f"/api/webhooks/{made['id']}/", {"name": "x"})).status_code == 200


async def test_a_new_secret_is_shown_once_and_is_another(maker):
    made = await created(maker)
    answer = await send(maker, "POST", f"/api/webhooks/{made['id']}/rotate/")
    assert answer.json().keys() == {"secret"}
    assert answer.json()["secret"] not in ("", made["secret"])
    assert (await Webhook.objects.aget()).secret == answer.json()["secret"]


async def test_a_test_is_queued_whatever_it_is_told_otherwise(maker):
    made = await created(maker)
    answer = await send(maker, "POST", f"/api/webhooks/{made['id']}/test/")
    assert answer.status_code == 202
    assert_like(answer.json(), example("rest/delivery"))
    assert (answer.json()["event"], answer.json()["state"]) == ("test", "waiting")
    assert (await maker.get(f"/api/webhooks/{made['id']}/")).json()["waiting"] == 1


async def test_one_that_is_switched_off_sends_no_test(maker):
    made = await created(maker, enabled=False)
    answer = await send(maker, "POST", f"/api/webhooks/{made['id']}/test/")
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook_off")


async def test_the_list_tells_how_the_last_attempt_went(maker):
    made = await created(maker)
    await sync_to_async(deliver)(made["id"], tried_ms=1_000, state="delivered", status=200)
    await sync_to_async(deliver)(made["id"], tried_ms=2_000, status=503, detail="Busy.")
    [listed] = (await maker.get("/api/webhooks/")).json()
    assert_like([listed], example("rest/webhooks"))
    assert listed["last"] == {"time": 2_000, "ok": False, "status": 503, "detail": "Busy."}


async def test_the_log_is_paged_and_no_delivery_of_one_moment_falls_between_two_pages(maker):
    made = await created(maker)
    for created_ms in (1_000, 2_000, 3_000):
        await sync_to_async(deliver)(made["id"], 3, created_ms=created_ms)
    path = f"/api/webhooks/{made['id']}/deliveries/"
    seen, more, before = [], True, ""
    while more:
        page = (await maker.get(f"{path}?limit=2{before}")).json()
        assert_like(page, example("rest/deliveries"))
        seen += page["deliveries"]
        more, before = page["more"], f"&before={seen[-1]['created']}"
    assert [one["created"] for one in seen] == [3_000] * 3 + [2_000] * 3 + [1_000] * 3
    assert len({one["id"] for one in seen}) == 9


@pytest.mark.parametrize("query", ["limit=0", "limit=1000", "limit=x", "before=-1", "before=x"])
async def test_a_page_that_cannot_be_is_refused(maker, query):
    made = await created(maker)
    assert (await maker.get(f"/api/webhooks/{made['id']}/deliveries/?{query}")).status_code == 400


async def test_a_delivery_that_failed_can_be_sent_again_under_its_id(maker):
    made = await created(maker)
    [failed] = await sync_to_async(deliver)(made["id"], state="failed", attempts=8)
    path = f"/api/webhooks/{made['id']}/deliveries/{failed.id}/again/"
    answer = await send(maker, "POST", path)
    assert answer.status_code == 202
    assert {"id": str(failed.id), "state": "waiting", "attempts": 0}.items() <= answer.json().items()


async def test_a_delivery_of_another_webhook_is_not_found(maker):
    made, other = await created(maker), await created(maker)
    [delivery] = await sync_to_async(deliver)(other["id"])
    path = f"/api/webhooks/{made['id']}/deliveries/{delivery.id}/again/"
    assert (await send(maker, "POST", path)).status_code == 404


@pytest.mark.parametrize("pk", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "rotate/"),
        ("POST", "test/"),
        ("GET", "deliveries/"),
    ],
)
async def test_what_is_not_there_is_not_found(maker, pk, method, rest):
    answer = await send(maker, method, f"/api/webhooks/{pk}/{rest}", {})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_webhook_can_be_deleted(maker):
    made = await created(maker)
    assert (await send(maker, "DELETE", f"/api/webhooks/{made['id']}/")).status_code == 204
    assert (await maker.get("/api/webhooks/")).json() == []


async def test_changes_of_webhooks_are_seen_live_by_who_may_see_them(process, database):
    maker = await signed_in()
    async with dashboard(maker) as viewer:
        made = await created(maker)
        change = await viewer.hear_type("change")
        assert (change["model"], change["action"], change["id"]) == ("webhook", "add", made["id"])
        assert "secret" not in change["data"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_has_no_right_sees_and_makes_none(database, method):
    client = await signed_in("operator", ("view_device", "change_device"))
    assert (await send(client, method, "/api/webhooks/", GIVEN)).status_code == 403


async def test_looking_gives_no_right_to_test_rotate_or_send_again(maker):
    made = await created(maker)
    [delivery] = await sync_to_async(deliver)(made["id"])
    client = await signed_in("onlooker", ("see_all_devices", "view_webhook", "add_webhook"))
    for rest in ("rotate/", "test/", f"deliveries/{delivery.id}/again/"):
        assert (await send(client, "POST", f"/api/webhooks/{made['id']}/{rest}")).status_code == 403
    assert (await client.get(f"/api/webhooks/{made['id']}/deliveries/")).status_code == 200


RIGHTS = ("view_device", "view_webhook", "add_webhook", "change_webhook", "delete_webhook")


async def test_who_does_not_see_all_neither_sees_nor_leads_elsewhere_what_tells_of_all(new_device, maker):
    await sync_to_async(new_device)("vault", groups=["guards"])
    made = await created(maker, devices=["vault"])
    [delivery] = await sync_to_async(deliver)(made["id"])
    client = await signed_in("clerk", RIGHTS)
    one = f"/api/webhooks/{made['id']}/"
    for method, path in (
        ("GET", "/api/webhooks/"),
        ("POST", "/api/webhooks/"),
        ("GET", one),
        ("PATCH", one),
        ("DELETE", one),
        ("GET", f"{one}deliveries/"),
        ("POST", f"{one}rotate/"),
        ("POST", f"{one}test/"),
        ("POST", f"{one}deliveries/{delivery.id}/again/"),
    ):
        answer = await send(client, method, path, GIVEN | {"devices": []})
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), (method, path)
    assert await Webhook.objects.acount() == 1


async def test_who_does_not_see_all_is_told_of_no_webhook_live(process, new_device, maker):
    await sync_to_async(new_device)("vault", groups=["guards"])
    async with dashboard(await signed_in("clerk", (*RIGHTS, "change_device"))) as viewer:
        await created(maker, devices=["vault"])
        await Annotation.objects.acreate(text="Later.", start_ms=5, author="x", **Annotation.about(None))
        assert (await viewer.hear_change())["model"] == "annotation"


async def test_nobody_has_told_elsewhere_what_they_may_not_see(new_device):
    client = await signed_in("clerk", (*RIGHTS, "see_all_devices"))
    given = {"devices": None, "events": ["person.added"]}
    answer = await send(client, "POST", "/api/webhooks/", GIVEN | given)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["events"])
    assert (await send(client, "POST", "/api/webhooks/", GIVEN)).status_code == 201


async def test_nobody_leads_elsewhere_what_tells_more_than_they_may_see(new_device, maker):
    client = await signed_in("clerk", (*RIGHTS, "see_all_devices"))
    made = await created(maker, devices=[], events=["person.added"])
    answer = await send(client, "PATCH", f"/api/webhooks/{made['id']}/", {"url": "http://127.0.0.66/"})
    assert answer.status_code == 400
    assert not await Webhook.objects.filter(url__contains="66").aexists()


async def test_a_device_that_is_gone_does_not_keep_a_webhook_from_being_changed(maker, device):
    made = await created(maker, devices=["kitchen"])
    await sync_to_async(device.delete)()
    assert (await send(maker, "PATCH", f"/api/webhooks/{made['id']}/", {"name": "x"})).status_code == 200


async def test_a_rotation_is_noted_with_its_time(maker):
    made = await created(maker)
    await send(maker, "POST", f"/api/webhooks/{made['id']}/rotate/")
    webhook = await Webhook.objects.aget()
    assert webhook.rotated_at is not None
    assert abs((timezone.now() - webhook.rotated_at).total_seconds()) < 60
