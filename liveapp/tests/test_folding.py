"""Changes that come quickly one after the other."""

import asyncio

import pytest

from liveapp import folding
from liveapp.folding import MAX_CHANGES, Folding


class Sent:
    """In the place of the bus."""

    def __init__(self):
        self.messages = []

    async def __call__(self, kind, body):
        assert kind == "changes"
        self.messages.append(body["changes"])
        return True


@pytest.fixture
def sent():
    return Sent()


def change(id="kitchen", action="update", origin=None, **data):
    return {"model": "device", "id": id, "action": action, "data": data, "origin": origin}


async def told(sent, *changes):
    """What is told of changes that come within one tick."""
    fold = Folding(sent)
    for one in changes:
        fold.add(one)
    await fold.close()
    return [one for message in sent.messages for one in message]


async def test_on_a_quiet_line_the_first_goes_at_once(sent, monkeypatch):
    monkeypatch.setattr(folding, "TICK_S", 3600)
    fold = Folding(sent)
    fold.add(change())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sent.messages == [[change()]]
    fold.add(change("cellar"))
    await asyncio.sleep(0)
    assert len(sent.messages) == 1
    await fold.close()
    assert sent.messages[1] == [change("cellar")]


async def test_what_comes_together_goes_as_one_message_in_its_order(sent):
    names = [f"board-{number}" for number in range(MAX_CHANGES)]
    assert [one["id"] for one in await told(sent, *map(change, names))] == names
    assert len(sent.messages) == 1


async def test_very_many_are_several_messages(sent):
    await told(sent, *(change(f"board-{number}") for number in range(MAX_CHANGES + 1)))
    assert [len(message) for message in sent.messages] == [MAX_CHANGES, 1]


async def test_of_one_object_the_last_state_is_told_once(sent):
    assert await told(sent, change(name="a"), change("cellar"), change(name="b")) == [
        change("cellar"),
        change(name="b"),
    ]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (["add", "update"], ["add"]),
        (["add", "remove"], ["remove"]),
        (["update", "remove"], ["remove"]),
        (["remove", "add"], ["remove", "add"]),
        (["remove", "add", "update"], ["remove", "add"]),
        (["add", "update", "remove"], ["remove"]),
    ],
)
async def test_several_actions_on_one_object_come_to_what_they_come_to(sent, actions, expected):
    assert [one["action"] for one in await told(sent, *(change(action=one) for one in actions))] == expected


@pytest.mark.parametrize(("origins", "expected"), [("aa", "a"), ("ab", None)])
async def test_what_two_tabs_did_is_news_to_both(sent, origins, expected):
    (one,) = await told(sent, *(change(origin=origin) for origin in origins))
    assert one["origin"] == expected
