"""Looking for secrets where none may be: every form they could be written in, every place they could be written to."""

from __future__ import annotations

import base64
import gc
import os
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from keys.model import Secret
from vault.database.engine import Engine, reading
from vault.database.tables.metadata import metadata
from vault.errors import VaultError

SHORTEST = 16
"""Bytes: what is shorter is no key, and would be found by chance."""
_OURS = ("keys.", "vault.")


def forms_of(secret: bytes) -> Iterator[bytes]:
    """The ways in which bytes get into a text: as they are, and as programs write them."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield base64.b64encode(secret).rstrip(b"=")
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")
    yield base64.b32encode(secret).rstrip(b"=").lower()
    yield repr(secret)[2:-1].encode()


@dataclass
class Search:
    """What must be nowhere, and what was seen so far of where it could be."""

    texts: dict[str, str] = field(default_factory=dict)
    """Passphrases, PINs and cards, by what they are."""
    keys: set[bytes] = field(default_factory=set)
    seen: dict[str, set[bytes]] = field(default_factory=dict)
    before: list[object] = field(default_factory=list)
    """What was alive already when keys began to be known: other tests' own. Held, so that no number is used again."""

    def look_at(self, place: str, content: bytes | str) -> None:
        raw = content if isinstance(content, bytes) else content.encode(errors="backslashreplace")
        self.seen.setdefault(place, set()).add(raw)

    def found(self) -> list[str]:
        """Each place with what stands in it; the secrets themselves are not named."""
        needles = {form: f"a key of {len(key)} bytes" for key in self.keys for form in forms_of(key)}
        needles |= {text.encode(): what for what, text in self.texts.items()}
        places = {place: b"\0".join(contents) for place, contents in self.seen.items()}
        return [
            f"{what} in {place}"
            for place, all_of_it in places.items()
            for form, what in needles.items()
            if form in all_of_it
        ]

    @contextmanager
    def knowing_every_key(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Every key that the process holds from now on is known here: each is a :class:`Secret` at one time."""
        original = Secret.__init__
        self.before = list(_alive())

        def known(secret: Secret, material: bytes) -> None:
            original(secret, material)
            if len(material) >= SHORTEST and any(material):
                self.keys.add(bytes(material))

        with monkeypatch.context() as patched:
            patched.setattr(Secret, "__init__", known)
            yield

    def refused(self, act: Callable[[], object]) -> None:
        """Does what must fail, and looks at the whole exception with everything that led to it."""
        with pytest.raises(VaultError) as refused:
            act()
        self.look_at("exceptions", "".join(traceback.format_exception(refused.value)))
        error: BaseException | None = refused.value
        while error is not None:
            self.look_at("exceptions", repr((error, error.args, getattr(error, "params", None))))
            error = error.__cause__ or error.__context__

    def look_at_reprs(self) -> None:
        """Of everything of ours that came alive since keys are known."""
        older = {id(thing) for thing in self.before}
        for thing in _alive():
            if id(thing) not in older:
                with suppress(Exception):  # half made
                    self.look_at(f"repr of {type(thing).__qualname__}", repr(thing))

    def look_at_database(self, engine: Engine) -> None:
        """Row by row, and where it is a file, its pages with what is free in them."""
        with reading(engine) as tx:
            for table in metadata.sorted_tables:
                for row in tx.execute(table.select()):
                    for value in row:
                        raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                        self.look_at(f"table {table.name}", raw)
        if engine.url.get_backend_name() == "sqlite":
            self.look_at_files("database file", Path(str(engine.url.database)).parent.glob("vault.db*"))

    def look_at_files(self, place: str, paths: Iterable[Path]) -> None:
        for path in paths:
            if path.is_file():
                self.look_at(place, path.read_bytes())

    @contextmanager
    def watching_processes(self) -> Iterator[None]:
        """Arguments and environment of this process and of whatever it starts meanwhile."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(0.05):
                for process in _family():
                    for name in ("cmdline", "environ"):
                        with suppress(OSError):
                            self.look_at("processes", (process / name).read_bytes())

        thread = threading.Thread(target=watch, name="watching processes")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _alive() -> Iterator[object]:
    """What is ours of all that the process holds."""
    return (thing for thing in gc.get_objects() if str(type(thing).__module__).startswith(_OURS))


def _family() -> Iterator[Path]:
    """This process and its children's children."""
    waiting = [os.getpid()]
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        yield process
        for children in process.glob("task/*/children"):
            with suppress(OSError):
                waiting += [int(child) for child in children.read_text().split()]
