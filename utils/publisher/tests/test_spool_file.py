"""A spool that cannot be used is said so; a damaged one is set aside."""

import sqlite3

import pytest

from utils.publisher import spool_file
from utils.publisher.clock import Stamp
from utils.publisher.errors import SpoolBusy, SpoolUnusable
from utils.publisher.spool import Spool, Taken
from utils.publisher.tests.conftest import OpenSpool


def test_a_second_publisher_on_one_spool_is_refused(open_spool: OpenSpool):
    spool = open_spool()
    with pytest.raises(SpoolBusy, match="Another publisher is using the spool"):
        Spool(spool.path, boot_id="boot-1")


def test_a_spool_can_be_used_again_once_it_is_closed(open_spool: OpenSpool):
    open_spool().close()
    assert open_spool().backlog == 0


def test_a_file_that_is_no_spool_is_set_aside_with_a_word(tmp_path, open_spool: OpenSpool, caplog):
    (tmp_path / "spool.db").write_bytes(b"this was a holiday photo " * 200)
    assert open_spool().backlog == 0
    assert (tmp_path / "spool.db.damaged-1").read_bytes().startswith(b"this was a holiday photo")
    assert "is damaged" in caplog.text


def test_a_spool_with_broken_pages_is_set_aside_and_the_next_start_is_quiet(tmp_path, open_spool, caplog):
    spool = open_spool()
    taken = [Taken(spool.next_seq(), Stamp(0, 0), {"temperature": float(n)}) for n in range(500)]
    spool.commit(taken, ())
    spool.close()
    pages = bytearray((tmp_path / "spool.db").read_bytes())
    pages[4096 * 3 : 4096 * 8] = b"\xff" * 4096 * 5
    (tmp_path / "spool.db").write_bytes(pages)
    open_spool().close()
    assert "is damaged" in caplog.text
    caplog.clear()
    assert open_spool().backlog == 0
    assert not caplog.records


def test_earlier_damaged_spools_are_kept_too(tmp_path, open_spool: OpenSpool):
    for _ in range(2):
        (tmp_path / "spool.db").write_bytes(b"noise" * 1000)
        open_spool().close()
    assert {path.name for path in tmp_path.glob("*.damaged-?")} == {
        "spool.db.damaged-1",
        "spool.db.damaged-2",
    }


def test_a_path_below_a_file_is_a_plain_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SpoolUnusable, match="Choose a file in a folder"):
        Spool(tmp_path / "file" / "spool.db", boot_id="boot-1")


def test_a_folder_in_place_of_the_spool_is_a_plain_error(tmp_path):
    (tmp_path / "spool.db").mkdir()
    with pytest.raises(SpoolUnusable, match="cannot be used"):
        Spool(tmp_path / "spool.db", boot_id="boot-1")


def test_a_spool_of_a_newer_publisher_is_left_alone(tmp_path, open_spool: OpenSpool):
    open_spool().close()
    with sqlite3.connect(tmp_path / "spool.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(SpoolUnusable, match="newer publisher"):
        Spool(tmp_path / "spool.db", boot_id="boot-1")
    assert not list(tmp_path.glob("*.damaged*"))


def test_every_commit_reaches_the_disk_before_it_returns(open_spool: OpenSpool):
    db = open_spool()._db
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_full_disk_is_no_damage():
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert not spool_file.is_damage(error)


def test_a_new_spool_is_for_its_owner_alone(tmp_path):
    spool = Spool(tmp_path / "spool.db", boot_id="boot-1")
    assert (tmp_path / "spool.db").stat().st_mode & 0o777 == 0o600
    spool.close()
