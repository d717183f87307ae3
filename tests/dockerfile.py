"""Dockerfile and .dockerignore as a build reads them, so that tests see without Docker what comes into the image."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

Instruction = tuple[str, str]


class Dockerfile:
    """Its stages by name; the last one, the image itself, is named `image`."""

    def __init__(self, text: str) -> None:
        joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
        self.stages: dict[str, list[Instruction]] = {}
        for line in filter(None, joined.splitlines()):
            name, _, rest = line.partition(" ")
            if name == "FROM":
                stage = re.search(r" AS (\w+)$", rest)
                self.stages[stage[1] if stage else "image"] = []
            else:
                self.stages[next(reversed(self.stages))].append((name, rest.strip()))

    def all(self, name: str, stage: str = "image") -> list[str]:
        """What follows each instruction of that name."""
        return [rest for found, rest in self.stages[stage] if found == name]

    def command(self, name: str) -> list[str]:
        """The program that CMD or HEALTHCHECK starts, word by word; fails where it is left to a shell."""
        (text,) = self.all(name)
        words: list[str] = json.loads(text[text.index("[") :])
        return words

    @property
    def env(self) -> dict[str, str]:
        pairs = (word.partition("=") for rest in self.all("ENV") for word in shlex.split(rest))
        return {name: value for name, _, value in pairs if name != "PATH"}


class Context:
    """The files of a folder that its .dockerignore lets into a build; the last pattern that fits decides."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        lines = (folder / ".dockerignore").read_text(encoding="utf-8").splitlines()
        self._patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    def has(self, path: str) -> bool:
        fitting = [pattern for pattern in self._patterns if _fits(pattern.removeprefix("!"), path)]
        return not fitting or fitting[-1].startswith("!")

    def copy(self, source: str, target: Path) -> None:
        """Folders by their content, as COPY does it."""
        if (self.folder / source).is_file():
            assert self.has(source), f"{source} is not let into the build"
            _copy(self.folder / source, target)
            return
        found = list(self._files(source))
        assert found, f"{source} is not there, or is not let into the build"
        for path in found:
            _copy(self.folder / path, target / Path(path).relative_to(source))

    def _files(self, folder: str) -> Iterator[str]:
        for entry in os.scandir(self.folder / folder):
            path = str(Path(folder, entry.name))
            if entry.is_dir() and (self.has(path) or self._may_have_below(path)):
                yield from self._files(path)
            elif not entry.is_dir() and self.has(path):
                yield path

    def _may_have_below(self, path: str) -> bool:
        return any(pattern.startswith(f"!{path}/") for pattern in self._patterns)


def _fits(pattern: str, path: str) -> bool:
    """A pattern fits all that is below what it fits, too."""
    parts = re.split(r"(\*\*/|\*|\?)", pattern)
    jokers = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return bool(re.fullmatch("".join(jokers.get(part, re.escape(part)) for part in parts) + "(?:/.*)?", path))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
