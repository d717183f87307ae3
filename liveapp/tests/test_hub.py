import asyncio
from typing import Any, cast

import pytest
from channels.layers import channel_layers

from liveapp import bus, presence, reception, senders
from liveapp import hub as hubs
from liveapp.bus import Bus, Message
from liveapp.hub import Hub
from liveapp.latest import Latest
from liveapp.tests.doors import eventually


class Heard:
    """A hub that nothing listens for, and what it told of control and change."""

    def __init__(self):
        self.control: list[Any] = []
        self.change: list[Any] = []
        self.holes = 0
        self.hub = Hub(on_control=self.control.append, on_change=self.change.append, on_hole=self._hole)
        self._number = 0

    def _hole(self):
        self.holes += 1

    def take(self, kind, body):
        self._number += 1
        self.hub.take(Message(kind, body, "one", self._number))

    def frames(self, *types):
        return [
            frame.message for frame in self.hub.ring._frames if not types or frame.message["type"] in types
        ]


@pytest.fixture
async def heard():
    return Heard()


@pytest.fixture
async def open_hub():
    channel_layers.backends.clear()
    hub = Hub(on_control=print, on_change=print)
    hub.open()
    yield hub
    await hub.close()
    channel_layers.backends.clear()


def series(device="kitchen", times=(5,), **values):
    return {"device": device, "time": list(times), "values": values or {"a": [1.0] * len(times)}}


def layer_groups():
    return [name for name, channels in bus.layer().groups.items() if channels]


async def next_of(hub, kind, number=1):
    """The first frame of a kind from `number` on."""
    while (frame := await hub.ring.get(number)).message["type"] != kind:
        number += 1
    return frame


# Latest


def test_newest_reading_is_the_latest():
    latest = Latest()
    latest.offer("kitchen", 5, {"a": 1.0})
    latest.offer("kitchen", 6, {"a": 2.0})
    assert latest.describe("kitchen") == {"time": 6, "values": {"a": 2.0}}


def test_late_reading_does_not_become_the_latest():
    latest = Latest()
    latest.offer("kitchen", 6, {"a": 2.0})
    latest.offer("kitchen", 5, {"a": 1.0})
    assert latest.describe("kitchen") == {"time": 6, "values": {"a": 2.0}}


def test_second_part_of_a_millisecond_is_added_to_the_latest():
    latest = Latest()
    latest.offer("kitchen", 5, {"a": 1.0})
    latest.offer("kitchen", 5, {"b": 2.0})
    assert latest.describe("kitchen") == {"time": 5, "values": {"a": 1.0, "b": 2.0}}


def test_latest_of_a_series_is_its_newest_wherever_it_stands():
    latest = Latest()
    latest.offer_series(series(times=(5, 9, 7), a=[1.0, 2.0, 3.0], b=[1.0, None, None]))
    assert latest.describe("kitchen") == {"time": 9, "values": {"a": 2.0}}


def test_device_without_a_reading_has_no_latest():
    assert Latest().describe("kitchen") is None


def test_what_is_of_a_device_made_anew_is_newer_whatever_its_time():
    latest = Latest()
    latest.offer("kitchen", 6, {"a": 2.0}, number=7)
    latest.offer("kitchen", 5, {"a": 1.0}, number=8)
    latest.offer("kitchen", 9, {"a": 3.0}, number=7)
    assert latest.describe("kitchen") == {"time": 5, "values": {"a": 1.0}}


def test_only_what_is_of_todays_devices_is_kept():
    latest = Latest()
    for device_id, number in (("kitchen", 7), ("cellar", 8), ("attic", 9)):
        latest.offer(device_id, 5, {"a": 1.0}, number=number)
    latest.keep({"kitchen": 7, "cellar": 10})
    assert [one for one in ("kitchen", "cellar", "attic") if latest.describe(one)] == ["kitchen"]


# What comes from the bus


async def test_readings_go_to_the_ring(heard):
    heard.take("readings", {"series": [series()]})
    assert heard.frames("readings")[0]["series"] == [series()]


async def test_readings_bring_their_device_online(heard):
    heard.take("readings", {"series": [series()]})
    (presence,) = heard.frames("presence")
    assert (presence["device"], presence["online"]) == ("kitchen", True)
    assert presence["last_seen"] == heard.hub.presence.last_seen_ms("kitchen")


async def test_presence_is_told_before_the_readings_that_brought_it(heard):
    heard.take("readings", {"series": [series()]})
    assert [frame["type"] for frame in heard.frames()] == ["presence", "readings"]


async def test_device_that_is_online_is_not_told_again(heard):
    heard.take("readings", {"series": [series()]})
    heard.take("presence", {"online": {"kitchen": "uid"}})
    heard.take("readings", {"series": [series()]})
    assert len(heard.frames("presence")) == 1


async def test_readings_become_the_latest(heard):
    heard.take("readings", {"series": [series(times=(5, 6), a=[1.0, 2.0])]})
    assert heard.hub.latest.describe("kitchen") == {"time": 6, "values": {"a": 2.0}}


async def test_goodbye_is_told(heard):
    heard.take("presence", {"online": {"kitchen": "uid"}})
    heard.take("presence", {"offline": {"kitchen": "uid"}})
    assert [frame["online"] for frame in heard.frames("presence")] == [True, False]


async def test_goodbye_of_a_replaced_connection_is_not_told(heard):
    heard.take("presence", {"online": {"kitchen": "old"}})
    heard.take("presence", {"online": {"kitchen": "new"}})
    heard.take("presence", {"offline": {"kitchen": "old"}})
    assert [frame["online"] for frame in heard.frames("presence")] == [True]


async def test_heartbeat_without_devices_tells_nothing(heard):
    heard.take("presence", {"online": {}})
    assert heard.frames() == []


async def test_event_is_passed_on(heard):
    event = {"type": "event", "device": "kitchen", "event": "joystick"}
    heard.take("event", event)
    assert heard.frames() == [event]


async def test_control_is_told_to_the_process_and_to_no_viewer(heard):
    heard.take("control", {"device": "kitchen", "code": 4401})
    assert (heard.control, heard.frames()) == ([{"device": "kitchen", "code": 4401}], [])


def change_of(model, action, id, *, data=None, **more):
    """As a server puts it on the bus."""
    guard = {"permission": f"liveapp.view_{model}", "fields": {}}
    return {"model": model, "action": action, "id": id, "data": data, **more, "origin": None, "guard": guard}


def kitchen(**fields):
    return {"id": "kitchen", "groups": [], "metrics": [], "last_seen": None, **fields}


async def test_change_is_told_to_the_process_and_to_viewers(heard):
    change = change_of("annotation", "remove", "5")
    heard.take("changes", {"changes": [change]})
    assert (heard.change, heard.frames()) == ([change], [{"type": "change", **change}])


async def test_changes_that_come_together_are_one_frame(heard):
    changes = [change_of("annotation", "remove", id) for id in "56"]
    heard.take("changes", {"changes": changes})
    assert (heard.change, heard.frames()) == (changes, [{"type": "changes", "changes": changes}])


async def test_changed_device_is_told_with_what_is_known_of_now(heard):
    heard.take("readings", {"series": [series()]})
    heard.take("changes", {"changes": [change_of("device", "update", "kitchen", data=kitchen())]})
    (frame,) = heard.frames("change")
    assert frame["data"]["online"]
    assert frame["data"]["latest"] == heard.hub.latest.describe("kitchen")


async def test_change_of_a_device_carries_whom_it_was_and_is_limited_to(heard):
    for groups in ([], ["physics"]):
        change = change_of("device", "update", "kitchen", data=kitchen(groups=groups))
        heard.take("changes", {"changes": [change]})
    heard.take("changes", {"changes": [change_of("device", "remove", "kitchen")]})
    told = [(frame["guard"]["before"], frame["guard"]["after"]) for frame in heard.frames("change")]
    assert told == [(None, []), ([], ["physics"]), (["physics"], None)]


async def test_change_of_a_metric_concerns_who_sees_a_device_that_has_it(heard):
    heard.take("changes", {"changes": [change_of("device", "add", "kitchen", data=kitchen(metrics=["co2"]))]})
    for name in ("co2", "temperature"):
        heard.take("changes", {"changes": [change_of("metric", "update", name, data={})]})
    assert [frame["guard"]["devices"] for frame in heard.frames("change")[1:]] == [["kitchen"], None]


async def test_readings_of_a_device_nobody_knows_of_are_a_reason_to_look(heard):
    heard.take("readings", {"series": [series()]})
    assert heard.hub.audience.groups_of("kitchen") is None
    assert heard.holes == 1


async def test_removed_device_is_forgotten(heard):
    heard.take("readings", {"series": [series()]})
    heard.take("changes", {"changes": [change_of("device", "remove", "kitchen")]})
    assert heard.hub.latest.describe("kitchen") is None
    assert not heard.hub.presence.is_online("kitchen")


async def test_readings_right_behind_a_removal_stick_to_no_namesake(heard, monkeypatch):
    heard.take("changes", {"changes": [change_of("device", "remove", "kitchen", number=7)]})
    heard.take("readings", {"series": [series(), series("cellar")], "numbers": {"kitchen": 7, "cellar": 8}})
    assert "number" not in heard.frames()[0]
    assert [one["device"] for one in heard.frames()[-1]["series"]] == ["cellar"]
    assert heard.hub.latest.describe("kitchen") is None
    assert not heard.hub.presence.is_online("kitchen")
    assert heard.hub.presence.is_online("cellar")
    heard.take("readings", {"series": [series()], "numbers": {"kitchen": 9}})
    assert heard.hub.latest.describe("kitchen") is not None
    assert heard.hub.presence.is_online("kitchen")


async def test_removed_metric_takes_no_device_of_its_name_along(heard):
    heard.take("readings", {"series": [series("co2")]})
    heard.take("changes", {"changes": [change_of("metric", "remove", "co2")]})
    assert heard.hub.presence.is_online("co2")


async def test_message_of_a_newer_version_is_passed_over(heard, caplog):
    heard.take("rollup", {})
    assert heard.frames() == []
    assert "The bus carries a rollup, which this version does not know." in caplog.text


async def test_message_that_cannot_be_read_costs_itself_alone(heard, caplog):
    heard.take("readings", {"of": "another version"})
    heard.take("readings", {"series": [series()]})
    assert "The bus carries a readings that this version cannot read." in caplog.text
    assert len(heard.frames("readings")) == 1


# Holes


async def test_messages_in_order_leave_no_gap(heard):
    for number in (1, 2, 3):
        heard.hub.take(Message("presence", {}, "one", number))
    assert heard.frames("gap") == []


async def test_hole_in_a_senders_numbers_is_a_gap(heard):
    heard.hub.take(Message("presence", {}, "one", 1))
    heard_ms = heard.hub.reception._senders.heard_ms("one")
    heard.hub.take(Message("presence", {}, "one", 3))
    (gap,) = heard.frames("gap")
    assert gap["start"] == heard_ms <= gap["end"]


async def test_gap_is_told_before_what_follows_it(heard):
    heard.hub.take(Message("presence", {}, "one", 1))
    heard.hub.take(Message("readings", {"series": [series()]}, "one", 3))
    assert [frame["type"] for frame in heard.frames()] == ["gap", "presence", "readings"]


async def test_hole_is_told_once(heard):
    for number in (1, 5, 6, 7):
        heard.hub.take(Message("presence", {}, "one", number))
    assert len(heard.frames("gap")) == 1


async def test_what_a_sender_said_before_this_hub_heard_it_is_a_gap(heard):
    heard.hub.take(Message("presence", {}, "one", 5))
    assert len(heard.frames("gap")) == 1


async def test_senders_are_counted_apart(heard):
    for sender in ("one", "two"):
        for number in (1, 2):
            heard.hub.take(Message("presence", {}, sender, number))
    assert heard.frames("gap") == []


async def test_announcements_are_not_counted(heard):
    for _ in range(3):
        heard.hub.take(Message("presence", {}, "", 0))
    assert heard.frames("gap") == []


# Open


async def test_open_hub_hears_what_a_bus_sends(open_hub):
    await open_hub.subscribed.wait()
    await Bus().send("event", {"type": "event", "device": "kitchen"})
    assert (await next_of(open_hub, "event")).message["device"] == "kitchen"


async def test_open_hub_hears_two_buses_without_a_gap_of_their_own(open_hub):
    await open_hub.subscribed.wait()
    began = open_hub.ring.next_number
    for sender in (Bus(), Bus()):
        for _ in range(3):
            await sender.send("event", {"type": "event", "device": "kitchen"})
    await open_hub.ring.get(began + 5)
    assert {(await open_hub.ring.get(began + n)).message["type"] for n in range(6)} == {"event"}


async def test_open_hub_pings(open_hub, monkeypatch):
    monkeypatch.setattr(hubs, "PING_S", 0)
    hub = Hub(on_control=print, on_change=print)
    hub.open()
    assert (await next_of(hub, "ping")).message["time"] > 1_700_000_000_000
    await hub.close()


async def test_open_hub_tells_of_a_lease_that_ran_out(open_hub, monkeypatch):
    monkeypatch.setattr(hubs, "SWEEP_S", 0)
    hub = Hub(on_control=print, on_change=print)
    hub.presence.renew("kitchen", now_ms=5, now_s=-1_000_000)
    hub.open()
    presence = (await next_of(hub, "presence")).message
    assert presence == {"type": "presence", "device": "kitchen", "online": False, "last_seen": 5}
    await hub.close()


async def test_closed_hub_leaves_the_group(open_hub):
    await open_hub.subscribed.wait()
    await open_hub.close()
    assert not any(bus.GROUP in name for name in layer_groups())


async def test_closed_hub_has_no_tasks_left(open_hub):
    await open_hub.subscribed.wait()
    await open_hub.close()
    assert all(task.done() for task in open_hub._tasks)


async def test_hub_closes_while_the_layer_is_away(open_hub, monkeypatch):
    await open_hub.subscribed.wait()

    async def away(channel):
        raise ConnectionError("refused")

    monkeypatch.setattr(bus, "unsubscribe", away)
    await asyncio.wait_for(open_hub.close(), 5)
    assert all(task.done() for task in open_hub._tasks)


# Its own pulse


class Line:
    """A hub with a bus of its own whose messages come back only while `whole`."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr(reception, "PULSE_S", 0.005)
        self.holes = 0
        self.whole = True
        self.number = 0
        self.sender = "me"
        self.hub = Hub(on_control=print, on_change=print, on_hole=self.hole, own_bus=cast(Bus, self))

    def hole(self):
        self.holes += 1

    def post(self, kind, body):
        self.number += 1
        if self.whole:
            self.hub.take(Message(kind, body, self.sender, self.number))

    async def told(self, kind):
        async with asyncio.timeout(5):
            return (await next_of(self.hub, kind)).message


@pytest.fixture
async def line(monkeypatch):
    line = Line(monkeypatch)
    task = asyncio.create_task(line.hub.reception.pulse())
    yield line
    task.cancel()


async def test_a_bus_that_brings_nothing_back_is_told_with_since_when(line):
    await asyncio.sleep(0.05)
    assert line.hub.reception.interrupted_since_ms is None
    heard_ms = line.hub.reception._senders.heard_ms("me")
    line.whole = False
    assert (await line.told("interrupted"))["since"] >= heard_ms
    assert line.hub.reception.interrupted_since_ms is not None


async def test_when_it_brings_messages_again_the_missed_span_comes_before_the_word(line):
    line.whole = False
    interrupted = await line.told("interrupted")
    line.whole = True
    await line.told("resumed")
    types = [frame.message["type"] for frame in line.hub.ring._frames]
    assert types[-3:] == ["interrupted", "gap", "resumed"]
    assert (await line.told("gap"))["start"] <= interrupted["since"]
    assert line.hub.reception.interrupted_since_ms is None
    assert line.holes == 1


async def test_an_interruption_is_told_once(line):
    line.whole = False
    await line.told("interrupted")
    number = line.number
    await eventually(lambda: line.number > number + 2 * reception.LOST_PULSES)
    assert [frame.message["type"] for frame in line.hub.ring._frames] == ["interrupted"]


async def test_only_its_own_voice_tells_a_process_that_it_hears(line):
    line.whole = False
    await line.told("interrupted")
    line.hub.take(Message("pulse", {}, "another", 1))
    assert line.hub.reception.interrupted_since_ms is not None


async def test_nobody_is_taken_for_gone_while_heartbeats_cannot_be_heard(line, monkeypatch):
    monkeypatch.setattr(hubs, "SWEEP_S", 0.001)
    line.hub.presence.renew("kitchen", now_ms=5, now_s=-presence.LEASE_S)
    line.whole = False
    await line.told("interrupted")
    sweep = asyncio.create_task(line.hub._sweep())
    await asyncio.sleep(0.05)
    assert line.hub.presence.is_online("kitchen")
    line.whole = True
    await line.told("resumed")
    assert line.hub.presence.is_online("kitchen")
    line.hub.reception._trusted_from_s = 0.0
    await eventually(lambda: not line.hub.presence.is_online("kitchen"))
    sweep.cancel()


# Other processes that stop


@pytest.fixture
def silent(monkeypatch):
    monkeypatch.setattr(senders, "SILENT_MS", -1_000)


async def test_a_process_that_falls_silent_may_have_died_with_readings_it_had_not_told(heard, silent):
    heard.take("presence", {})
    heard.hub.reception.notice_dead()
    heard.hub.reception.notice_dead()
    assert len(heard.frames("gap")) == 1


async def test_a_process_that_said_goodbye_told_all(heard, silent):
    heard.take("presence", {})
    heard.take("goodbye", {"sender": "one"})
    heard.hub.reception.notice_dead()
    assert heard.frames("gap") == []


async def test_while_the_bus_itself_is_silent_nobody_is_taken_for_dead(line, monkeypatch):
    line.hub.take(Message("presence", {}, "another", 1))
    line.whole = False
    await line.told("interrupted")
    monkeypatch.setattr(senders, "SILENT_MS", -1_000)
    line.hub.reception.notice_dead()
    assert [frame.message["type"] for frame in line.hub.ring._frames] == ["interrupted"]


async def test_a_process_never_takes_itself_for_dead(line, silent):
    await eventually(lambda: "me" in line.hub.reception._senders._heard_ms)
    line.hub.reception.notice_dead()
    assert not line.hub.ring._frames


async def test_a_hub_without_a_bus_has_no_pulse():
    hub = Hub(on_control=print, on_change=print)
    await hub.reception.pulse()
    assert hub.reception.interrupted_since_ms is None
