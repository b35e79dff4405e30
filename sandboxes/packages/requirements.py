"""Which texts are requirements, for each package manager. Pure; used by validation, too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Final

MOST: Final = 50
_LONGEST: Final = 200

_VERSION = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9][A-Za-z0-9.*+!_-]*"
_PIP = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
    r"(?:\s*\[\s*[A-Za-z0-9._-]+(?:\s*,\s*[A-Za-z0-9._-]+)*\s*\])?"
    rf"(?:\s*{_VERSION}(?:\s*,\s*{_VERSION})*)?"
)
_NPM_NAME = r"(?:@[a-z0-9-][a-z0-9-._]*/)?[a-z0-9-][a-z0-9-._]*"
_NPM_RANGE = r"(?:[a-z][a-z0-9-]*|[\^~<>=v0-9x*][A-Za-z0-9.*+^~<>=| -]*)"  # a tag such as `latest`, or versions
_NPM = re.compile(rf"(?P<name>{_NPM_NAME})(?:@(?P<range>{_NPM_RANGE}))?")


def _pip(text: str) -> str | None:
    found = _PIP.fullmatch(text)
    if found is None:
        return None
    name = re.sub(r"[-_.]+", "-", found["name"]).lower()
    return name + re.sub(r"\s+", "", text[found.end("name") :])


def _npm(text: str) -> str | None:
    found = _NPM.fullmatch(text)
    return None if found is None else f"{found['name']}@{(found['range'] or 'latest').strip()}"


_READERS: Final[dict[str, Callable[[str], str | None]]] = {"python": _pip, "javascript": _npm}
_EXAMPLES: Final = {"python": "“pandas” or “requests>=2.31,<3”", "javascript": "“lodash” or “dayjs@^1.11”"}


def normalised(language: str, packages: Iterable[str]) -> tuple[str, ...]:
    """The requirements in one spelling and order, so that the same wishes share an image. Raises ValueError."""
    wishes = [text.strip() for text in packages]
    found = problem(language, wishes)
    if found:
        raise ValueError(found)
    return tuple(sorted({_READERS[language](text) or text for text in wishes}))


def problem(language: str, packages: Iterable[str]) -> str:
    """What is wrong with the requirements, as a sentence; empty if nothing is."""
    wishes = list(packages)
    if not wishes:
        return ""
    if language not in _READERS:
        return f"Scripts in {language} have no packages; {' and '.join(_READERS)} have."
    if len(wishes) > MOST:
        return f"There are {len(wishes)} packages, and {MOST} are allowed."
    # No options, addresses or paths: what is installed comes from the index that the operator chose, and by name.
    for text in wishes:
        if len(text) > _LONGEST or _READERS[language](text.strip()) is None:
            return f"“{text[:60]}” is not a package with versions, such as {_EXAMPLES[language]}."
    return ""


def key_of(language: str, packages: Iterable[str], *, base: str) -> str:
    """Names one wish on one base image."""
    return digest(language, base, *packages)


def digest(*parts: str) -> str:
    """A short name for a list of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
