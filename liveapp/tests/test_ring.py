import asyncio
import json
import tracemalloc

import pytest

from liveapp.access import NOTHING, Access
from liveapp.audience import EVERYTHING, Sight, View
from liveapp.ring import READY_FRAMES, FellBehind, Ring


def series(device, readings=1):
    return {"device": device, "time": list(range(readings)), "values": {"a": [1.0] * readings}}


def frame_of(*devices, readings=1):
    return {"type": "readings", "series": [series(device, readings) for device in devices]}


def ping(time=5):
    return {"type": "ping", "time": time}


def filled(count, **limits):
    ring = Ring(**limits)
    for time in range(count):
        ring.append(ping(time), time_ms=time)
    return ring


def view(*devices):
    """Of these devices, or of all."""
    return View(Sight(frozenset(devices) or None), NOTHING)


async def text_of(ring, number, devices=()):
    send = (await ring.get(number)).send_for(view(*devices))
    return None if send is None else json.loads(send["text"])


async def test_frame_is_got_by_its_number():
    ring = filled(3)
    assert [(await ring.get(number)).message["time"] for number in (1, 2, 3)] == [0, 1, 2]


async def test_numbers_begin_at_one():
    ring = Ring()
    assert ring.oldest() == ring.next_number == 1


async def test_viewer_waits_for_the_next_frame():
    ring = Ring()
    waiting = asyncio.create_task(ring.get(1))
    await asyncio.sleep(0)
    assert not waiting.done()
    ring.append(ping(), time_ms=5)
    assert (await waiting).message == ping()


async def test_every_waiting_viewer_gets_the_frame():
    ring = Ring()
    waiting = [asyncio.create_task(ring.get(1)) for _ in range(10)]
    await asyncio.sleep(0)
    ring.append(ping(), time_ms=5)
    assert len({id(frame) for frame in await asyncio.gather(*waiting)}) == 1


async def test_viewer_that_went_away_while_waiting_disturbs_nobody():
    ring = Ring()
    gone, stays = [asyncio.create_task(ring.get(1)) for _ in range(2)]
    await asyncio.sleep(0)
    gone.cancel()
    ring.append(ping(), time_ms=5)
    assert (await stays).number == 1


async def test_viewer_of_a_later_frame_waits_on():
    ring = Ring()
    waiting = asyncio.create_task(ring.get(2))
    await asyncio.sleep(0)
    ring.append(ping(1), time_ms=1)
    await asyncio.sleep(0)
    assert not waiting.done()
    ring.append(ping(2), time_ms=2)
    assert (await waiting).message == ping(2)


async def test_viewer_that_wants_a_frame_long_gone_fell_behind():
    ring = filled(5, max_frames=3)
    with pytest.raises(FellBehind):
        await ring.get(2)
    assert (await ring.get(3)).number == 3


async def test_ring_is_bounded_by_frames():
    ring = filled(100, max_frames=10)
    assert (ring.oldest(), ring.next_number) == (91, 101)


async def test_ring_is_bounded_by_readings():
    ring = Ring(max_readings=100)
    for _ in range(10):
        ring.append(frame_of("kitchen", readings=30), time_ms=5)
    assert ring.next_number - ring.oldest() == 3


async def test_frame_greater_than_the_ring_is_kept_alone():
    ring = filled(3, max_readings=100)
    ring.append(frame_of("kitchen", readings=1_000), time_ms=5)
    assert ring.oldest() == 4
    assert (await ring.get(4)).number == 4


async def test_ring_finds_its_size_again_after_a_great_frame():
    ring = Ring(max_readings=100)
    for readings in (1_000, 30, 30, 30):
        ring.append(frame_of("kitchen", readings=readings), time_ms=5)
    assert ring.next_number - ring.oldest() == 3


async def test_sequence_of_readings_tells_the_time_and_not_how_many_frames_others_get():
    ring = filled(4)
    ring.append(frame_of("kitchen"), time_ms=77)
    assert (await text_of(ring, 5)) == {"type": "readings", "sequence": 77, "series": [series("kitchen")]}


async def test_sequence_does_not_fall_when_the_clock_is_set_back():
    ring = Ring()
    for time_ms in (77, 5):
        ring.append(frame_of("kitchen"), time_ms=time_ms)
    assert ring.sequence == (await text_of(ring, 2))["sequence"] == 77


async def test_subscription_gets_its_own_devices():
    ring = Ring()
    ring.append(frame_of("kitchen", "cellar"), time_ms=5)
    assert (await text_of(ring, 1, {"cellar"}))["series"] == [series("cellar")]


async def test_subscription_to_all_gets_all():
    ring = Ring()
    ring.append(frame_of("kitchen", "cellar"), time_ms=5)
    assert (await text_of(ring, 1))["series"] == [series("kitchen"), series("cellar")]


@pytest.mark.parametrize(
    "message",
    [frame_of("kitchen"), *({"type": kind, "device": "kitchen"} for kind in ("presence", "event"))],
)
async def test_frame_without_ones_devices_is_not_sent(message):
    ring = Ring()
    ring.append(message, time_ms=5)
    assert await text_of(ring, 1, {"cellar"}) is None


@pytest.mark.parametrize(
    "message",
    [
        ping(),
        {"type": "gap"},
    ],
)
async def test_frame_that_is_about_no_one_device_goes_to_all(message):
    ring = Ring()
    ring.append(message, time_ms=5)
    assert await text_of(ring, 1, {"cellar"}) == message


async def test_frame_is_encoded_once_for_each_distinct_subscription():
    ring = Ring()
    ring.append(frame_of("kitchen", "cellar"), time_ms=5)
    frame = await ring.get(1)
    views = [view(), view("kitchen"), view("cellar")] * 100
    assert len({id(frame.send_for(one)) for one in views}) == 3


async def test_readings_are_encoded_once_for_all_who_see_the_same_devices_whatever_else_they_may():
    ring = Ring()
    ring.append(frame_of("kitchen", "cellar"), time_ms=5)
    frame = await ring.get(1)
    views = [View(Sight(), Access(frozenset({f"right-{number}"}))) for number in range(100)]
    assert len({id(frame.send_for(one)) for one in views}) == 1


async def test_a_change_is_encoded_once_for_all_with_the_same_rights_but_whoever_it_is_of():
    guard = {"permission": "liveapp.view_metric", "fields": {}, "author": "1"}
    ring = Ring()
    ring.append({"type": "change", "origin": "0123456789abcdef", "data": None, "guard": guard}, time_ms=5)
    frame = await ring.get(1)
    access = Access(frozenset({"liveapp.view_metric"}))
    author, *others = (
        frame.send_for(View(EVERYTHING, access, person)) or {} for person in ("1", "2", "3", "")
    )
    assert all(other is others[0] for other in others)
    assert json.loads(author["text"])["origin"] == "0123456789abcdef"
    assert json.loads(others[0]["text"])["origin"] is None


async def test_of_a_frame_far_back_only_the_encoding_for_all_is_kept():
    ring, kitchen = Ring(), view("kitchen")
    ring.append(frame_of("kitchen", "cellar"), time_ms=5)
    frame = await ring.get(1)
    narrow, whole = frame.send_for(kitchen), frame.send_for(view())
    for _ in range(READY_FRAMES - 1):
        ring.append(ping(), time_ms=5)
    assert frame.send_for(kitchen) is narrow
    ring.append(ping(), time_ms=5)
    assert list(frame._sends) == [EVERYTHING]
    assert frame.send_for(view()) is whole
    assert frame.send_for(kitchen) == narrow
    assert list(frame._sends) == [EVERYTHING]


async def test_a_frame_far_back_is_whole_for_every_subscription():
    ring = Ring()
    ring.append(frame_of("kitchen", "cellar"), time_ms=5)
    for _ in range(READY_FRAMES):
        ring.append(ping(), time_ms=5)
    assert (await text_of(ring, 1))["series"] == [series("kitchen"), series("cellar")]
    assert (await text_of(ring, 1, {"cellar"}))["series"] == [series("cellar")]
    assert await text_of(ring, 1, {"attic"}) is None
    assert (await ring.get(1)).message["sequence"] == 5


async def test_a_full_ring_takes_little_more_memory_than_its_text():
    """Many boards with a reading each in a frame: as objects a reading takes 1 KB, as text a tenth of that."""
    names, frames = [f"board-{number}" for number in range(20)], 1024
    tracemalloc.start()
    try:
        ring, before = Ring(max_frames=frames), tracemalloc.get_traced_memory()[0]
        for number in range(frames):
            ring.append(json.loads(json.dumps(frame_of(*names))), time_ms=number)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    text = len(json.dumps(await text_of(ring, ring.oldest()))) * frames
    objects = 1_000 * len(names) * READY_FRAMES
    assert taken < 1.5 * text + objects


async def test_a_ring_that_is_cleared_has_nothing_for_who_comes_late_and_goes_on():
    ring = filled(3)
    ring.clear()
    with pytest.raises(FellBehind):
        await ring.get(3)
    ring.append(ping(7), time_ms=7)
    assert (await ring.get(4)).message == ping(7)
