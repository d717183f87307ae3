"""The record has every reading before anything else happens to it."""

import json
from pathlib import Path

from utils.publisher.record import Record


def test_each_reading_is_in_the_file_at_once_and_old_lines_stay(tmp_path):
    path = tmp_path / "record.jsonl"
    for run in range(2):
        record = Record(path)
        record.write(run + 1, {"temperature": 21.5})
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        assert lines[-1] == {"seq": run + 1, "values": {"temperature": 21.5}}
        record.close()
    assert len(lines) == 2


def test_a_full_disk_is_said_once_and_stops_nothing(caplog):
    record = Record(Path("/dev/full"))
    record.write(1, {"temperature": 1.0})
    record.write(2, {"temperature": 1.0})
    record.close()
    assert caplog.text.count("The record cannot be written") == 1
