"""What is queued for webhooks, and how it is sent."""

import threading
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from liveapp import changes, jobs
from liveapp.clock import now_ms
from liveapp.models import Annotation, Delivery, Job, Metric, Webhook
from liveapp.models import delivery as deliveries
from liveapp.tests.doors import counted_queries
from liveapp.tests.receivers import receiving, silent
from liveapp.webhooks import attempt, interest, log, queue, sending
from liveapp.webhooks.request import Outcome
from liveapp.webhooks.sending import Sending
from liveapp.worker import Interrupted, Worker

pytestmark = pytest.mark.usefixtures("database", "_loopback")


@pytest.fixture
def _loopback(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    interest.forget()
    yield
    interest.forget()


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def hook(url: str = "https://example.org/", *events: str, **fields: Any) -> Webhook:
    return Webhook.objects.create(name="Hook", url=url, events=list(events or ["device.removed"]), **fields)


def queued() -> list[str]:
    return list(Delivery.objects.order_by("created_ms").values_list("event", flat=True))


def send_all(lanes: Sending | None = None) -> None:
    """Until nothing is due that may be sent now."""
    lanes = lanes or Sending()
    while True:
        lanes.begin()
        if not lanes._busy:
            return
        lanes.settle(10)


def hurry() -> None:
    """As if the time to wait had passed."""
    Delivery.objects.filter(state=deliveries.WAITING).update(due_ms=now_ms())


class TestQueue:
    def test_each_change_of_a_device_is_queued_for_who_wants_it(self, new_device):
        hook("https://a.example.org/", "device.added", "device.removed")
        hook("https://b.example.org/", "device.updated")
        device, _ = new_device("kitchen")
        device.name = "Pantry"
        device.save(update_fields=["name"])
        device.delete()
        assert sorted(queued()) == ["device.added", "device.removed", "device.updated"]
        bodies = {one.event: one.body for one in Delivery.objects.all()}
        assert '"device": "kitchen"' in bodies["device.removed"]
        assert '"name": "Pantry"' in bodies["device.updated"]

    def test_all_models_that_dashboards_are_told_of_can_be_asked_for(self, new_device):
        hook("https://a.example.org/", *changes.EVENTS)
        device, _ = new_device("kitchen")
        Metric.objects.create(name="co2", label="CO2")
        Annotation.objects.create(start_ms=1, text="Hello", **Annotation.about(device)).delete()
        assert {"metric.added", "annotation.added", "annotation.removed"} <= set(queued())
        names = {told.name for told in changes.MODELS.values()}
        assert {name.partition(".")[0] for name in changes.EVENTS} == {*names, "presence"}

    def test_a_webhook_limited_to_devices_is_told_of_those_and_of_what_is_of_none(self, new_device):
        hook("https://a.example.org/", "device.added", "metric.added", devices=["kitchen"])
        new_device("cellar")
        assert queued() == []
        new_device("kitchen")
        Metric.objects.create(name="co2", label="CO2")
        assert sorted(queued()) == ["device.added", "metric.added"]

    def test_one_that_is_switched_off_is_told_nothing(self, new_device):
        hook(enabled=False)
        new_device("kitchen")
        assert queued() == []

    def test_what_nobody_wants_costs_no_query(self):
        hook("https://a.example.org/", "device.added")
        interest.enabled()
        with counted_queries() as queries:
            queue.queue_change("metric", "update", "co2", {}, None)
        assert queries == []

    def test_a_webhook_that_was_just_made_changed_or_removed_counts_at_once(self, new_device):
        new_device("before")
        webhook = hook("https://a.example.org/", "device.added")
        new_device("kitchen")
        webhook.events = ["device.removed"]
        webhook.save(update_fields=["events"])
        new_device("cellar")
        assert queued() == ["device.added"]

    def test_the_queue_of_a_webhook_is_bounded_and_the_log_says_so(self, new_device, monkeypatch, caplog):
        monkeypatch.setattr(queue, "MAX_WAITING", 2)
        hook("https://a.example.org/", "device.added")
        for number in range(4):
            new_device(f"kitchen-{number}")
        assert len(queued()) == 2
        assert "deliveries of the webhook" in caplog.text


class TestSending:
    def test_a_delivery_comes_once_signed_and_in_the_form_that_is_documented(self, receiver, new_device):
        webhook = hook(receiver.url, "device.added")
        new_device("kitchen")
        send_all()
        send_all()
        [body] = receiver.verified(webhook.secret)
        assert list(body) == ["event", "time", "device", "data"]
        assert (body["event"], body["device"], body["data"]["id"]) == ("device.added", "kitchen", "kitchen")
        delivery = Delivery.objects.get()
        assert receiver.ids == [str(delivery.id)]
        assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)

    def test_the_next_attempt_has_the_same_id_and_waits_for_its_time(self, receiver, settings):
        webhook = hook(receiver.url)
        receiver.answers = [500, 204]
        before_ms = now_ms()
        queue.put(webhook.id, "test", {})
        send_all()
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.status, delivery.attempts) == ("waiting", 500, 1)
        first_ms = settings.WEBHOOK_BACKOFF_S[0] * 1000
        assert before_ms + first_ms * 0.8 <= delivery.due_ms <= now_ms() + first_ms * 1.2
        send_all()
        assert len(receiver.requests) == 1
        hurry()
        send_all()
        assert receiver.ids == [str(delivery.id)] * 2
        assert Delivery.objects.get().state == "delivered"

    def test_each_wait_is_longer_until_it_is_given_up(self, receiver, settings):
        webhook = hook(receiver.url)
        receiver.answers = [500] * 20
        queue.put(webhook.id, "test", {})
        for wait_s in settings.WEBHOOK_BACKOFF_S:
            begun_ms = now_ms()
            send_all()
            assert (
                0.8 * wait_s * 1000 <= Delivery.objects.get().due_ms - begun_ms <= 1.3 * wait_s * 1000 + 2000
            )
            hurry()
        send_all()
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts) == ("failed", 8)
        assert delivery.detail == "The receiver answered with status 500. Given up after 8 attempts."
        hurry()
        send_all()
        assert len(receiver.requests) == 8

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize(
        ("asked", "least_s", "most_s"), [("600", 600, 610), ("999999999", 8 * 3600, 8 * 3610)]
    )
    def test_who_asks_for_time_gets_it_within_bounds(self, receiver, status, asked, least_s, most_s):
        webhook = hook(receiver.url)
        receiver.answers = [(status, {"Retry-After": asked})]
        queue.put(webhook.id, "test", {})
        lanes = Sending()
        begun_ms = now_ms()
        send_all(lanes)
        assert least_s * 1000 <= Delivery.objects.get().due_ms - begun_ms <= most_s * 1000
        queue.put(webhook.id, "test", {})
        send_all(lanes)
        assert len(receiver.requests) == 1

    def test_one_that_is_gone_is_switched_off_and_said_to_be(self, receiver, caplog):
        webhook = hook(receiver.url)
        receiver.answers = [410]
        queue.put(webhook.id, "test", {})
        send_all()
        webhook.refresh_from_db()
        assert not webhook.enabled
        assert "switched off" in Delivery.objects.get(event="test").detail
        assert "switched off" in caplog.text

    def test_after_a_rotation_both_secrets_verify_for_a_day(self, receiver):
        webhook = hook(receiver.url, "device.added")
        old = webhook.secret
        assert webhook.rotate() != old
        queue.put(webhook.id, "test", {})
        send_all()
        assert len(receiver.verified(old) + receiver.verified(webhook.secret)) == 2
        Webhook.objects.update(rotated_at=timezone.now() - timedelta(days=2))
        assert Webhook.objects.get().secrets() == [webhook.secret]

    def test_a_receiver_that_never_answers_delays_no_other(self, receiver):
        with silent() as url:
            slow = [hook(url, "device.added") for _ in range(8)]
            for webhook in slow:
                queue.put(webhook.id, "test", {})
            quick = hook(receiver.url, "device.added")
            for _ in range(5):
                queue.put(quick.id, "test", {})
            lanes = Sending()
            while len(receiver.requests) < 5:
                lanes.begin()
                lanes.settle(0.01)
            assert len(lanes._busy) >= len(slow)

    def test_to_one_webhook_goes_one_at_a_time(self, receiver):
        webhook = hook(receiver.url)
        answer = threading.Event()
        receiver.before_answer = lambda: answer.wait(10)
        for _ in range(3):
            queue.put(webhook.id, "test", {})
        lanes = Sending()
        for _ in range(3):
            lanes.begin()
        assert Delivery.objects.filter(attempts__gt=0).count() == 1
        answer.set()
        send_all(lanes)
        lanes.finish(10)
        send_all(lanes)
        assert len(receiver.requests) == 3

    def test_a_delivery_that_two_workers_have_read_is_claimed_by_one(self):
        queue.put(hook().id, "test", {})
        first, second = Delivery.objects.get(), Delivery.objects.get()
        assert [one.claim(now_ms=now_ms()) for one in (first, second)] == [True, False]

    def test_of_two_workers_at_once_one_sends_it(self, receiver):
        webhook = hook(receiver.url)
        for _ in range(10):
            queue.put(webhook.id, "test", {})
        begin = threading.Barrier(2)

        def work():
            begin.wait()
            lanes = Sending()
            while Delivery.objects.filter(state="waiting").exists():
                lanes.begin()
                lanes.settle(0.01)
            connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(receiver.ids)) == len(receiver.ids) == 10

    def test_what_a_worker_had_in_hand_that_died_is_sent_by_another_after_a_while(self, receiver):
        webhook = hook(receiver.url)
        queue.put(webhook.id, "test", {})
        assert Delivery.objects.get().claim(now_ms=now_ms())
        send_all()
        assert receiver.requests == []
        hurry()
        send_all()
        assert len(receiver.requests) == 1

    def test_what_comes_back_after_another_took_it_over_is_not_noted(self):
        webhook = hook()
        mine = queue.put(webhook.id, "test", {})
        assert mine.claim(now_ms=now_ms())
        hurry()
        assert Delivery.objects.get().claim(now_ms=now_ms())
        assert not mine.settle(state="failed")

    def test_a_time_set_by_a_clock_that_was_far_ahead_is_not_waited_for(self, receiver):
        webhook = hook(receiver.url)
        queue.put(webhook.id, "test", {})
        Delivery.objects.update(due_ms=now_ms() + 400 * 24 * 3_600_000)
        send_all()
        assert len(receiver.requests) == 1

    def test_one_that_is_switched_off_waits_and_holds_up_nobody(self, receiver):
        off, on = hook(receiver.url, enabled=False), hook(receiver.url)
        for webhook in (off, on):
            queue.put(webhook.id, "test", {})
        send_all()
        assert len(receiver.requests) == 1
        off.enabled = True
        off.save()
        send_all()
        assert "test" in [body["event"] for body in receiver.bodies[1:]]

    def test_a_worker_sends_by_itself_and_finishes_what_is_on_its_way_when_it_is_told_to_end(self, receiver):
        webhook = hook(receiver.url)
        worker = Worker(jobs.SENDING)
        thread = threading.Thread(target=worker.run)
        thread.start()
        receiver.before_answer = worker.stop
        queue.put(webhook.id, "test", {})
        thread.join(timeout=20)
        assert not thread.is_alive()
        assert Delivery.objects.get().state == "delivered"
        assert Job.objects.get(name="webhooks").holder == ""

    def test_a_worker_that_lost_its_job_stops_sending(self):
        def lost():
            raise Interrupted

        with pytest.raises(Interrupted):
            sending.send(lost)

    def test_the_jitter_spreads_what_failed_together(self):
        webhook = hook()
        outcome = Outcome(None, "Away.", 1)
        waits = set()
        for _ in range(10):
            delivery = queue.put(webhook.id, "test", {})
            delivery.claim(now_ms=now_ms())
            attempt.settle(delivery, webhook, outcome)
            waits.add(Delivery.objects.get(pk=delivery.pk).due_ms - delivery.created_ms)
        assert max(waits) - min(waits) > 100


class TestLog:
    def test_what_is_older_than_30_days_and_what_is_of_no_webhook_is_cleared(self):
        webhook, gone = hook("https://a.example.org/", "test"), hook("https://b.example.org/", "test")
        kept, old, orphan = (queue.put(one.id, "test", {}) for one in (webhook, webhook, gone))
        Delivery.objects.filter(pk=old.pk).update(created_ms=now_ms() - log.KEPT_MS - 1)
        gone.delete()
        assert log.clear(lambda: None) == "removed 2 old deliveries of webhooks"
        assert [one.pk for one in Delivery.objects.all()] == [kept.pk]
        assert orphan.pk != kept.pk

    def test_many_are_cleared_in_steps(self, monkeypatch):
        monkeypatch.setattr(log, "STEP", 2)
        webhook = hook("https://a.example.org/", "test")
        for _ in range(5):
            queue.put(webhook.id, "test", {})
        Webhook.objects.all().delete()
        steps: list[None] = []
        log.clear(lambda: steps.append(None))
        assert Delivery.objects.count() == 0
        assert len(steps) >= 4
