import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NAMES = sorted(
    set(
        re.findall(
            r'(?:(?:env|mail)\.\w+|databases|channel_layers)\(\s*"([A-Z_]+)"',
            (ROOT / "learndj" / "settings.py").read_text(),
        )
    )
)


def test_settings_are_found():
    assert {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY", "EMAIL_URL"} <= set(NAMES)


def test_every_documented_setting_is_there():
    """In the table of the README, and in those of the documents that belong to servers."""
    for page in ("README.md", "docs/deployment/operations.md"):
        table = (ROOT / page).read_text().split("## Settings\n", 1)[1].split("\n## ", 1)[0]
        named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, flags=re.MULTILINE))
        assert named
        assert named <= set(NAMES), page


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_stands_in_the_readme(name):
    assert f"| `{name}` |" in (ROOT / "README.md").read_text()
