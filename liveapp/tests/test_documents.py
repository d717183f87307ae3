"""What the documents list is what there is: addresses, codes, events, examples, commands, links."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from rest_framework import exceptions

import liveapp
from learndj import astray
from liveapp import errors
from liveapp.api.errors import CODES
from liveapp.changes import EVENTS
from liveapp.consumers import pump
from liveapp.errors import ReadingRejected, Refusal
from liveapp.tests.door_table import API
from liveapp.tests.doors import EXAMPLES
from liveapp.webhooks.events import TEST

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "utils/publisher/README.md"])
PROTOCOL = (DOCS / "protocol/README.md").read_text(encoding="utf-8")
WEBHOOKS = (DOCS / "webhooks.md").read_text(encoding="utf-8")
METHODS = "GET|POST|PATCH|DELETE"
# They say that there is nothing.
NOWHERE = {"GET api/", "GET api/{}"}


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next of its level or a higher one."""
    level = heading.partition(" ")[0]
    return re.split(rf"^#{{1,{len(level)}}} ", text.split(f"{heading}\n", 1)[1], flags=re.MULTILINE)[0]


def first_cells(text: str) -> Iterator[str]:
    """Of the tables' rows."""
    return (row.split(" | ", 1)[0].removeprefix("| ") for row in text.splitlines() if row.startswith("| "))


def documented_doors() -> set[str]:
    """As `GET api/devices/{}/`. An address without a method is one to look at."""
    found = re.findall(
        rf"((?:`(?:{METHODS})`, )*)`(?:({METHODS}) )?(/api/[^`?\s…]*)[`?\s]", PROTOCOL + WEBHOOKS
    )
    return {
        f"{method} {re.sub(r'{[^}]*}', '{}', address.lstrip('/'))}"
        for others, last, address in found
        for method in {*re.findall(METHODS, others), last or "GET"}
    }


def all_of(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from all_of(one)


@pytest.fixture(scope="module")
def known_codes() -> set[str]:
    for module in pkgutil.walk_packages(liveapp.__path__, "liveapp."):
        if ".tests" not in module.name and ".migrations" not in module.name:
            importlib.import_module(module.name)
    refusals = {one.code for one in all_of(Refusal) if one.__module__.startswith("liveapp.")}
    framework = {CODES.get(one.default_code, one.default_code) for one in all_of(exceptions.APIException)}
    return refusals | framework | {astray.UPGRADE_REQUIRED}


def test_every_address_of_the_api_is_documented_and_every_documented_one_is_there():
    doors = {re.sub(r"<[^>]*>", "{}", name) for name in API} - NOWHERE
    assert documented_doors() == doors


def test_every_code_of_an_error_is_documented(known_codes):
    assert {code for code in known_codes if f"`{code}`" not in PROTOCOL} == set()


def test_every_documented_code_of_an_error_is_there(known_codes):
    listed = re.findall(r"`([a-z_]+)`", PROTOCOL.split(" Codes: ", 1)[1].partition("\n\n")[0])
    tables = [cell.strip("`") for cell in first_cells(section(PROTOCOL, "### Error codes"))]
    assert {*listed, *tables} - {"code", "detail"} <= known_codes


def test_what_may_be_rejected_is_documented():
    cells = {cell.strip("`") for cell in first_cells(section(PROTOCOL, "### What may be rejected"))}
    assert cells - {"code"} == {one.code for one in all_of(ReadingRejected)}


def test_every_close_code_is_documented():
    closes = {value for name, value in vars(errors).items() if name.isupper() and type(value) is int}
    cells = " ".join(cell for cell in first_cells(PROTOCOL) if re.fullmatch(r"[\d, ]+", cell))
    assert {int(code) for code in cells.replace(",", " ").split()} == closes | {pump.INTERNAL_ERROR}


def test_every_event_of_webhooks_is_documented():
    cells = " ".join(first_cells(section(WEBHOOKS, "## What is sent")))
    assert set(re.findall(r"`([a-z]+\.[a-z]+)`", cells)) == set(EVENTS)
    assert f"`{TEST}`" in cells


def test_every_example_is_named_and_every_named_one_is_there():
    there = {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*.json")}
    folders = "|".join(path.name for path in EXAMPLES.iterdir())
    assert set(re.findall(rf"\b((?:{folders})/[a-z-]+\.json)", PROTOCOL + WEBHOOKS)) == there


def test_every_command_is_documented_and_every_documented_one_is_there():
    commands = get_commands()
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"(?:manage\.py|sudo sense-live) ([a-z_]+)", text))
    assert named <= set(commands)
    own = {name for name, app in commands.items() if app == "liveapp"}
    assert {name for name in own - named if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_something(document):
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def anchors(file: Path) -> set[str]:
    """Of a page's headings, as they are made of them where it is read."""
    headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
