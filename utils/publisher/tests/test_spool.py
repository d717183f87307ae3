"""Every reading stays until the server has it, under the time it was first given."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from utils.publisher.clock import Anchor, Stamp
from utils.publisher.spool import Spool, Taken
from utils.publisher.tests.conftest import NOON_MS, OpenSpool, SteppedClock

ANCHOR = Anchor(NOON_MS, 60_000)
HOUR_MS = 3_600_000


def take(spool: Spool, clock: SteppedClock, count: int = 1, *, every_ms: int = 1000) -> list[int]:
    """Commit `count` readings, all with the same values: the ones a server would take for duplicates."""
    taken = []
    for _ in range(count):
        clock.pass_ms(every_ms)
        taken.append(Taken(spool.next_seq(), Stamp(clock.wall_ms, clock.mono_ms), {"temperature": 21.5}))
    spool.commit(taken, ())
    return [reading.seq for reading in taken]


def test_readings_come_back_in_order_with_their_times(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    seqs = take(spool, clock, 3)
    spool.settle(ANCHOR)
    batch = spool.oldest(10)
    assert [reading.seq for reading in batch] == seqs
    assert all(0 <= NOON_MS + 1000 * (n + 1) - reading.time_ms < 32 for n, reading in enumerate(batch))
    assert json.loads(batch[0].text) == {"time": batch[0].time_ms, "temperature": 21.5}


def test_a_reading_is_sent_the_same_at_every_sending(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    take(spool, clock, 5)
    spool.settle(ANCHOR)
    first = spool.oldest(10)
    spool.settle(Anchor(NOON_MS + HOUR_MS, 60_000))
    assert spool.oldest(10) == first


def test_the_time_given_is_kept_across_a_restart(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    take(spool, clock, 5)
    spool.settle(ANCHOR)
    first = spool.oldest(10)
    spool.close()
    reopened = open_spool(boot_id="boot-2")
    reopened.settle(Anchor(NOON_MS + HOUR_MS, 1000))
    assert reopened.oldest(10) == first


def test_acknowledged_readings_go_with_the_next_commit(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    spool.settle(ANCHOR)
    seqs = take(spool, clock, 3)
    spool.commit((), seqs[:2])
    assert [reading.seq for reading in spool.oldest(10)] == seqs[2:]
    assert spool.backlog == 1


def test_a_commit_made_again_adds_nothing(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    reading = Taken(spool.next_seq(), Stamp(clock.wall_ms, clock.mono_ms), {"temperature": 1.0})
    spool.commit([reading], ())
    spool.commit([reading], ())
    assert spool.backlog == 1


def test_the_newest_are_only_those_after_a_number(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    take(spool, clock, 5)
    after = spool.settle(ANCHOR)
    fresh = take(spool, clock, 5)
    assert [reading.seq for reading in spool.newest(3, after=after)] == fresh[-3:]
    assert [reading.seq for reading in spool.newest(3, after=after, without=fresh[-1:])] == fresh[1:4]


def test_numbers_never_begin_again_after_deletes_and_a_restart(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    spool.settle(ANCHOR)
    seqs = take(spool, clock, 3)
    spool.commit((), seqs)
    spool.close()
    assert open_spool().next_seq() == seqs[-1] + 1


def test_a_full_spool_lets_the_oldest_go_and_counts_them_for_good(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool(max_readings=100)
    seqs = take(spool, clock, 130)
    assert (spool.backlog, spool.counted("dropped")) == (100, 30)
    spool.settle(ANCHOR)
    assert [reading.seq for reading in spool.oldest(1000)] == seqs[30:]
    spool.close()
    assert open_spool(max_readings=100).counted("dropped") == 30


def test_what_is_on_its_way_does_not_give_way(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool(max_readings=100)
    seqs = take(spool, clock, 100)
    spool.commit([Taken(spool.next_seq(), Stamp(0, 0), {"temperature": 1.0})], (), held={seqs[0]})
    spool.settle(ANCHOR)
    assert [reading.seq for reading in spool.oldest(2)] == [seqs[0], seqs[2]]


def test_a_refused_reading_is_counted_and_gone(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    (seq,) = take(spool, clock)
    spool.refuse(seq)
    assert (spool.backlog, spool.counted("refused")) == (0, 1)


def test_a_correction_travels_with_the_reading(open_spool: OpenSpool, clock: SteppedClock):
    spool = open_spool()
    clock.set_wall(-HOUR_MS)
    take(spool, clock)
    spool.settle(ANCHOR)
    assert json.loads(spool.oldest(1)[0].text)["clock_correction_ms"] == HOUR_MS


def test_a_boot_that_met_the_server_dates_its_readings_in_the_next_one(
    open_spool: OpenSpool, clock: SteppedClock
):
    spool = open_spool()
    spool.settle(ANCHOR)
    spool.unsettle()
    clock.set_wall(-HOUR_MS)
    take(spool, clock)
    spool.close()
    later = open_spool(boot_id="boot-2")
    later.settle(Anchor(NOON_MS + HOUR_MS, 1000))
    assert abs(later.oldest(1)[0].time_ms - (NOON_MS + 1000)) < 32


def test_boots_that_never_met_the_server_stay_in_order_before_the_one_that_did(
    open_spool: OpenSpool, clock: SteppedClock
):
    for boot in ("a", "b", "c"):
        # Each of them believes that it is 1970, and was on for a few seconds.
        clock.wall_ms, clock.mono_ms = 0, 0
        spool = open_spool(boot_id=boot)
        take(spool, clock, 4)
        spool.close()
    spool = open_spool(boot_id="d")
    spool.settle(Anchor(NOON_MS, 5000))
    times = [reading.time_ms for reading in spool.oldest(100)]
    assert times == sorted(times)
    assert len(set(times)) == 12
    assert NOON_MS - 60_000 < times[0] <= times[-1] <= NOON_MS - 5000


def test_a_card_moved_to_another_board_and_back_loses_nothing(open_spool: OpenSpool, clock: SteppedClock):
    for board in ("a", "b", "a"):
        # Neither board was switched off meanwhile: the first one's boot comes again.
        spool = open_spool(boot_id=board)
        take(spool, clock, 4)
        spool.close()
    spool = open_spool(boot_id="a")
    spool.settle(ANCHOR)
    assert len({reading.time_ms for reading in spool.oldest(100)}) == 12


moves = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.integers(1, 3000)),
        st.tuples(
            st.just("set"),
            st.sampled_from([-600_000, 600_000, -HOUR_MS, 86_400_000, -86_400_000, -1500, 1500]),
        ),
        st.tuples(st.just("meet"), st.integers(-1999, 1999)),
        st.tuples(st.just("leave"), st.none()),
        st.tuples(st.just("restart"), st.none()),
        st.tuples(st.just("reboot"), st.integers(0, NOON_MS)),
        st.tuples(st.just("send"), st.integers(1, 5)),
    ),
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(moves)
def test_no_two_readings_ever_get_the_same_time(tmp_path_factory, story):
    """Steps, reboots, lost connections and a server whose own clock wavers: each reading has its own millisecond."""
    path = tmp_path_factory.mktemp("spool") / "spool.db"
    clock, true_ms, boot = SteppedClock(), NOON_MS, 0
    spool, taken, sent = Spool(path, boot_id="0"), 0, []
    for move, by in story:
        if move == "take":
            take(spool, clock, every_ms=by)
            taken += 1
            true_ms += by
        elif move == "set":
            clock.set_wall(by)
        elif move == "meet":
            spool.settle(Anchor(true_ms + by, clock.mono_ms))
        elif move == "leave":
            spool.unsettle()
        elif move == "send" and spool._anchor is not None:
            batch = spool.oldest(by)
            sent += batch
            spool.commit((), [reading.seq for reading in batch])
        elif move in ("restart", "reboot"):
            spool.close()
            if move == "reboot":
                boot, clock.wall_ms, clock.mono_ms = boot + 1, by, 0
                true_ms += 30_000
            spool = Spool(path, boot_id=str(boot))
    spool.settle(Anchor(true_ms, clock.mono_ms))
    sent += spool.oldest(1000)
    spool.close()
    assert len(sent) == taken
    assert len({reading.time_ms for reading in sent}) == taken
