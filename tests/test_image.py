"""The server's image, as far as it can be seen without Docker: what is in it, and that it runs from there."""

from __future__ import annotations

import os
import re
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dockerfile import Context
from tests.image import Container, Image, at_port
from tests.processes import HOST, ROOT, eventually, free_port
from tests.servers import Mongod, RedisServer

pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root without setpriv can write everywhere"
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    if not (ROOT / "frontend/node_modules").is_dir():
        pytest.skip("the dashboard's packages are not installed: `make build` brings them")
    image = Image(tmp_path_factory.mktemp("image") / "stages")
    yield image
    image.remove()


@pytest.fixture
def settings(mongod: Mongod, redis_server: RedisServer) -> dict[str, str]:
    """What docker-compose.yml sets; nothing of it lies in the container's files."""
    database_url = mongod.database_url("image")
    return {"SECRET_KEY": "k" * 50, "DATABASE_URL": database_url, "REDIS_URL": redis_server.url}


NOT_NEEDED = [
    ".env",
    ".git/config",
    ".venv/pyvenv.cfg",
    "data/secret-key",
    "docker-compose.yml",
    "frontend/dist/index.html",
    "frontend/node_modules/.package-lock.json",
    "learndj/__pycache__/env.cpython-311.pyc",
    "liveapp/tests/conftest.py",
    "utils/publisher/README.md",
]


@pytest.mark.parametrize("path", NOT_NEEDED)
def test_nothing_is_sent_to_the_build_that_it_does_not_need(path: str) -> None:
    assert not Context(ROOT).has(path)


def test_the_image_holds_what_runs_and_nothing_else(image: Image) -> None:
    files = image.files()
    tops = {Path(path).parts[0] for path in files}
    assert tops == {"LICENSE", "manage.py", "learndj", "liveapp", "frontend"}
    assert all(path.startswith("frontend/dist/") for path in files if path.startswith("frontend/"))
    assert not [path for path in files if re.search(r"(^|/)(tests?/|test_)|\.(tsx?|pyc|map)$", path)]


def test_everybody_may_read_what_was_copied_whatever_the_umask_was(image: Image) -> None:
    commands = " ".join(image.dockerfile.all("RUN"))
    (opened,) = re.findall(r"chmod -R a\+rX ([^&]+)", commands)
    assert set(opened.split()) == {Path(path).parts[0] for path in image.files()}
    # What Python compiles has the modes of what it was made from.
    assert commands.index("chmod") < commands.index("compileall")


def test_a_container_serves_the_dashboard_from_files_it_cannot_write(
    image: Image, settings: dict[str, str], tmp_path: Path
) -> None:
    before = image.files()
    migrate = ["python", "manage.py", "migrate", "--noinput"]
    made = Container(image, migrate, folder=tmp_path, name="migrate", **settings)
    assert made.run() == 0, made.tail()
    port = free_port()
    check = at_port(image.dockerfile.command("HEALTHCHECK"), port)

    def health(name: str) -> int:
        return Container(image, check, folder=tmp_path, name=name).run()

    serve = at_port(image.dockerfile.command("CMD"), port)
    with Container(image, serve, folder=tmp_path, name="serve", **settings) as server:
        page = eventually(lambda: get(port, "/"), 60)
        script = re.findall(r'src="(/static/assets/[^"]+\.js)"', page)[0]
        assert Path(script).name in {path.name for path in (image.app / "frontend/dist/assets").iterdir()}
        assert "echarts" in get(port, script)
        assert '"database": "ok"' in eventually(lambda: get(port, "/readyz"))
        assert health("well") == 0
    assert server.status == 0
    assert "Traceback" not in server.output()
    assert health("gone") != 0
    assert image.files() == before


def test_a_container_cannot_write_its_own_files(image: Image, tmp_path: Path) -> None:
    write = ["python", "-c", "open('manage.py', 'a')"]
    container = Container(image, write, folder=tmp_path, name="write")
    assert container.run() != 0
    assert "PermissionError" in container.output()


def test_a_container_finds_no_package_that_only_tests_need(image: Image, tmp_path: Path) -> None:
    container = Container(image, ["python", "-c", "import pytest"], folder=tmp_path, name="import")
    assert container.run() != 0
    assert "ModuleNotFoundError: No module named 'pytest'" in container.output()


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=10) as answer:
        text: str = answer.read().decode()
    return text
