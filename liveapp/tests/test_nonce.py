import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction

from liveapp.models import Nonce
from liveapp.worker import Worker

pytestmark = pytest.mark.usefixtures("database")


def soon():
    return datetime.now(UTC) + timedelta(minutes=5)


def test_a_nonce_is_spent_once():
    assert Nonce.spend("device", "1 msg_1", soon())
    assert not Nonce.spend("device", "1 msg_1", soon())


def test_the_same_value_for_another_purpose_is_another():
    assert Nonce.spend("device", "1", soon())
    assert Nonce.spend("ws", "1", soon())


def test_a_value_that_is_no_good_text_can_be_spent_too():
    assert Nonce.spend("ws", "\ud800" * 10_000, soon())
    assert not Nonce.spend("ws", "\ud800" * 10_000, soon())


def test_one_that_was_spent_does_not_end_the_transaction_around_it():
    Nonce.spend("ws", "1", soon())
    with transaction.atomic():
        assert not Nonce.spend("ws", "1", soon())
        assert Nonce.spend("ws", "2", soon())
    assert Nonce.objects.count() == 2


def test_of_many_at_once_exactly_one_spends_it():
    begin, spent = threading.Barrier(8), []

    def spend():
        begin.wait()
        spent.append(Nonce.spend("ws", "1", soon()))
        connections.close_all()

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(spent) == [False] * 7 + [True]


def test_a_worker_clears_what_is_long_worth_nothing_and_nothing_else():
    Nonce.spend("ws", "old", datetime.now(UTC) - timedelta(days=1))
    Nonce.spend("ws", "just over", datetime.now(UTC) - timedelta(minutes=1))
    Nonce.spend("ws", "new", soon())
    Worker().run_due()
    assert Nonce.spend("ws", "old", soon())
    assert not Nonce.spend("ws", "just over", soon())
    assert not Nonce.spend("ws", "new", soon())
