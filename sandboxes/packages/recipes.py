"""How each package manager is made to resolve, lock and install, as a fixed program for a container that builds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sandboxes.languages import LANGUAGES

FOLDER: Final = "/build"  # in the container that installs
# Each program finds its wishes there, ends with 0, and leaves the lock in `lock` and, below `layer`, the files where
# they belong in the image. Nothing that was downloaded is run: wheels only, and no install scripts.
_PIP: Final = r"""
set -eu
cd /build
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PIP_BREAK_SYSTEM_PACKAGES=1
export PIP_CACHE_DIR=/build/cache PIP_PROGRESS_BAR=off PIP_ONLY_BINARY=:all:
echo "Resolving $(wc -l < requirements.txt) requirements …"
python3 -m pip install --dry-run --ignore-installed --target unused --report report.json -r requirements.txt
python3 - <<'PYTHON'
import json
found = json.load(open("report.json"))["install"]
lines = []
for item in found:
    hashes = item["download_info"].get("archive_info", {}).get("hashes", {})
    name, version = item["metadata"]["name"], item["metadata"]["version"]
    if "sha256" not in hashes or item.get("is_direct"):
        raise SystemExit(f"{name} {version} does not come from the index with a SHA-256 hash.")
    lines.append(f"{name}=={version} --hash=sha256:{hashes['sha256']}\n")
open("lock", "w").write("".join(sorted(lines, key=str.lower)))
PYTHON
echo "Installing, checked by hash:"
sed 's/ --hash.*//; s/^/  /' lock
target=$(python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
mkdir -p "layer$target"
python3 -m pip install --quiet --no-deps --require-hashes --target "layer$target" -r lock
echo "Installed $(du -sh layer | cut -f1)."
"""
_NPM: Final = r"""
set -eu
cd /build
export npm_config_cache=/build/cache npm_config_update_notifier=false npm_config_ignore_scripts=true
export npm_config_audit=false npm_config_fund=false
echo "Resolving …"
npm install --package-lock-only --no-progress
cp package-lock.json lock
echo "Installing, checked by hash:"
npm ci --omit=dev --no-progress
mkdir -p layer
mv node_modules layer/node_modules
ls layer/node_modules | sed 's/^/  /'
echo "Installed $(du -sh layer | cut -f1)."
"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a building container is given."""

    builder: str  # tag of the image that has the package manager
    script: str
    files: dict[str, bytes]


def recipe(language: str, packages: Sequence[str]) -> Recipe:
    """The recipe for normalised requirements."""
    if language == "python":
        return Recipe(builder_of(language), _PIP, {"requirements.txt": "".join(f"{p}\n" for p in packages).encode()})
    wishes = dict(text.rsplit("@", 1) for text in packages)
    manifest = {"name": "packages", "version": "1.0.0", "private": True, "dependencies": wishes}
    return Recipe(builder_of(language), _NPM, {"package.json": json.dumps(manifest).encode()})


WITH_PACKAGES: Final = ("python", "javascript")


def builder_of(language: str) -> str:
    """The name and tag of the language's image with its package manager."""
    return LANGUAGES[language].image.replace(":", "-builder:")
