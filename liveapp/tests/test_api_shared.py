"""What a share link shows over HTTP, and what whoever tries to get further is answered."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.test import AsyncClient

from liveapp import share_door, tokens, ws_tokens
from liveapp.api import shared
from liveapp.clock import now_ms
from liveapp.deletion import delete_device
from liveapp.guests import device_shown
from liveapp.levels import HOUR_MS, MINUTE_MS
from liveapp.models import Device, ShareLink
from liveapp.models.device import from_ms
from liveapp.tests.doors import assert_like, database_away, example, make_user, put, send, signed_in, stored
from liveapp.tests.kept import roll_up
from liveapp.tests.links import SHARER, by_link, forget_guesses, history, look, share

T = 1_763_673_600_000
# Two hours, a reading a minute.
TIMES = [T + n * MINUTE_MS for n in range(120)]


@pytest.fixture(autouse=True)
def _new_door(monkeypatch):
    forget_guesses(monkeypatch)


@pytest.fixture
def kitchen(device):
    put(device, TIMES, temperature=20.0)
    return device


@pytest.fixture
def cellar(new_device):
    return new_device("cellar", metrics=["wine"])[0]


def times_of(answer):
    assert answer.status_code == 200, answer.json()
    return [time for series in answer.json()["series"] for time in series["time"]]


async def test_a_link_shows_its_devices_and_no_others(kitchen, cellar):
    _, token = await share(kitchen)
    answer = await look(token)
    assert_like(answer.json(), example("rest/shared"))
    assert [one["id"] for one in answer.json()["devices"]] == ["kitchen"]
    assert "cellar" not in answer.content.decode()
    assert "wine" not in answer.content.decode()


async def test_no_answer_sets_a_cookie_or_may_be_kept(kitchen):
    _, token = await share(kitchen)
    boss = await signed_in("boss")
    for client in (AsyncClient(), boss):
        for path in ("/api/shared/", "/api/shared/history/?devices=kitchen", "/shared/"):
            for headers in (by_link(token), by_link("wrong")):
                answer = await client.get(path, headers=headers)
                assert not answer.cookies
                assert "no-store" in answer["Cache-Control"]
                assert answer["X-Robots-Tag"] == "noindex"


# Who tries other tokens.


async def revoked(kitchen):
    link, token = await share(kitchen)
    await sync_to_async(link.revoke)()
    return token


async def expired(kitchen):
    return (await share(kitchen, lasts_ms=0))[1]


async def closed(kitchen):
    ada = await sync_to_async(make_user)("ada", SHARER, is_active=False)
    return (await share(kitchen, by=ada))[1]


async def without_the_right(kitchen):
    ada = await sync_to_async(make_user)("ada", ("view_sharelink",))
    return (await share(kitchen, by=ada))[1]


async def unowned(kitchen):
    link, token = await share(kitchen)
    await ShareLink.objects.filter(pk=link.pk).aupdate(user=None)
    return token


async def anothers_secret(kitchen):
    (_, one), (_, other) = await share(kitchen), await share(kitchen)
    return f"{one.partition('.')[0]}.{other.partition('.')[2]}"


async def unknown(kitchen):
    _, token = await share(kitchen)
    return f"{'0' * 32}.{token.partition('.')[2]}"


async def tampered(kitchen):
    _, token = await share(kitchen)
    return token[:-1] + ("A" if token[-1] != "A" else "B")


async def in_capitals(kitchen):
    _, token = await share(kitchen)
    claimed, _, secret = token.partition(".")
    return f"{claimed.upper()}x.{secret}"


async def with_dashes(kitchen):
    link, token = await share(kitchen)
    return f"{link.pk}.{token.partition('.')[2]}"


async def its_hash(kitchen):
    link, _ = await share(kitchen)
    return f"{link.pk.hex}.{link.token_hash}"


async def of_the_device(kitchen):
    return await sync_to_async(kitchen.rotate_token)()


async def of_a_socket(kitchen):
    return await sync_to_async(ws_tokens.new_token)(await sync_to_async(make_user)("ada"), "")


WRONG = (
    revoked,
    expired,
    closed,
    without_the_right,
    unowned,
    anothers_secret,
    unknown,
    tampered,
    in_capitals,
    with_dashes,
    its_hash,
    of_the_device,
    of_a_socket,
)


@pytest.mark.parametrize("beside", [False, True], ids=["no session", "a session"])
@pytest.mark.parametrize("make", WRONG)
async def test_what_is_no_open_link_opens_nothing(kitchen, make, beside):
    token = await make(kitchen)
    client = await signed_in("boss") if beside else AsyncClient()
    for path in ("/api/shared/", "/api/shared/history/"):
        answer = await look(token, path, client, devices="kitchen")
        assert (answer.status_code, list(answer.json())) == (401, ["code", "detail"])
        assert answer.json()["code"] == "unauthorized"
        assert "kitchen" not in answer.content.decode()


@pytest.mark.parametrize(
    "header", ["", "Share", "Share ", "Bearer {}", "Basic {}", "{}", "Share .", "Share \x00"]
)
async def test_a_link_is_said_in_its_own_scheme(kitchen, header):
    _, token = await share(kitchen)
    answer = await send(AsyncClient(), "GET", "/api/shared/", authorization=header.format(token))
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/api/devices/", "/api/history/?devices=kitchen", "/api/session/", "/api/shares/", "/api/metrics/"],
)
async def test_a_link_opens_no_other_door(kitchen, path):
    _, token = await share(kitchen)
    answer = await look(token, path)
    if path == "/api/session/":
        assert answer.json()["user"] is None
    else:
        assert answer.status_code in (401, 403)


async def test_a_link_is_no_token_of_a_device(kitchen):
    _, token = await share(kitchen)
    answer = await send(
        AsyncClient(), "POST", "/api/ingest/", {"temperature": 1}, authorization=f"Bearer {token}"
    )
    assert answer.status_code == 401
    assert len(await sync_to_async(stored)(kitchen)) == len(TIMES)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_link_changes_nothing(kitchen, method):
    _, token = await share(kitchen)
    answer = await send(AsyncClient(), method, "/api/shared/", {}, **by_link(token))
    assert answer.status_code in (403, 405)


async def test_only_who_had_a_good_link_is_told_what_became_of_it(kitchen):
    told = {
        make.__name__: (await look(await make(kitchen))).json()["detail"]
        for make in (revoked, expired, tampered)
    }
    assert ("ended" in told["revoked"], "expired" in told["expired"]) == (True, True)
    assert "not valid" in told["tampered"]


@pytest.mark.parametrize(("early_ms", "status"), [(5_000, 200), (-1, 401)])
async def test_a_link_ends_at_its_moment_by_the_servers_clock(kitchen, early_ms, status):
    link, token = await share(kitchen)
    await ShareLink.objects.filter(pk=link.pk).aupdate(expires_at=from_ms(now_ms() + early_ms))
    assert (await look(token)).status_code == status


async def test_a_wrong_secret_is_compared_where_there_is_no_link_too(kitchen, monkeypatch):
    compared = []
    matches = tokens.matches

    def compare(*given):
        compared.append(given)
        return matches(*given)

    monkeypatch.setattr(tokens, "matches", compare)
    await look(await unknown(kitchen))
    await look("no token at all")
    assert len(compared) == 2


async def test_who_tries_too_many_is_slowed_down_and_pages_that_are_open_are_not(kitchen, monkeypatch):
    monkeypatch.setattr(share_door, "WRONG_AT_ONCE", 3)
    forget_guesses(monkeypatch)
    (_, token), (_, other) = await share(kitchen), await share(kitchen)
    assert (await look(token)).status_code == 200
    assert [(await look(f"{number}.x")).status_code for number in range(4)] == [401, 401, 401, 429]
    answer = await look(other)
    assert (answer.status_code, answer.json()["code"], answer.json()["retry_ms"]) == (
        429,
        "rate_limited",
        3000,
    )
    assert (await look(token)).status_code == 200


async def test_how_often_one_asks_by_a_link_is_bounded(kitchen, monkeypatch):
    monkeypatch.setattr(share_door, "ASKED_AT_ONCE", 2)
    monkeypatch.setattr(share_door, "ASKED_PER_SECOND", 0.001)
    forget_guesses(monkeypatch)
    _, token = await share(kitchen)
    assert [(await look(token)).status_code for _ in range(4)] == [200, 200, 200, 429]


async def test_while_the_database_is_away_that_is_said_and_counts_for_nobody(kitchen, monkeypatch):
    monkeypatch.setattr(share_door, "WRONG_AT_ONCE", 1)
    forget_guesses(monkeypatch)
    _, token = await share(kitchen)
    with database_away():
        assert [(await look(token)).status_code for _ in range(2)] == [503, 503]
    assert (await look(token)).status_code == 200


# Who tries other devices.


@pytest.mark.parametrize("wanted", ["cellar", "nowhere", "kitchen,cellar", "KITCHEN"])
async def test_other_devices_are_not_found_whether_they_exist_or_not(kitchen, cellar, wanted):
    _, token = await share(kitchen)
    answer = await history(token, devices=wanted)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_device_that_its_maker_sees_no_more_is_as_one_that_does_not_exist(kitchen, cellar):
    ada = await sync_to_async(make_user)("ada", SHARER)
    _, token = await share(kitchen, cellar, by=ada)
    await Group.objects.acreate(name="owners")
    kitchen.groups = ["owners"]
    await kitchen.asave()
    assert [one["id"] for one in (await look(token)).json()["devices"]] == ["cellar"]
    hidden, missing = [
        (await history(token, devices=name)).content.decode() for name in ("kitchen", "nowhere")
    ]
    assert hidden.replace("kitchen", "nowhere") == missing
    await sync_to_async(ada.groups.add)(await Group.objects.aget(name="owners"))
    assert len((await look(token)).json()["devices"]) == 2


async def test_a_device_made_anew_under_an_old_id_is_not_shared(kitchen):
    _, token = await share(kitchen)
    await sync_to_async(delete_device)(kitchen)
    await sync_to_async(Device.create)(id="kitchen", name="Kitchen")
    answer = await look(token)
    assert (answer.status_code, answer.json()["devices"]) == (200, [])
    assert (await history(token, devices="kitchen")).status_code == 404


async def test_a_maker_who_becomes_less_shares_less(kitchen):
    _, token = await share(kitchen)
    await User.objects.aupdate(is_superuser=False)
    assert (await look(token)).status_code == 401


# Who tries other times.


@pytest.mark.parametrize("points", [None, 1, 50, 2000])
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, []),
        ({"start": T - HOUR_MS, "end": T + 9 * HOUR_MS}, TIMES[10:20]),
        ({"start": T}, TIMES[10:20]),
        ({"start": TIMES[12], "end": TIMES[14]}, TIMES[12:14]),
        ({"start": 0, "end": TIMES[10]}, []),
        ({"start": TIMES[20], "end": TIMES[30]}, []),
        ({"start": TIMES[9], "end": TIMES[11]}, TIMES[10:11]),
    ],
)
async def test_nothing_of_outside_of_a_links_span_is_told(kitchen, asked, told, points):
    _, token = await share(kitchen, start=TIMES[10], end=TIMES[20])
    answer = await history(
        token, devices="kitchen", **asked, **({} if points is None else {"points": points})
    )
    times = times_of(answer)
    # Where no time is asked for it is the last five minutes of the link.
    expected = told if asked else TIMES[15:20]
    if points is None or points >= len(expected):
        assert times == expected
    (series,) = answer.json()["series"]
    assert series["complete"] is True
    assert sum(series.get("count", {}).get("temperature", [len(times)])) == len(expected)


async def test_a_bucket_at_the_edge_of_a_link_tells_nothing_of_the_other_side(kitchen):
    """Four hours are asked for, of minutes: the first and the last of them lie across the link's bounds."""
    await sync_to_async(put)(kitchen, [T + 10_000], temperature=50.0)
    await sync_to_async(roll_up)()
    _, token = await share(kitchen, start=T + 30_000, end=TIMES[119] + 30_000)
    answer = await history(token, devices="kitchen", start=T - HOUR_MS, end=T + 3 * HOUR_MS, points=60)
    (series,) = answer.json()["series"]
    assert series["resolution"] == "minute"
    assert max(series["max"]["temperature"]) == 20.0
    assert sum(series["count"]["temperature"]) == 118


async def test_a_live_link_shows_the_newest_minute(kitchen):
    now = now_ms()
    await sync_to_async(put)(kitchen, [now - 1000], temperature=25.0)
    _, token = await share(kitchen, start=T)
    answer = await history(token, devices="kitchen", start=0, points=100)
    (series,) = answer.json()["series"]
    assert max(series["values"]["temperature"]) == 25.0


@pytest.mark.parametrize("start", [None, 1, 3_600_000])
async def test_a_link_to_a_time_that_has_not_come_shows_nothing(kitchen, start):
    _, token = await share(kitchen, start=now_ms() + HOUR_MS)
    query = {} if start is None else {"start": start}
    assert times_of(await history(token, devices="kitchen", **query)) == []


@pytest.mark.parametrize(
    "query", [{"start": 5, "end": 5}, {"end": -1}, {"points": 0}, {"points": 3000}, {"devices": ""}]
)
async def test_what_cannot_be_asked_is_refused(kitchen, query):
    _, token = await share(kitchen)
    assert (await history(token, **{"devices": "kitchen", **query})).status_code == 400


async def test_the_latest_reading_is_told_within_the_span_alone(kitchen, monkeypatch):
    def describe(device, hub, access):
        now = {"online": True, "last_seen": TIMES[30], "latest": {"time": TIMES[5], "values": {}}}
        return device_shown(device.describe() | now, access)

    monkeypatch.setattr(shared, "describe_live", describe)
    spans = {(None, None): (True, True), (TIMES[6], None): (True, False), (None, TIMES[30]): (False, True)}
    for (start, end), told in spans.items():
        _, token = await share(kitchen, start=start, end=end)
        (one,) = (await look(token)).json()["devices"]
        assert (one["online"], one["latest"] is not None) == told


async def test_every_reading_is_given_of_one_device_at_a_time(kitchen, cellar):
    _, token = await share(kitchen, cellar)
    answer = await history(token, devices="kitchen,cellar")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["points"])
    assert (await history(token, devices="kitchen,cellar", points=10)).status_code == 200
    assert (await history(token, devices="kitchen")).status_code == 200
