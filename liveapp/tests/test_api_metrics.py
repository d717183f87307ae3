"""The API: metrics."""

import pytest

from liveapp.models import Metric
from liveapp.tests.doors import assert_like, board, dashboard, example, readings, send, signed_in

T = 1_763_673_600_000


@pytest.fixture
async def maker(process):
    """A client with a superuser's session."""
    return await signed_in()


@pytest.fixture
def token(new_device):
    return new_device("kitchen")[1]


async def test_the_list_has_the_shape_of_its_example(maker):
    answer = (await send(maker, "GET", "/api/metrics/")).json()
    assert_like(answer, example("rest/metrics"))
    assert example("rest/metrics")[0] in answer


async def test_a_metric_first_seen_on_the_wire_is_listed(maker, token):
    async with board(token) as connection:
        await connection.ask({"co2": 417})
    assert example("rest/metrics")[1] in (await send(maker, "GET", "/api/metrics/")).json()


@pytest.mark.parametrize("name", ["temperature", "co2"])
async def test_a_metric_is_described(maker, token, name):
    async with board(token) as connection:
        await connection.ask({"co2": 417})
    given = {"label": "Air", "unit": "ppm", "minimum": 0, "maximum": 5000, "decimals": 0, "circular": False}
    answer = await send(maker, "PATCH", f"/api/metrics/{name}/", given)
    assert answer.json() == {"name": name, **given}
    assert answer.json() in (await send(maker, "GET", "/api/metrics/")).json()


async def test_a_part_of_a_description_leaves_the_rest(maker):
    answer = await send(maker, "PATCH", "/api/metrics/temperature/", {"label": "Warmth"})
    assert answer.json() == {**example("rest/metrics")[0], "label": "Warmth"}


async def test_a_limit_can_be_taken_away(maker):
    answer = await send(maker, "PATCH", "/api/metrics/temperature/", {"maximum": None})
    assert answer.json()["maximum"] is None


async def test_the_name_cannot_be_changed(maker):
    answer = await send(maker, "PATCH", "/api/metrics/temperature/", {"name": "heat"})
    assert answer.json()["name"] == "temperature"
    assert not await Metric.objects.filter(name="heat").aexists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("label", label) for label in ("", "l" * 65, None, "a\x00b", "\ud800")),
        ("unit", "u" * 17),
        ("unit", None),
        ("unit", []),
        ("minimum", []),
        *(("minimum", limit) for limit in ("low", "nan", "inf", "-inf", "1e999")),
        *(("maximum", limit) for limit in ("nan", "inf", -41)),
        *(("decimals", decimals) for decimals in (-1, 10, 1.5, "many", None)),
        ("circular", "maybe"),
    ],
)
async def test_a_field_that_cannot_be_is_refused_by_name(maker, field, value):
    answer = await send(maker, "PATCH", "/api/metrics/temperature/", {field: value})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


@pytest.mark.parametrize("limit", ["1e999", "NaN", "Infinity"])
async def test_a_limit_without_end_is_refused(maker, limit):
    answer = await send(maker, "PATCH", "/api/metrics/temperature/", f'{{"maximum": {limit}}}')
    assert answer.status_code == 400


async def test_an_unknown_metric_is_not_found(maker):
    answer = await send(maker, "PATCH", "/api/metrics/nothing/", {"label": "Nothing"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_description_is_seen_live(maker):
    async with dashboard(maker) as viewer:
        await send(
            maker,
            "PATCH",
            "/api/metrics/temperature/",
            {"unit": "K"},
            **{"X-Client": viewer.welcome["client"]},
        )
        change = await viewer.hear_change()
    assert list(change) == list(example("to-dashboard/change"))
    assert (change["model"], change["id"], change["data"]["unit"]) == ("metric", "temperature", "K")
    assert change["origin"] == viewer.welcome["client"]


async def test_a_metric_never_seen_is_seen_live(maker, token):
    async with dashboard(maker) as viewer, board(token) as connection:
        await connection.ask({"co2": 417})
        device, metric = [await viewer.hear_change() for _ in range(2)]
    assert (metric["model"], metric["action"], metric["data"]) == (
        "metric",
        "add",
        example("rest/metrics")[1],
    )
    assert (device["model"], device["action"], device["data"]["metrics"]) == ("device", "update", ["co2"])


async def test_values_outside_a_described_range_are_refused_from_then_on(maker, token):
    async with board(token) as connection:
        assert (await connection.ask(readings(T, temperature=100)))["rejected"] == []
        await send(maker, "PATCH", "/api/metrics/temperature/", {"maximum": 50})
        for later in range(1, 1000):
            ack = await connection.ask(readings(T + later, temperature=100))
            if ack["type"] == "error" or ack["rejected"]:
                break
        assert ack["rejected"][0]["code"] == "out_of_range"
