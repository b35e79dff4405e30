"""The one mechanism by which a new kind of anything is one new file.

A class that names its type is registered by being defined; the files are found by their folder.
"""

from __future__ import annotations

import importlib
import pkgutil
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from backend.common.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

P = TypeVar("P")


class DuplicateType(Exception):
    """Two classes claim the same type name."""


class UnknownType(LookupError):
    """No such type in the catalogue."""

    def __init__(self, family: str, name: str, known: list[str]) -> None:
        self.hint = did_you_mean(name, known) or f"Known types: {', '.join(known)}."
        super().__init__(f"There is no {family} of type “{name}”.")


class Registry(Generic[P]):
    """The types of one family by name, loaded once from the packages that hold them."""

    def __init__(self, family: str, *, packages: tuple[str, ...]) -> None:
        self.family = family
        self._packages = packages
        self._types: dict[str, type[P]] = {}
        self._lock = Lock()
        self._loaded = False

    def add(self, name: str, cls: type[P]) -> None:
        """Registers a class; raises DuplicateType when the name is taken by another class."""
        taken = self._types.get(name)
        if taken is not None and taken.__qualname__ != cls.__qualname__:
            raise DuplicateType(f"{self.family} “{name}” is defined by {taken!r} and by {cls!r}.")
        self._types[name] = cls

    def get(self, name: str) -> type[P]:
        """The class of that name; raises UnknownType with a suggestion."""
        self.load()
        try:
            return self._types[name]
        except KeyError:
            raise UnknownType(self.family, name, sorted(self._types)) from None

    def __contains__(self, name: object) -> bool:
        self.load()
        return name in self._types

    def __iter__(self) -> Iterator[type[P]]:
        self.load()
        return iter([self._types[name] for name in sorted(self._types)])

    def load(self) -> None:
        """Imports every public module of the packages, once. By name: the catalogue stands below what it finds."""
        if self._loaded:
            return
        with self._lock:
            for name in self._packages:
                package = importlib.import_module(name)
                for module in pkgutil.iter_modules(package.__path__):
                    if not module.name.startswith("_"):
                        importlib.import_module(f"{name}.{module.name}")
            self._loaded = True
