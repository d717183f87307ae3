import time

from liveapp.rate import Rate


def new_rate():
    """Two a second, five at once; and a time at which it is full."""
    return Rate(per_second=2, burst=5), time.monotonic() + 1_000


def taken(rate, now_s, *, tries=100):
    return sum(rate.take(now_s=now_s) for _ in range(tries))


def test_burst_may_be_spent_at_once():
    rate, now_s = new_rate()
    assert taken(rate, now_s) == 5


def test_spent_tokens_come_back_with_time():
    rate, now_s = new_rate()
    taken(rate, now_s)
    assert taken(rate, now_s + 0.5) == 1
    assert taken(rate, now_s + 1.5) == 2


def test_long_rest_gives_no_more_than_the_burst():
    rate, now_s = new_rate()
    taken(rate, now_s)
    assert taken(rate, now_s + 1_000_000) == 5


def test_refused_tries_cost_nothing():
    rate, now_s = new_rate()
    taken(rate, now_s, tries=1_000)
    assert rate.take(now_s=now_s + 0.5)


def test_new_rate_is_full():
    assert Rate(per_second=1, burst=1).take()
