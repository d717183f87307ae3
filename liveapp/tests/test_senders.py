"""Who fell silent, and whose messages were missed. Wall times in ms, monotonic ones in s: each is of its own."""

from types import SimpleNamespace
from typing import cast

import pytest

from liveapp import hub as hubs
from liveapp import reception, senders
from liveapp.bus import Bus, Message
from liveapp.hub import Hub
from liveapp.reception import LOST_PULSES
from liveapp.senders import SILENT_MS, Senders

WALL_MS = 1_763_673_600_000
LONG_S = SILENT_MS / 1000 + 1


class Listener:
    """Hears this process ("me") and others, on two clocks of its own."""

    def __init__(self):
        self.wall_ms, self.s = WALL_MS, 0.0
        self.senders = Senders(own="me", opened_ms=WALL_MS)
        self.numbers: dict[str, int] = {}
        self.speak("me", "one", "two")

    def speak(self, *names):
        """The next message of each; since when something of them was missed."""
        return [self.hear(name, self.numbers.get(name, 0) + 1) for name in names]

    def hear(self, name, number):
        self.numbers[name] = number
        return self.senders.hear(name, number, now_ms=self.wall_ms, now_s=self.s)

    def pass_time(self, s):
        self.s += s
        self.wall_ms += round(s * 1000)

    def bury(self):
        return self.senders.bury(now_s=self.s)


@pytest.fixture
def listener():
    return Listener()


def test_who_speaks_on_is_not_buried(listener):
    for _ in range(10):
        listener.pass_time(2)
        listener.speak("me", "one", "two")
        assert listener.bury() == []


def test_who_falls_silent_is_buried_once_with_since_when(listener):
    listener.pass_time(LONG_S)
    listener.speak("me", "two")
    assert listener.bury() == [WALL_MS]
    assert listener.bury() == []


def test_a_clock_set_forward_buries_nobody(listener):
    listener.wall_ms += 3_600_000
    assert listener.bury() == []


def test_a_clock_set_back_hides_nobody_who_died(listener):
    listener.wall_ms -= 3_600_000
    listener.pass_time(LONG_S)
    listener.speak("me", "two")
    assert listener.bury() == [WALL_MS]


def test_who_does_not_hear_itself_buries_nobody(listener):
    listener.pass_time(LONG_S)
    assert listener.bury() == []


def test_who_never_heard_itself_buries_nobody():
    deaf = Senders(own="me", opened_ms=WALL_MS)
    deaf.hear("one", 1, now_ms=WALL_MS, now_s=0.0)
    assert deaf.bury(now_s=LONG_S) == []


def test_who_has_no_voice_of_its_own_buries_all_the_same():
    mute = Senders(own="", opened_ms=WALL_MS)
    mute.hear("one", 1, now_ms=WALL_MS, now_s=0.0)
    assert mute.bury(now_s=LONG_S) == [WALL_MS]


def test_after_an_interruption_the_others_get_time_to_be_heard_again(listener):
    listener.pass_time(LONG_S)
    listener.speak("me")
    listener.senders.give_time(now_s=listener.s)
    assert listener.bury() == []
    listener.pass_time(2)
    listener.speak("me", "one")
    listener.pass_time(LONG_S - 2)
    listener.speak("me", "one")
    assert listener.bury() == [WALL_MS]


def test_time_given_after_an_interruption_does_not_shorten_the_span_that_was_missed(listener):
    listener.pass_time(LONG_S)
    listener.senders.give_time(now_s=listener.s)
    assert listener.hear("one", 5) == WALL_MS


def test_who_was_buried_and_speaks_on_was_not_missed(listener):
    listener.pass_time(LONG_S)
    listener.speak("me")
    assert listener.bury() == [WALL_MS, WALL_MS]
    assert listener.speak("one", "two", "one") == [None, None, None]


def test_who_was_buried_and_said_something_unheard_was_missed_since_it_was_heard(listener):
    listener.pass_time(LONG_S)
    listener.speak("me")
    listener.bury()
    assert listener.hear("one", 3) == WALL_MS


def test_who_came_back_is_buried_again_when_it_falls_silent_again(listener):
    listener.pass_time(LONG_S)
    listener.speak("me", "two")
    listener.bury()
    listener.speak("one")
    listener.pass_time(LONG_S)
    listener.speak("me", "two")
    assert listener.bury() == [WALL_MS + round(LONG_S * 1000)]


def test_of_many_buried_the_oldest_is_forgotten_first(listener, monkeypatch):
    monkeypatch.setattr(senders, "MOST_BURIED", 1)
    listener.pass_time(LONG_S)
    listener.speak("me", "two")
    listener.bury()
    listener.pass_time(LONG_S)
    listener.speak("me")
    listener.bury()
    assert listener.speak("two") == [None]
    # As one never heard of, it would have to begin with its number 1.
    assert listener.speak("one") == [WALL_MS]


def test_of_more_buried_at_once_than_are_known_still_each_was_missed(listener, monkeypatch):
    monkeypatch.setattr(senders, "MOST_BURIED", 1)
    listener.pass_time(LONG_S)
    listener.speak("me")
    assert listener.bury() == [WALL_MS, WALL_MS]
    assert len(listener.senders._numbers) == 2


def test_who_came_back_is_not_forgotten_for_those_buried_after_it(listener, monkeypatch):
    monkeypatch.setattr(senders, "MOST_BURIED", 1)
    listener.pass_time(LONG_S)
    listener.speak("me", "two")
    listener.bury()
    listener.speak("one")
    listener.pass_time(LONG_S - 2)
    listener.speak("me", "one")
    listener.pass_time(2)
    listener.speak("me")
    listener.bury()
    assert listener.speak("one", "two") == [None, None]


def test_who_said_goodbye_is_forgotten_buried_or_not(listener):
    listener.senders.forget("one")
    listener.pass_time(LONG_S)
    listener.speak("me")
    assert listener.bury() == [WALL_MS]
    listener.senders.forget("two")
    assert [listener.hear(name, 1) for name in ("one", "two")] == [None, None]


def test_nobody_buries_itself(listener):
    listener.pass_time(LONG_S)
    listener.speak("one", "two")
    assert listener.bury() == []


# In the hub


class Line:
    """The hub of the process "me", on clocks of its own; it and "one" were heard."""

    def __init__(self, monkeypatch):
        self.wall_ms, self.s = WALL_MS, 0.0
        for module in (hubs, reception):
            monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.s))
            monkeypatch.setattr(module, "now_ms", lambda: self.wall_ms)
        own_bus = cast(Bus, SimpleNamespace(sender="me"))
        self.hub = Hub(on_control=print, on_change=print, own_bus=own_bus)
        self.take("me", 1)
        self.take("one", 1)

    def take(self, sender, number, kind="pulse"):
        self.hub.take(Message(kind, {"sender": sender} if kind == "goodbye" else {}, sender, number))

    def look(self):
        """The spans told as missed, after a look at who died."""
        self.hub.reception.notice_dead()
        frames = [frame.message for frame in self.hub.ring._frames]
        return [(one["start"], one["end"]) for one in frames if one["type"] == "gap"]


@pytest.fixture
async def line(monkeypatch):
    return Line(monkeypatch)


@pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000])
async def test_dashboards_are_told_of_nothing_when_the_clock_is_set(line, step_ms):
    line.wall_ms += step_ms
    assert line.look() == []


async def test_dashboards_are_told_of_a_death_by_the_wall_clock(line):
    line.s += LONG_S
    line.wall_ms += 9_000
    line.take("me", 2)
    assert line.look() == [(WALL_MS, WALL_MS + 9_000)]


async def test_dashboards_are_told_of_no_death_when_the_bus_comes_back(line):
    line.hub.reception._lost_pulses = LOST_PULSES
    line.s += LONG_S
    line.take("me", 2)
    assert line.look() == []
    line.take("one", 2)
    assert line.look() == []


async def test_dashboards_are_told_once_what_a_death_that_was_none_cost(line):
    line.s += LONG_S
    line.take("me", 2)
    assert len(line.look()) == 1
    line.take("one", 2)
    assert len(line.look()) == 1


async def test_dashboards_are_told_of_no_death_after_a_goodbye(line):
    line.take("one", 2, kind="goodbye")
    line.s += LONG_S
    line.take("me", 2)
    assert line.look() == []
