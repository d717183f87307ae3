"""What Prometheus reads, and who may read it."""

import asyncio
import json
import re
from pathlib import Path

import pytest
import yaml
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError
from django.test import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from learndj.asgi import application
from liveapp.errors import REPLACED, StorageUnavailable
from liveapp.models.reading import key_of
from liveapp.store import Row
from liveapp.tests.doors import (
    PATIENCE_S,
    PausedStore,
    board,
    dashboard,
    readings,
    signed_in,
    use_store,
)

T = 1_763_673_600_000
TOKEN = "0123456789abcdef0123456789abcdef"
DEPLOYMENT = Path(settings.BASE_DIR) / "docs" / "deployment"


@pytest.fixture
async def maker(process):
    return await signed_in()


@pytest.fixture
def token(new_device):
    return new_device("kitchen")[1]


@pytest.fixture(autouse=True)
def metrics_token(settings):
    settings.METRICS_TOKEN = TOKEN


async def ask(*headers):
    """Status and body for a scraper, who calls the server by its address and without TLS."""
    scope = {"type": "http", "method": "GET", "path": "/metrics", "query_string": b""}
    scope |= {"headers": [(b"host", b"10.0.0.5:8000"), *headers]}
    client = ApplicationCommunicator(application, scope)
    await client.send_input({"type": "http.request"})
    start = await client.receive_output(5)
    return start["status"], (await client.receive_output(5))["body"].decode()


async def scrape():
    """All samples by name and labels."""
    status, body = await ask((b"authorization", f"Bearer {TOKEN}".encode()))
    assert status == 200
    return samples(body)


def samples(body):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }


async def test_readings_are_counted_by_what_became_of_them(process, token):
    async with board(token) as kitchen:
        await kitchen.ask(readings(T, T + 1))
        await kitchen.ask(readings(T))
        await kitchen.ask({"readings": [{"time": T + 5, "humidity": 140}, {}]})
        await kitchen.ask({"readings": 5})
        counted = await scrape()
    assert counted["sense_live_readings_received_total",] == 5
    assert counted["sense_live_readings_stored_total",] == 2
    assert counted["sense_live_readings_duplicate_total",] == 1
    assert counted["sense_live_readings_rejected_total", "out_of_range"] == 1
    assert counted["sense_live_messages_refused_total", "invalid_message"] == 1
    assert counted["sense_live_sockets", "device"] == 1
    assert counted["sense_live_devices_online",] == 1


async def test_a_refusal_over_http_is_counted_too(process):
    await AsyncClient().post("/api/ingest/", "{}", content_type="application/json")
    assert (await scrape())["sense_live_messages_refused_total", "unauthorized"] == 1


async def test_commits_are_counted_with_their_size_and_time(process, token):
    async with board(token) as kitchen:
        await kitchen.ask(readings(T, T + 1, T + 2))
    counted = await scrape()
    assert counted["sense_live_commits_total", "done"] == 1
    assert counted["sense_live_commit_rows_sum",] == 3
    assert counted["sense_live_commit_seconds_count",] == 1
    assert counted["sense_live_commit_queue_rows",] == 0


async def test_what_waits_for_the_next_commit_is_told(process, device):
    paused = PausedStore()
    use_store(process, paused)
    keys = [key_of(device.number, T + number) for number in range(4)]
    saving = [asyncio.create_task(process.writer.save([Row(keys[0], {"temperature": 1.0})]))]
    assert await asyncio.to_thread(paused.begun.wait, PATIENCE_S)
    for some in (keys[1:3], keys[3:]):
        saving.append(
            asyncio.create_task(process.writer.save([Row(key, {"temperature": 1.0}) for key in some]))
        )
    await asyncio.sleep(0)
    waiting = await scrape()
    paused.go.set()
    await asyncio.gather(*saving)
    done = await scrape()
    names = ("sense_live_commit_queue_rows", "sense_live_commit_queue_batches")
    assert [waiting[name,] for name in names] == [3, 2]
    assert [done[name,] for name in names] == [0, 0]


async def test_a_commit_that_failed_is_told_from_those_that_were_done(process, token):
    class Away:
        def commit(self, rows):
            raise StorageUnavailable("The database did not answer.")

    use_store(process, Away())
    async with board(token) as kitchen:
        assert (await kitchen.ask(readings(T)))["code"] == "storage_unavailable"
    assert (await scrape())["sense_live_commits_total", "failed"] == 1


async def test_frames_are_counted_for_each_dashboard(maker, process, token):
    async with dashboard(maker) as one, dashboard(maker) as two, board(token) as kitchen:
        await kitchen.ask(readings(T))
        for viewer in (one, two):
            await viewer.hear_type("readings")
        counted = await scrape()
    assert counted["sense_live_sockets", "dashboard"] == 2
    assert counted["sense_live_frames_sent_total",] >= 4
    assert counted["sense_live_frames_total",] >= 2
    assert counted["sense_live_bus_up",] == 1
    assert counted["sense_live_bus_messages_sent_total", "done"] >= 1


async def test_a_replaced_board_that_is_still_there_is_no_dashboard(process, token):
    async with board(token) as old, board(token):
        assert await old.closed() == REPLACED
        counted = await scrape()
    assert (counted["sense_live_sockets", "device"], counted["sense_live_sockets", "dashboard"]) == (2, 0)


async def test_gaps_stand_at_zero_before_there_is_one(process):
    assert (await scrape())["sense_live_gaps_total", "slow"] == 0


async def test_the_process_and_its_version_are_told(process):
    counted = await scrape()
    assert counted["process_resident_memory_bytes",] > 0
    assert counted["sense_live_info", settings.SPECTACULAR_SETTINGS["VERSION"]] == 1


async def test_a_scraper_is_answered_by_address_and_without_tls(process, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert await scrape()


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
async def test_without_the_token_nothing_is_told(process, header):
    status, body = await ask((b"authorization", header.encode("latin-1")))
    assert (status, json.loads(body)["code"]) == (401, "unauthorized")


async def test_who_sends_nothing_at_all_is_told_nothing(process):
    answer = await AsyncClient().get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("header", [b"Bearer ", b"Bearer", b"Bearer x"])
async def test_where_no_token_is_set_none_opens(process, settings, header):
    settings.METRICS_TOKEN = ""
    assert (await ask((b"authorization", header)))[0] == 401


async def test_the_staff_sees_them_signed_in(maker, process):
    answer = await maker.get("/metrics")
    assert samples(answer.content.decode())["sense_live_bus_up",] == 1


async def test_while_the_database_is_away_who_is_signed_in_is_told_so(maker, process, monkeypatch):
    async def away(request):
        raise DatabaseError

    monkeypatch.setattr("django.contrib.auth.aget_user", away)
    answer = await maker.get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


async def test_who_is_not_of_the_staff_does_not(process):
    user = await get_user_model().objects.acreate_user("guest")
    client = AsyncClient()
    await client.aforce_login(user)
    assert (await client.get("/metrics")).status_code == 401


def named_in(text):
    return set(re.findall(r"\b(?:sense_live|process|python)_[a-z_]+", text))


@pytest.mark.parametrize("file", ["grafana-dashboard.json", "prometheus-alerts.yml", "operations.md"])
async def test_every_metric_named_in_the_documents_exists(process, token, file):
    async with board(token) as kitchen:
        await kitchen.ask({"readings": [{"time": T + 5, "humidity": 140}, {}]})
        await kitchen.ask({"readings": 5})
        names = {key[0] for key in await scrape()}
    named = named_in((DEPLOYMENT / file).read_text())
    assert named
    assert named <= names


async def test_every_metric_of_ours_stands_in_the_documents(process, token):
    text = (DEPLOYMENT / "operations.md").read_text()
    async with board(token) as kitchen:
        await kitchen.ask({"readings": [{"time": T + 5, "humidity": 140}, {}]})
        await kitchen.ask({"readings": 5})
        _, body = await ask((b"authorization", f"Bearer {TOKEN}".encode()))
    families = [one for one in text_string_to_metric_families(body) if one.name.startswith("sense_live")]
    assert len(families) >= 15
    for family in families:
        assert any(f"`{sample.name}`" in text for sample in family.samples), family.name


def test_every_alert_says_how_bad_it_is_and_what_to_do():
    text = (DEPLOYMENT / "operations.md").read_text()
    [group] = yaml.safe_load((DEPLOYMENT / "prometheus-alerts.yml").read_text())["groups"]
    for rule in group["rules"]:
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert rule["annotations"]["summary"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert f"| `{rule['alert']}` |" in text
    assert len(group["rules"]) == len(re.findall(r"^\| `SenseLive", text, re.MULTILINE))


def test_the_dashboard_can_be_imported():
    content = json.loads((DEPLOYMENT / "grafana-dashboard.json").read_text())
    assert content["panels"]
    assert content["title"] == "Sense Live"
    ids = [panel["id"] for panel in content["panels"]]
    assert len(ids) == len(set(ids))
    for panel in content["panels"]:
        assert panel["targets"]
        assert all(target["expr"] for target in panel["targets"])
