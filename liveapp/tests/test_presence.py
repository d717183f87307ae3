from liveapp.presence import HEARTBEAT_S, LEASE_S, Presence


def test_device_that_is_heard_of_first_comes_online():
    presence = Presence()
    assert presence.renew("kitchen", now_ms=5, now_s=0)
    assert presence.is_online("kitchen")


def test_device_that_is_there_does_not_come_again():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, now_s=0)
    assert not presence.renew("kitchen", now_ms=6, now_s=1)


def test_device_nobody_heard_of_is_offline_and_was_never_seen():
    presence = Presence()
    assert not presence.is_online("kitchen")
    assert presence.last_seen_ms("kitchen") is None


def test_lease_runs_out():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, now_s=100)
    assert presence.expire(now_s=100 + LEASE_S - 0.1) == []
    assert presence.expire(now_s=100 + LEASE_S) == ["kitchen"]
    assert not presence.is_online("kitchen")


def test_expired_device_is_told_once():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, now_s=0)
    presence.expire(now_s=LEASE_S)
    assert presence.expire(now_s=LEASE_S) == []


def test_renewal_prolongs_the_lease():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, now_s=0)
    presence.renew("kitchen", now_ms=6, now_s=LEASE_S - 1)
    assert presence.expire(now_s=2 * LEASE_S - 2) == []


def test_two_lost_heartbeats_do_not_end_a_lease():
    assert LEASE_S > 2 * HEARTBEAT_S


def test_goodbye_ends_the_lease():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, connection="one", now_s=0)
    assert presence.end("kitchen", connection="one")
    assert not presence.is_online("kitchen")


def test_goodbye_of_a_replaced_connection_means_nothing():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, connection="one", now_s=0)
    presence.renew("kitchen", now_ms=6, connection="two", now_s=1)
    assert not presence.end("kitchen", connection="one")
    assert presence.is_online("kitchen")


def test_readings_do_not_keep_a_device_whose_connection_said_goodbye():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, connection="one", now_s=0)
    presence.renew("kitchen", now_ms=6, now_s=1)
    assert not presence.end("kitchen", connection="zero")
    assert presence.end("kitchen", connection="one")


def test_a_half_dead_connection_in_another_process_does_not_take_the_living_ones_place():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, connection="old", now_s=0)
    presence.renew("kitchen", now_ms=6, connection="new", now_s=1)
    # The process that still holds the old one has not noticed yet, and renews it.
    presence.renew("kitchen", now_ms=7, connection="old", now_s=5)
    assert not presence.end("kitchen", connection="old")
    assert presence.end("kitchen", connection="new")


def test_a_connection_that_is_not_renewed_does_not_live_by_another_ones_lease():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, connection="crashed", now_s=0)
    presence.renew("kitchen", now_ms=6, connection="new", now_s=20)
    assert presence.expire(now_s=LEASE_S) == []
    assert presence.end("kitchen", connection="new")


def test_goodbye_of_a_device_known_by_readings_alone_ends_its_lease():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, now_s=0)
    assert presence.end("kitchen", connection="one")


def test_goodbye_of_an_unknown_device_means_nothing():
    assert not Presence().end("kitchen", connection="one")


def test_last_seen_outlives_the_lease():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, now_s=0)
    presence.expire(now_s=LEASE_S)
    assert presence.last_seen_ms("kitchen") == 5


def test_forgotten_device_was_never_there():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, now_s=0)
    presence.forget("kitchen")
    assert not presence.is_online("kitchen")
    assert presence.last_seen_ms("kitchen") is None


def test_devices_expire_one_by_one():
    presence = Presence()
    presence.renew("kitchen", now_ms=5, now_s=0)
    presence.renew("cellar", now_ms=5, now_s=10)
    assert presence.expire(now_s=LEASE_S) == ["kitchen"]
    assert presence.is_online("cellar")
