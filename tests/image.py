"""The server's image as folders of this machine, and a container of it as a process without any right."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.dockerfile import Context, Dockerfile
from tests.processes import HOST, ROOT, Process

# Where Linux lets root give up every right, a process of root can write only what its modes let everybody write.
NO_RIGHTS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"]


class Image:
    """What the Dockerfile's stages have copied, a folder each; the final one is read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dockerfile = Dockerfile((ROOT / "Dockerfile").read_text(encoding="utf-8"))
        self._context = Context(ROOT)
        self._build_dashboard()
        link_packages(folder / "packages/venv")
        self._copy("image")
        self.app = self._place("image", ".")
        for path in (*self.app.rglob("*"), self.app):
            path.chmod(path.stat().st_mode & ~0o222)

    def _build_dashboard(self) -> None:
        """With the packages that are here already; `npm ci` would bring the same."""
        self._copy("dashboard")
        place = self._place("dashboard", ".")
        (place / "node_modules").symlink_to(ROOT / "frontend/node_modules")
        command = ["sh", str(ROOT / "scripts/with_node.sh"), "npm", "run", "build"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def _copy(self, stage: str) -> None:
        for line in self.dockerfile.all("COPY", stage):
            words = line.split()
            origin = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
            *sources, target = words
            for source in sources:
                self._copy_one(origin, source, self._place(stage, target), into=target.endswith("/"))

    def _copy_one(self, origin: str | None, source: str, target: Path, *, into: bool) -> None:
        if origin is None:
            is_file = (self._context.folder / source).is_file()
            self._context.copy(source, target / source if into and is_file else target)
        else:
            shutil.copytree(self._place(origin, source), target, symlinks=True)

    def _place(self, stage: str, path: str) -> Path:
        """Where a path of that stage lies here."""
        (workdir,) = self.dockerfile.all("WORKDIR", stage)
        return self.folder / stage / Path(workdir, path).relative_to("/")

    def files(self) -> set[str]:
        return {str(path.relative_to(self.app)) for path in self.app.rglob("*") if path.is_file()}

    def remove(self) -> None:
        for path in (self.app, *self.app.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)
        shutil.rmtree(self.folder)


class Container(Process):
    """A command in the image's read-only folder: no right, no variable of this machine, no package but the image's."""

    def __init__(self, image: Image, command: list[str], *, folder: Path, name: str, **env: str) -> None:
        home = {
            "HOME": "/nonexistent",
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(image.folder / "image/venv"),
        }
        self._only_env = {**image.dockerfile.env, **home, "TMPDIR": str(folder), **env}
        # Without -S it would find the packages installed beside it too.
        python = [sys.executable, "-S"]
        words = [part for word in command for part in (python if word == "python" else [word])]
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', str(image.app), *words]
        super().__init__(name, [*(NO_RIGHTS if os.geteuid() == 0 else []), *inside], folder=folder)

    @property
    def full_env(self) -> dict[str, str]:
        return self._only_env

    def run(self, *, timeout_s: float = 120) -> int:
        """Its status, when it has ended."""
        self.launch()
        self._reap(timeout_s)
        assert self.status is not None
        return self.status


def at_port(command: list[str], port: int) -> list[str]:
    """The same command for a port of this machine's loopback."""
    places = {"0.0.0.0": HOST, "8000": str(port)}  # noqa: S104
    return [places.get(word, word).replace(":8000", f":{port}") for word in command]


def link_packages(folder: Path) -> None:
    """What `pip install -r requirements.txt` brings, as links to what is installed here, and nothing else."""
    folder.mkdir(parents=True)
    for package in _with_all_they_need(_required(ROOT / "requirements.txt")):
        for name in {path.parts[0] for path in package.files or []} - {"..", "__pycache__"}:
            link = folder / name
            if not link.is_symlink():
                link.symlink_to(Path(str(package.locate_file(name))))


def _required(file: Path) -> list[Requirement]:
    lines = re.findall(r"^\w.*$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return [Requirement(line) for line in lines]


def _with_all_they_need(requirements: list[Requirement]) -> Iterator[Distribution]:
    left, seen = list(requirements), set()
    while left:
        requirement = left.pop()
        extras = tuple(sorted(requirement.extras)) or ("",)
        if (requirement.name, extras) in seen:
            continue
        seen.add((requirement.name, extras))
        package = distribution(requirement.name)
        yield package
        needed = [Requirement(text) for text in package.requires or []]
        left += [one for one in needed if _is_needed(one, extras)]


def _is_needed(requirement: Requirement, extras: tuple[str, ...]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
