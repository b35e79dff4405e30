"""Sets a bare clone up: `.venv` with the locked packages, and the built editor. Standard library only.

Steps whose inputs have not changed since they last succeeded are passed over, so a second start takes no time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import interpreters
import node

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
UV = "uv==0.13.8"


def main() -> int:
    """Runs every step that is due."""
    if sys.version_info < (3, 11):  # noqa: UP036 this script is what tells people so
        return fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 up")
    lock = ROOT / ("requirements-dev.lock" if "--dev" in sys.argv else "requirements.lock")
    try:
        step("Python environment", [], make_venv, stamp=VENV / ".made")
        python = partial(
            step, f"Python packages ({lock.name})", [lock], partial(install, lock), stamp=VENV / f".{lock.name}"
        )
        if "--editor" in sys.argv:
            set_up_editor()
        elif "--python" in sys.argv:
            # It goes on when this has ended; who needs it calls this with --editor, waits for it, and hears of errors.
            subprocess.Popen(
                [sys.executable, __file__, "--editor"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            python()
        else:
            side_by_side(python, set_up_editor)
    except subprocess.CalledProcessError as error:
        return fail(f"This command did not succeed: {' '.join(map(str, error.cmd))}\n{error.output or ''}")
    return 0


def side_by_side(*works: Callable[[], None]) -> None:
    """Does all of them, and raises what the first one raised that did not succeed: each waits for the network a lot."""
    with ThreadPoolExecutor(len(works)) as threads:
        for done in [threads.submit(work) for work in works]:
            done.result()


def set_up_editor() -> None:
    """The editor with its packages; one process at a time, and the next one finds it done."""
    packages = [FRONTEND / "package.json", FRONTEND / "package-lock.json"]
    with (VENV / ".editor-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        step("Editor packages", packages, npm_install, stamp=FRONTEND / "node_modules" / ".installed")
        step("Editor", frontend_sources(), npm_build, stamp=FRONTEND / "dist" / ".built")


def step(name: str, inputs: Iterable[Path], work: Callable[[], None], *, stamp: Path) -> None:
    """Does the work unless its inputs are as they were when it last succeeded."""
    digest = digest_of(inputs)
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"• {name} …", flush=True)
    started = time.monotonic()
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)
    print(f"  {name}: done in {time.monotonic() - started:.0f} s", flush=True)


def digest_of(inputs: Iterable[Path]) -> str:
    """A digest of this script and the contents of some files."""
    digest = hashlib.sha256(UV.encode())
    for path in sorted(inputs):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """A fresh environment with uv in it, of the Python that was named, or of the fastest one."""
    shutil.rmtree(VENV, ignore_errors=True)
    interpreter = sys.executable if "--this-python" in sys.argv else interpreters.choose()
    if interpreter != sys.executable:
        print(f"  {interpreter} is the faster build of this version, and used instead of {sys.executable}", flush=True)
    try:
        run([interpreter, "-m", "venv", str(VENV)])
    except subprocess.CalledProcessError as error:
        error.output = f"{error.output}\nOn Debian and Ubuntu the package python3-venv is needed."
        raise
    run([PYTHON, "-m", "pip", "install", "--quiet", UV])


def install(lock: Path) -> None:
    """The locked packages, checked by hash and compiled; by pip where uv cannot reach the index that pip is set up for.

    Compiled now, because some of our processes may write nothing and would do it again at each start.
    """
    options = ["install", "--quiet", "--require-hashes", "-r", str(lock)]
    try:
        run([PYTHON, "-m", "uv", "pip", *options, "--compile-bytecode", "--python", str(PYTHON)])
    except subprocess.CalledProcessError:
        print("  uv did not succeed, trying pip …", flush=True)
        run([PYTHON, "-m", "pip", *options])


def npm_install() -> None:
    """The editor's locked packages; none of their scripts is run."""
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def npm_build() -> None:
    """The built editor in frontend/dist."""
    npm("exec", "--", "vite", "build", "--logLevel", "warn")


def npm(*arguments: str) -> None:
    """npm of a Node that is new enough."""
    found = node.find()
    if found is None:
        print(f"  Node {node.NEEDED} is needed and not here: taking the one that PyPI carries …", flush=True)
        install(ROOT / "requirements-node.lock")
        found = node.find()
    assert found is not None
    run([*found.npm, *arguments], cwd=FRONTEND, env={**os.environ, "PATH": found.path})


def frontend_sources() -> list[Path]:
    """Everything that the built editor is made of."""
    top = [path for path in FRONTEND.iterdir() if path.is_file() and path.suffix in {".json", ".ts", ".html"}]
    folders = (FRONTEND / "src", FRONTEND / "public")
    return top + [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def run(command: list[object], **options: object) -> None:
    """Runs a command quietly; its output is shown when it fails."""
    subprocess.run(
        [str(word) for word in command],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )  # type: ignore[call-overload] # options are passed on as they are


def fail(message: str) -> int:
    """Says what went wrong."""
    print(f"\n✗ {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
