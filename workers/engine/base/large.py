"""Large values of a job: written to the file store before the checkpoint that names them, read when they are needed."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.conf import settings

from backend.catalog.steps import Answer, Result, StepFailed
from backend.common.json import JSON
from backend.files import refs, values
from workers.engine.base.files import database

MAX_ANSWER_CHARACTERS = 8_000_000  # of an output step: it stands in the job's row, and is sent to who asks
_SMALL: Final = 1_000  # characters: below every setting, as most results are
_MOST_KEPT: Final = 32_000_000  # characters of JSON that this process keeps loaded, of all its jobs together


@dataclass(frozen=True, slots=True)
class Encoded:
    """A result too large for its row, as its JSON text: the value itself is let go of."""

    text: str


@dataclass(frozen=True, slots=True)
class Lazy:
    """A variable in which there are references."""

    raw: JSON


def sized(answer: Result) -> Result | StepFailed:
    """The answer, a large one as the text that is stored for it, or the failure when it is too large to be kept."""
    if refs.is_within(answer.output, _SMALL):
        return answer
    text = refs.encode(answer.output)
    stays = answer.job_output is not None
    limit = MAX_ANSWER_CHARACTERS if stays else settings.MAX_OUTPUT_BYTES
    if len(text) <= limit:
        small = stays or len(text) <= settings.OFFLOAD_CHARACTERS
        return answer if small else replace(answer, output=Encoded(text))
    return StepFailed(
        f"The result is too large: {len(text):,} characters of JSON, and {limit:,} are allowed.",
        error_type="too_large",
        hint="Return less, or write it to a file or database and return where it is.",
    )


def wrap(value: JSON) -> JSON:
    """The value as a variable: one with references in it is loaded only when it is read."""
    return Lazy(value) if refs.any_in(value) else value


class Variables(Mapping[str, JSON]):
    """A step's variables, in which large values appear as what they are."""

    def __init__(self, raw: Mapping[str, JSON], store: LargeValues) -> None:
        self._raw = raw
        self._store = store

    def __getitem__(self, name: str) -> JSON:
        value = self._raw[name]
        return self._store.load(value.raw) if type(value) is Lazy else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def with_names(self, names: Mapping[str, JSON]) -> Variables:
        """These, with more names on top."""
        return Variables({**self._raw, **names}, self._store)

    def for_code(self, code: str) -> dict[str, JSON]:
        """Everything for a script; large values only where its code names them, or may by going through all."""
        every = _ALL_NAMES.search(code) is not None
        words = {word.lower() for word in _WORDS.findall(code)}
        return {
            name: value.raw
            if type(value) is Lazy and not (every or words & {name.lower(), f"sg_{name}".lower()})
            else self[name]
            for name, value in self._raw.items()
        }


def with_names(variables: Mapping[str, JSON], names: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """The variables with more names on top; large ones stay where they are."""
    return variables.with_names(names) if isinstance(variables, Variables) else {**variables, **names}


_WORDS = re.compile(r"\w+")
_ALL_NAMES = re.compile(r"\bcontext\b|\bglobals\b|\bSG_CONTEXT\b|\$Context\b", re.IGNORECASE)


class LargeValues:
    """The large values of one job."""

    def __init__(self, *, organization: UUID, job: UUID) -> None:
        self._organization = organization
        self._job = job

    def keep(self, answer: Answer | StepFailed) -> Answer | StepFailed:
        """An answer as it goes into its row; of a large result, the text is stored first."""
        if not isinstance(answer, Result) or not isinstance(answer.output, Encoded):
            return answer
        text = answer.output.text
        try:
            with database():
                if values.kept_size(self._job) + len(text) > settings.MAX_JOB_BYTES:
                    return _too_much()
                kept = values.keep(self._organization, job=self._job, text=text)
        except StepFailed as failure:
            return failure
        return replace(answer, output=kept)

    def load(self, raw: JSON) -> JSON:
        """The value with all that it names. Raises StepFailed."""
        known = _cache.get(self._job, raw)
        if known is not None:
            return known
        with database():
            value = values.loaded(raw, job=self._job)
        if value is not raw:
            _cache.put(self._job, raw, value)
        return value


def _too_much() -> StepFailed:
    limit = settings.MAX_JOB_BYTES
    return StepFailed(
        f"The large results of this job come to more than {limit:,} bytes, which is the most that a job may keep.",
        error_type="too_large",
        hint="Return less, save files, or give the work to several jobs.",
    )


class _Cache:
    """The values that were read last: a loop reads the same one again and again."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[UUID, UUID], tuple[int, JSON]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, job: UUID, raw: JSON) -> JSON:
        """The value of a reference, if it was read a moment ago."""
        value_id = refs.id_of(raw)
        with self._lock:
            if value_id is None or (job, value_id) not in self._values:
                return None
            self._values.move_to_end((job, value_id))
            return self._values[job, value_id][1]

    def put(self, job: UUID, raw: JSON, value: JSON) -> None:
        """Keeps a value in the place of those that were read longest ago; very large ones are not kept."""
        value_id = refs.id_of(raw)
        if value_id is None or raw["size"] > _MOST_KEPT // 2:
            return
        with self._lock:
            self._size += raw["size"] - self._values.pop((job, value_id), (0, None))[0]
            self._values[job, value_id] = (raw["size"], value)
            while self._size > _MOST_KEPT:
                self._size -= self._values.popitem(last=False)[1][0]


_cache = _Cache()
