"""Style, types and the direction of imports: one line a check, its output only when it fails."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

PYTHON_CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "--output-format=concise", "."],
    "format": ["ruff", "format", "--check", "--quiet", "--output-format=concise", "."],
    "mypy": ["mypy", "--no-error-summary"],
    "imports": ["lint-imports"],
}
FRONTEND_CHECKS = {
    "tsc": ["tsc", "--noEmit"],
    "eslint": ["eslint", ".", "--max-warnings", "0"],
    "prettier": ["prettier", "--check", "--log-level", "warn", "."],
}

Done = subprocess.CompletedProcess[str]


def run_python(command: list[str]) -> Done:
    return run([str(BIN / command[0]), *command[1:]], ROOT)


def run_frontend(command: list[str]) -> Done:
    frontend = ROOT / "frontend"
    return run(
        [str(ROOT / "scripts/with_node.sh"), f"node_modules/.bin/{command[0]}", *command[1:]], frontend
    )


def run(command: list[str], folder: Path) -> Done:
    return subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def verdict(name: str, done: Done) -> bool:
    """Prints one line; with the output above it when the check failed."""
    if done.returncode:
        print(done.stdout.rstrip())
    print(f"check {name}: {'failed' if done.returncode else 'fine'}", flush=True)
    return done.returncode == 0


def main() -> int:
    # Two at a time, printed in order: mypy and the frontend's take the longest.
    with ThreadPoolExecutor(2) as pool:
        runs = {name: pool.submit(run_python, command) for name, command in PYTHON_CHECKS.items()}
        runs |= {name: pool.submit(run_frontend, command) for name, command in FRONTEND_CHECKS.items()}
        failed = [name for name, done in runs.items() if not verdict(name, done.result())]
    if failed:
        print(f"Failed: {', '.join(failed)}. `make format` mends the format of Python and frontend files.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
