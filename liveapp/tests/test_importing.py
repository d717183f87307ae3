"""Imports: what is made of files."""

import io
import json
from zoneinfo import ZoneInfo

import pytest

from liveapp.importing import Hints, Loading, Unreadable, opened
from liveapp.models import Device
from liveapp.store import store
from liveapp.tests.doors import put, stored

T = 1_763_673_600_000
ISO = "2025-11-20T21:20:00.000Z"


def load(device, content, *, is_dry=False, **hints):
    """Imports a file; returns its report."""
    content = content.encode() if isinstance(content, str) else content
    loading = Loading(device, opened(io.BytesIO(content), Hints(**hints)).findings, is_dry=is_dry)
    while batch := loading.take():
        loading.settle(batch, store().commit(batch.rows))
    return loading.report


def read(content, **hints):
    """What is found in a file: the readings, or why there is none."""
    content = content.encode() if isinstance(content, str) else content
    findings = opened(io.BytesIO(content), Hints(**hints)).findings
    return [found.reading or found.problems[0].code for found in findings]


class TestCommaSeparated:
    def test_our_own_header_names_metrics_with_units(self):
        text = f'time,temperature (°C),"co2 (a, ""b"")",soil\r\n{ISO},21.52,640.0,\r\n'
        assert read(text) == [{"time": T, "temperature": 21.52, "co2": 640.0}]

    def test_a_plain_file_of_a_logger_is_read(self):
        text = "timestamp,temperature,humidity,pressure\n2025-11-20 21:20:00,21.5,40,1013.25\n"
        assert read(text) == [{"time": T, "temperature": 21.5, "humidity": 40.0, "pressure": 1013.25}]

    @pytest.mark.parametrize("text", ["Zeit;temperature\n", "time temperature\n1\n"])
    def test_a_file_without_a_time_is_refused_with_what_it_has(self, text):
        with pytest.raises(Unreadable, match=r"No column has a time.*--time NAME"):
            read(text)

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            (
                "time;temperature;humidity\n20.11.2025 21:20;21,5;40\n",
                {"temperature": 21.5, "humidity": 40.0},
            ),
            ("time;temperature\n20.11.2025 21:20:00;-21,5e0\n", {"temperature": -21.5}),
            ("time;temperature\n20.11.2025 21:20;21.5\n", {"temperature": 21.5}),
            ("time\ttemperature\n2025-11-20 21:20\t21,5\n", {"temperature": 21.5}),
            ("sep=;\ntime;temperature\n20.11.2025 21:20;21,5\n", {"temperature": 21.5}),
            ('"time","temperature"\r\n"2025-11-20 21:20","21.5"\r\n', {"temperature": 21.5}),
            ("\ufefftime,temperature\n2025-11-20 21:20,21.5\n", {"temperature": 21.5}),
            (" Timestamp , temperature \n 2025-11-20 21:20 , 21.5 \n", {"temperature": 21.5}),
            ("\n\ntime,temperature\n\n2025-11-20 21:20,+21.5\n,\n", {"temperature": 21.5}),
            ("time,temperature\n2025-11-20 21:20,21.5", {"temperature": 21.5}),
        ],
    )
    def test_what_spreadsheets_of_other_countries_write_is_read(self, text, values):
        assert read(text) == [{"time": T, **values}]

    @pytest.mark.parametrize(
        "text", ["1.013,25", "1,013.25", "1 013", "1_000", "١", "0x10", "21.5 °C", "--1", "e5"]
    )
    def test_a_number_that_could_be_two_is_refused(self, text):
        (found,) = opened(io.BytesIO(f"time;co2\n{ISO};{text}\n".encode()), Hints()).findings
        assert [(one.code, one.metric) for one in found.problems] == [("not_a_number", "co2")]

    def test_a_decimal_comma_between_separating_commas_is_refused(self):
        (found,) = opened(io.BytesIO(f'time,co2\n{ISO},"1,013"\n'.encode()), Hints()).findings
        assert found.problems[0].detail == 'co2 is "1,013". It must be a number, such as 21.5.'

    def test_columns_that_are_no_metrics_are_named_with_the_mend(self):
        with pytest.raises(Unreadable, match=r'"Temp °C", "Luft-Druck".*--map "Temp °C=temp'):
            read("time,Temp °C,Luft-Druck,humidity\n")

    def test_columns_can_be_mapped_and_left_out(self):
        text = f"when,Temp °C,note,humidity\n{ISO},21.5,warm,40\n"
        hints = {"names": {"Temp °C": "temperature"}, "ignored": frozenset({"note"}), "time_name": "when"}
        assert read(text, **hints) == [{"time": T, "temperature": 21.5, "humidity": 40.0}]

    def test_two_columns_of_one_name_are_refused(self):
        with pytest.raises(Unreadable, match="Two columns are called temperature"):
            read("time,temperature,temperature (°C)\n")

    def test_a_file_of_means_is_refused(self):
        with pytest.raises(Unreadable, match="means of minutes, hours or days"):
            read("time,temperature mean (°C),temperature min (°C),temperature count\n")

    def test_a_latin_header_is_refused_and_read_when_its_encoding_is_named(self):
        text = f"time;temperature (°C)\n{ISO};21,5\n".encode("cp1252")
        with pytest.raises(Unreadable, match=r"not UTF-8.*--encoding cp1252"):
            read(text)
        assert read(text, encoding="cp1252") == [{"time": T, "temperature": 21.5}]


class TestJson:
    def test_what_a_board_sends_is_read_line_by_line(self):
        assert read(f'{{"time":{T},"temperature":21.52}}\n\n{{"time":5,"co2":1}}') == [
            {"time": T, "temperature": 21.52},
            {"time": 5, "co2": 1},
        ]

    @pytest.mark.parametrize(
        "document",
        [
            {"timestamp": {"$date": "2025-11-20T21:20:00Z"}},
            {"timestamp": {"$date": "2025-11-20T22:20:00.000+0100"}},
            {"created": {"$date": {"$numberLong": str(T)}}},
            {"date": {"$date": T}},
            {"created_at": "2025-11-20 21:20:00"},
            {"timestamp": T // 1000},
            {"timestamp": T},
            {"timestamp": T * 1000},
            {"timestamp": T / 1000},
            {"timestamp": str(T)},
        ],
    )
    def test_documents_of_a_mongodb_collection_are_read(self, document):
        beside = {"_id": {"$oid": "6" * 24}, "name": "SenseHat", "__v": 0, "updated_at": {"$date": T}}
        line = json.dumps(beside | document | {"temperature": {"$numberDouble": "21.5"}, "humidity": None})
        assert read(line) == [{"time": T, "temperature": 21.5}]

    @pytest.mark.parametrize("indent", [None, 2])
    def test_an_array_is_read_as_its_elements(self, indent):
        documents = [{"timestamp": {"$date": T + offset}, "humidity": 40.5} for offset in range(3_000)]
        assert read(json.dumps(documents, indent=indent)) == [
            {"time": T + offset, "humidity": 40.5} for offset in range(3_000)
        ]

    def test_elements_of_an_array_know_their_lines(self):
        content = b'[\n{"time": 1, "a": 1},\n{"time": 2,\n"a": 2}\n,{"time": 3, "a": 3}]\n'
        findings = opened(io.BytesIO(content), Hints()).findings
        assert [(found.line, found.reading) for found in findings] == [
            (2, {"time": 1, "a": 1}),
            (3, {"time": 2, "a": 2}),
            (5, {"time": 3, "a": 3}),
        ]

    def test_an_array_that_is_cut_off_is_read_up_to_there(self, device):
        report = load(device, f'[{{"time": {T}, "humidity": 40}},\n{{"time": {T + 1}, "hum')
        assert stored(device) == {T: {"humidity": 40}}
        assert "From line 2 on the JSON is broken" in report.broken
        assert not report.is_all_there

    def test_a_pretty_object_is_refused_with_the_mend(self):
        with pytest.raises(Unreadable, match="spread over several lines"):
            read('{\n  "time": 1\n}\n')

    def test_a_time_of_today_in_seconds_is_not_taken_for_one_of_1970(self):
        assert read('{"time": 1763673600, "a": 1}') == ["invalid_time"]
        assert read('{"time": 1763673600, "a": 1}', time_unit="s") == [{"time": T, "a": 1}]
        assert read('{"time": 1763673600, "a": 1}', time_unit="ms") == [{"time": 1_763_673_600, "a": 1}]


class TestTimes:
    @pytest.mark.parametrize(
        "text",
        [
            "2025-11-20T21:20:00Z",
            "2025-11-20T21:20:00.000Z",
            "2025-11-20 21:20:00",
            "2025-11-20 21:20",
            "2025-11-20T22:20:00+01:00",
            "2025-11-20 22:20:00 +0100",
            "2025-11-20 21:20:00 UTC",
            "2025-11-20T21:20:00.000999",
            "2025/11/20 21:20:00",
            "20.11.2025 21:20",
            "1763673600",
            "1763673600.0009",
            "1763673600000",
            "1763673600000000",
            "1763673600000000000",
        ],
    )
    def test_these_are_one_moment(self, text):
        assert read(f"time,a\n{text},1\n") == [{"time": T, "a": 1.0}]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "yesterday",
            "11/20/2025 21:20",
            "20/11/2025",
            "2025-13-01",
            "32.1.2025",
            "21:20",
            "12345",
            "20251120",
            "17636736000",
            "-1763673600",
            "1e12",
            "nan",
            "2025-11-20T21:20:00+99:00",
        ],
    )
    def test_these_are_none_that_is_sure(self, text):
        assert read(f"time,a\n{text},1\n") == ["invalid_time"]

    def test_a_time_without_a_zone_is_of_the_zone_named(self):
        berlin = ZoneInfo("Europe/Berlin")
        assert read("time,a\n2025-11-20 22:20:00,1\n", zone=berlin) == [{"time": T, "a": 1.0}]
        assert read(f"time,a\n{ISO},1\n", zone=berlin) == [{"time": T, "a": 1.0}]

    @pytest.mark.parametrize("text", ["2025-10-26 02:30:00", "2025-03-30 02:30:00"])
    def test_a_time_that_came_twice_or_never_is_refused(self, text):
        content = f"time,a\n{text},1\n".encode()
        (found,) = opened(io.BytesIO(content), Hints(zone=ZoneInfo("Europe/Berlin"))).findings
        assert "twice or never in Europe/Berlin" in found.problems[0].detail


class TestLoading:
    def test_new_names_are_registered_and_told(self, device):
        report = load(device, f"time,temperature,co2\n{ISO},21.5,640\n")
        assert Device.objects.get(pk="kitchen").metrics == ["co2", "temperature"]
        assert report.metrics == ["co2", "temperature"]
        assert stored(device) == {T: {"temperature": 21.5, "co2": 640.0}}

    def test_a_file_imported_again_is_all_duplicates(self, device):
        text = "time,temperature\n" + "".join(f"{T + offset},21.5\n" for offset in range(2_500))
        first, second = load(device, text), load(device, text)
        assert (first.read, first.stored, first.duplicates) == (2_500, 2_500, 0)
        assert (second.read, second.stored, second.duplicates) == (2_500, 0, 2_500)
        assert first.is_all_there
        assert second.is_all_there

    def test_an_import_cut_off_and_run_again_ends_with_all(self, device):
        text = "time,temperature\n" + "".join(f"{T + offset},21.5\n" for offset in range(2_500))
        loading = Loading(device, opened(io.BytesIO(text.encode()), Hints()).findings)
        if batch := loading.take():
            store().commit(batch.rows)
        report = load(device, text)
        assert (report.stored, report.duplicates) == (1_500, 1_000)
        assert len(stored(device)) == 2_500

    def test_the_order_of_the_file_does_not_matter(self, device):
        load(device, f"time,temperature\n{T + 2},3\n{T},1\n{T + 1},2\n")
        assert stored(device) == {T + offset: {"temperature": offset + 1.0} for offset in range(3)}

    def test_metrics_missing_in_what_is_there_are_added(self, device):
        put(device, [T], temperature=21.5)
        report = load(device, f"time,temperature,humidity\n{ISO},21.5,40\n")
        assert (report.stored, report.duplicates) == (1, 0)
        assert stored(device) == {T: {"temperature": 21.5, "humidity": 40.0}}

    def test_refused_lines_are_counted_by_code_with_the_first_few(self, device):
        text = "time,temperature,humidity\n" + "".join(f"{T + offset},999,40\n" for offset in range(5))
        report = load(device, text + f"{T + 9},x,y\n" + "nonsense,1,1\n")
        assert {code: one.count for code, one in report.refused.items()} == {
            "not_a_number": 2,
            "invalid_time": 1,
            "out_of_range": 5,
        }
        assert [example.line for example in report.refused["out_of_range"].examples] == [2, 3, 4]
        assert (report.read, report.stored) == (7, 5)
        assert stored(device) == {T + offset: {"humidity": 40.0} for offset in range(5)}

    def test_a_name_one_too_many_is_refused_and_the_rest_is_taken(self, device):
        device.add_metrics([f"m{number}" for number in range(32)])
        report = load(device, f"time,m1,co2\n{ISO},1,640\n")
        assert list(report.refused) == ["too_many_metrics"]
        assert stored(device) == {T: {"m1": 1.0}}

    def test_what_lies_ahead_is_refused(self, device):
        report = load(device, "time,temperature\n2105-01-01,20\n")
        assert list(report.refused) == ["in_the_future"]

    def test_a_dry_run_stores_and_registers_nothing(self, device):
        report = load(device, f"time,temperature,co2\n{ISO},999,640\n", is_dry=True)
        assert (report.read, report.stored, report.metrics) == (1, 0, ["co2"])
        assert list(report.refused) == ["out_of_range"]
        assert stored(device) == {}
        assert Device.objects.get(pk="kitchen").metrics == []

    def test_a_device_deleted_meanwhile_gets_no_more_readings(self, device):
        from liveapp.errors import UnknownDevice

        loading = Loading(
            device, opened(io.BytesIO(f"time,temperature\n{ISO},1\n".encode()), Hints()).findings
        )
        Device.objects.all().delete()
        with pytest.raises(UnknownDevice):
            loading.take()


LONG = b"9" * 20_000
HOSTILE = [
    b"\x00\x01\x02",
    b"time,a\n" + LONG + b",1\n",
    b"time,a\n" + b'"' + LONG * 10,
    b'time,a\n"unclosed,1\n2025-11-20,2\n',
    b"time,a\n2025-11-20,1,2,3\n2025-11-20\n",
    b"time,a\n2025-11-20,nan\n2025-11-20,inf\n2025-11-20,1e999\n",
    b"time,a\n\xff\xfe,1\n2025-11-20,\xff\n",
    b"time,a\n2025-11-20\x00,1\n2025-11-20,1\x00\n",
    b"time,a\r2025-11-20,1\r",
    b"time," + b",".join(b"m%d" % n for n in range(500)) + b"\n",
    b"time,a\n" + b"1," * 500,
    b'{"time": 1e999, "a": 1}\n{"time": NaN, "a": 1}\n{"time": -5, "a": 1}\n{"time": true, "a": 1}\n',
    b'{"time": ' + b"9" * 5_000 + b', "a": 1}\n{"time": ' + b"9" * 3_000 + b', "a": 1}',
    b'{"time": 5, "a": {"b": 1}, "c": [1], "d": "x", "e": true}\n',
    b'{"time": 5, "a": ' + b"[" * 8_000 + b"}\n",
    b'{"time": 5, ' + b", ".join(b'"k%d": 1' % n for n in range(500)) + b"}\n",
    b'{"time": 5, "\\ud800": 1}\n{"time": {"$date": {"$date": "x"}}, "a": 1}\n{"time": {"$date": []}, "a": 1}\n',
    b'{"time": {"$date": {"$numberLong": "x"}}, "a": 1}\n{"time": {"$date": null}, "a": 1}\n',
    b'{"timestamp": -1e300, "a": 1}\n{"timestamp": 0.1, "a": 1}\n{"timestamp": "0001-01-01", "a": 1}\n',
    b'{"time": 5, "a": {"$numberDouble": "x"}}\n{"time": 5, "a": {"$numberDouble": "NaN"}}\n',
    b"{}\n[]\n1\nnull\n{\n",
    b"[",
    b"[" * 20_000,
    b"[1, 2, null, [], {}]",
    b'[{"time": 5, "a": 1}, {"time": 6, "a": ' + LONG + b"}]",
    b'[{"time": 5}{"time": 6} nonsense',
    b"[\xff\xfe]",
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_are_refused_in_words(device, content):
    sentences = refusals(device, content)
    assert sentences
    assert all(sentences)
    json.dumps(sentences)


def refusals(device, content):
    try:
        report = load(device, content)
    except Unreadable as error:
        return [error.detail]
    found = [example["detail"] for one in report.describe()["refused"] for example in one["examples"]]
    return [*found, report.broken] if report.broken else found


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "nothing in the file"),
        (b"\n \n", "nothing in the file"),
        (b"PAR1....", "Parquet"),
        (b"PK\x03\x04...", "spreadsheet or a ZIP"),
        (b"\x1f\x8b...", "compressed"),
        ("time,a\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_files_of_other_kinds_are_told_apart(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(content)


def test_an_encoding_that_is_none_is_refused():
    with pytest.raises(Unreadable, match="There is no encoding 'klingon'"):
        read("time,a\n", encoding="klingon")
