"""The fan-out part of a run: who is started, in which order they are measured, which rows come out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import contenders, cpu, fanout
from benchmarks.contenders import Contender
from benchmarks.fanout import Load, Sample, load_of
from benchmarks.report import Promise, Row
from benchmarks.servers import Live, Mosquitto, Tutorial, has_mosquitto
from benchmarks.sizes import Sizes
from benchmarks.viewers import Viewers
from tests.servers import RedisServer

# Below our 20 ticks a second, so that each reading is a frame of its own.
FRAMES_PER_S = 18
# What the tutorial's way and Mosquitto can still deliver with a core to spare, in deliveries a second.
TUTORIAL_MOST = 1_000
MOSQUITTO_MOST = 40_000
BOARD_HZ = 10
# Of people, each of whom sees a device that the others do not.
KINDS = 5
PAIRS = {"memory": "in memory", "redis": "Redis"}
Samples = dict[str, list[Sample]]


@contextmanager
def everybody(folder: Path, sizes: Sizes) -> Iterator[dict[str, Contender]]:
    """All servers at once: they are measured in turn, and idle ones cost next to nothing."""
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer(folder))
        found = []
        for place, url in (("memory", None), ("redis", redis.url)):
            found.append(stack.enter_context(_live(Live(folder, redis_url=url, name=f"live-{place}"), sizes)))
            theirs = stack.enter_context(Tutorial(folder, redis_url=url, name=f"tutorial-{place}"))
            found.append(contenders.tutorial(theirs, boards=sizes.boards))
        mixed = Live(folder, name="live-mixed", people=KINDS)
        found.append(stack.enter_context(_live(mixed, sizes)))
        if has_mosquitto():
            broker = stack.enter_context(Mosquitto(folder))
            found.append(contenders.mosquitto(broker, boards=sizes.boards))
        yield {one.name: one for one in found}


@contextmanager
def _live(server: Live, sizes: Sizes) -> Iterator[Contender]:
    server.prepare(boards=sizes.boards)
    with server:
        yield contenders.live(server)


def run(folder: Path, sizes: Sizes) -> tuple[list[Row], list[str]]:
    cpu.check()
    few, many = sizes.viewers
    with everybody(folder, sizes) as all_of, Viewers() as viewers:
        streams = _stream_loads(all_of, sizes)
        alone = _repeat(
            all_of, viewers, {name: streams[name] for name in streams if "tutorial" not in name}, sizes
        )
        _audience(all_of.values(), viewers, few)
        stream = _repeat(all_of, viewers, streams, sizes)
        at_few = _repeat(all_of, viewers, _frame_loads(all_of, few, sizes), sizes)
        of_frames = [one for name, one in all_of.items() if name != "mosquitto"]
        _audience(of_frames, viewers, many - few)
        at_many = _repeat(all_of, viewers, _frame_loads(all_of, many, sizes), sizes)
    rows = [*_frame_rows(at_few, few), *_frame_rows(at_many, many), _rights_row(at_few, few)]
    rows += [_rights_row(at_many, many), *_reading_rows(stream, alone, sizes)]
    return rows, _notes(at_few, at_many, stream)


def _audience(all_of: Iterable[Contender], viewers: Viewers, count: int) -> None:
    for one in all_of:
        for audience in one.audiences:
            viewers.open(audience, count // len(one.audiences))


def _frame_loads(all_of: dict[str, Contender], viewers: int, sizes: Sizes) -> dict[str, Load]:
    slow = min(FRAMES_PER_S, TUTORIAL_MOST / viewers)
    return {
        name: load_of(per_second=FRAMES_PER_S if name.startswith("live") else slow, seconds=sizes.window_s)
        for name in all_of
        if name != "mosquitto"
    }


def _stream_loads(all_of: dict[str, Contender], sizes: Sizes) -> dict[str, Load]:
    """Ours at full rate, the others as slow as they need it."""
    few, boards, seconds = sizes.viewers[0], sizes.boards, sizes.window_s
    most = {
        "live-memory": boards * BOARD_HZ,
        "tutorial-memory": TUTORIAL_MOST / few,
        "mosquitto": MOSQUITTO_MOST / few,
    }
    loads = {}
    for name in filter(all_of.__contains__, most):
        per_second = min(most[name], boards * BOARD_HZ)
        loads[name] = load_of(per_second=per_second, seconds=seconds, boards=min(boards, round(per_second)))
    return loads


def _repeat(all_of: dict[str, Contender], viewers: Viewers, loads: dict[str, Load], sizes: Sizes) -> Samples:
    idle = fanout.idle_rates([all_of[name] for name in loads])
    samples = defaultdict(list)
    for _ in range(sizes.repeats):
        for name, load in loads.items():
            samples[name].append(fanout.measure(all_of[name], viewers, load, idle=idle[name]))
    return samples


def _frame_rows(samples: Samples, viewers: int) -> Iterator[Row]:
    promise = Promise("≤ 20 µs", most_ours=20) if viewers >= 1_000 else None
    for place, said in PAIRS.items():
        yield Row(
            f"server time per frame, {viewers:,} dashboards, {said}",
            "µs",
            [sample.us_per_frame for sample in samples[f"live-{place}"]],
            "each dashboard in the layer's group",
            [sample.us_per_frame for sample in samples[f"tutorial-{place}"]],
            promise,
            less_is_better=True,
        )


def _rights_row(samples: Samples, viewers: int) -> Row:
    mixed, same = (
        [sample.us_per_frame for sample in samples[name]] for name in ("live-mixed", "live-memory")
    )
    what = f"server time per frame, {viewers:,} dashboards, each of {KINDS} people sees other devices"
    return Row(what, "µs", mixed, "all see all", same, less_is_better=True)


def _reading_rows(stream: Samples, alone: Samples, sizes: Sizes) -> Iterator[Row]:
    what = f"{sizes.boards} boards at {BOARD_HZ} Hz, {sizes.viewers[0]} dashboards"
    ours = [sample.us_per_reading for sample in stream["live-memory"]]
    tutorial = [sample.us_per_reading for sample in stream["tutorial-memory"]]
    whole, delivery = f"server time per reading, {what}", f"the same, delivery alone, {what}"
    yield Row(whole, "µs", ours, "a message for each reading", tutorial, less_is_better=True)
    if "mosquitto" not in stream:
        return
    promise = Promise("≤ 1/10", least_ratio=10)
    theirs = [sample.us_per_reading for sample in stream["mosquitto"]]
    yield Row(whole, "µs", ours, "Mosquitto", theirs, less_is_better=True)
    pure = [_delivery(stream, alone, name) for name in ("live-memory", "mosquitto")]
    yield Row(delivery, "µs", pure[0], "Mosquitto", pure[1], promise, less_is_better=True)


def _delivery(stream: Samples, alone: Samples, name: str) -> list[float]:
    """Without what taking the same readings costs when nobody looks."""
    pairs = zip(stream[name], alone[name], strict=True)
    return [
        (seen.used_s - unseen.us_per_published * seen.published / 1e6) / seen.readings * 1e6
        for seen, unseen in pairs
    ]


def _notes(*parts: Samples) -> list[str]:
    notes = [
        f"{name}: {sample.lost} of {sample.lost + sample.readings} deliveries never arrived."
        for part in parts
        for name, samples in part.items()
        for sample in samples
        if sample.lost
    ]
    if not has_mosquitto():
        notes.append("Mosquitto is not on the PATH: that comparison was left out.")
    return notes
