"""The watched folder: whatever is dropped into a dossier's subfolder is filed, exactly once, or put in quarantine.

Guarantees: the rescan is the truth and events are only a hint to scan sooner, so network mounts and lost events cost
time and nothing else; a file is taken when settled, moved to the private spool in one rename, filed by the injected
callable, and removed only after that returned; a file that cannot be filed goes to quarantine and the queue goes on;
while a part of the vault is unavailable the file stays in the spool and is tried again with growing pauses, also after
a restart. Leaves to others: filing itself, which must be durable and read back before it returns, and must answer
ALREADY_FILED for content that it has.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from vault.clock import Clock, RandomBytes
from vault.errors import CallerError, OperatorError, Unavailable
from vault.intake.dropped_files import DroppedFile, is_being_written, list_dropped, open_directory
from vault.intake.quarantine import quarantine
from vault.intake.settle import Watched, observe
from vault.intake.spool import Spool, SpooledFile

_TICK_SECONDS = 1.0
_JOIN_SECONDS = 10.0


class FilingOutcome(enum.Enum):
    """What the filing callable answers; either way the content is durable in the vault."""

    FILED = "filed"
    ALREADY_FILED = "already_filed"


FileDocument = Callable[[SpooledFile], FilingOutcome]
"""Files one document. CallerError sends it to quarantine; anything else leaves it in the spool for another try."""


@dataclass(frozen=True, slots=True)
class HotFolderSettings:
    """Where and how often. ``is_network_mount`` uses a polling observer, since such mounts deliver no events."""

    folder: Path
    spool: Path
    quiet_seconds: float = 5.0
    rescan_seconds: float = 30.0
    first_retry_seconds: float = 5.0
    longest_retry_seconds: float = 300.0
    is_network_mount: bool = False


@dataclass(slots=True)
class ScanReport:
    """What one scan did, in numbers of files; ``unexpected`` names the kinds of errors that no rule foresees."""

    filed: int = 0
    already_filed: int = 0
    quarantined: int = 0
    settling: int = 0
    waiting: int = 0
    unexpected: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Retry:
    due: float
    pause: float


class HotFolder:
    """One watched folder, used by one process and one thread."""

    def __init__(
        self,
        settings: HotFolderSettings,
        *,
        file_document: FileDocument,
        clock: Clock,
        monotonic: Callable[[], float],
        random_bytes: RandomBytes,
    ) -> None:
        self._settings = settings
        self._file_document = file_document
        self._clock = clock
        self._monotonic = monotonic
        self._spool = Spool(settings.spool, folder=settings.folder, random_bytes=random_bytes)
        self._watched: dict[tuple[str, str], Watched] = {}
        self._retries: dict[Path, _Retry] = {}

    def run(self, stop_event: threading.Event) -> None:
        """Scan until ``stop_event`` is set: on a hint, while something settles, and every ``rescan_seconds``."""
        hint = threading.Event()
        with self._observing(hint):
            last_scan, is_busy = -self._settings.rescan_seconds, True
            while not stop_event.is_set():
                now = self._monotonic()
                if hint.is_set() or is_busy or now - last_scan >= self._settings.rescan_seconds:
                    hint.clear()
                    last_scan, is_busy = now, self._scan_quietly()
                stop_event.wait(_TICK_SECONDS)

    def scan_once(self) -> ScanReport:
        """Take what is settled, file what is in the spool and due. Unavailable if the folder cannot be read."""
        report = ScanReport()
        self._take_settled(list_dropped(self._settings.folder), report)
        for spooled in self._spool.entries():
            self._process(spooled, report)
        return report

    def _scan_quietly(self) -> bool:
        """Scan; whether to look again soon. A folder or vault that is away is tried again at the next rescan."""
        with suppress(Unavailable, OSError):
            report = self.scan_once()
            return bool(report.settling or report.waiting)
        return False

    def _take_settled(self, dropped: list[DroppedFile], report: ScanReport) -> None:
        now, before = self._monotonic(), self._watched
        self._watched = {}
        for file in dropped:
            key = (file.reference, file.name)
            watched = observe(before.get(key), file.appearance, now=now)
            if watched.is_settled(now=now, quiet_seconds=self._settings.quiet_seconds) and self._take(file):
                continue
            self._watched[key] = watched
            report.settling += 1

    def _take(self, file: DroppedFile) -> bool:
        """Move the file to the spool unless someone still writes to it or it has changed."""
        with suppress(OSError):
            with open_directory(self._settings.folder / file.reference) as directory:
                if is_being_written(directory, file.name):
                    return False
            return self._spool.take(file) is not None
        return False

    def _process(self, spooled: SpooledFile, report: ScanReport) -> None:
        now = self._monotonic()
        retry = self._retries.get(spooled.entry)
        if retry is not None and now < retry.due:
            report.waiting += 1
            return
        try:
            self._file_or_quarantine(spooled, report)
        except OperatorError:
            self._postpone(spooled, now, report)
        except Exception as exc:  # noqa: BLE001 - one file must not stop the queue, and must not be lost either
            report.unexpected.append(type(exc).__name__)
            self._postpone(spooled, now, report)

    def _file_or_quarantine(self, spooled: SpooledFile, report: ScanReport) -> None:
        try:
            self._file(spooled, report)
        except CallerError as refused:
            self._quarantine(spooled, refused.code, report)

    def _file(self, spooled: SpooledFile, report: ScanReport) -> None:
        """1. still an ordinary file   2. filed, durable, read back   3. unchanged meanwhile   4. plaintext removed"""
        if not spooled.is_sound():
            self._quarantine(spooled, "intake.not_a_file", report)
            return
        if not spooled.reference:
            self._quarantine(spooled, "intake.no_dossier", report)
            return
        before = spooled.appearance()
        outcome = self._file_document(spooled)
        if spooled.appearance() != before:  # a writer kept it open across the move: file what it has become
            self._postpone(spooled, self._monotonic(), report)
            return
        self._release(spooled)
        if outcome is FilingOutcome.FILED:
            report.filed += 1
        else:
            report.already_filed += 1

    def _quarantine(self, spooled: SpooledFile, code: str, report: ScanReport) -> None:
        quarantine(spooled, folder=self._settings.folder, code=code, moment=self._clock.now())
        self._release(spooled)
        report.quarantined += 1

    def _release(self, spooled: SpooledFile) -> None:
        self._spool.release(spooled)
        self._retries.pop(spooled.entry, None)

    def _postpone(self, spooled: SpooledFile, now: float, report: ScanReport) -> None:
        before = self._retries.get(spooled.entry)
        pause = min(before.pause * 2, self._settings.longest_retry_seconds) if before else None
        pause = self._settings.first_retry_seconds if pause is None else pause
        self._retries[spooled.entry] = _Retry(due=now + pause, pause=pause)
        report.waiting += 1

    @contextmanager
    def _observing(self, hint: threading.Event) -> Iterator[None]:
        """Hints while the block runs; without an observer (no inotify watches left) rescans do alone."""
        observer: BaseObserver = PollingObserver() if self._settings.is_network_mount else Observer()
        with suppress(OSError):
            observer.schedule(_Hinter(hint), str(self._settings.folder), recursive=True)
            observer.start()
        try:
            yield
        finally:
            if observer.is_alive():
                observer.stop()
                observer.join(_JOIN_SECONDS)


class _Hinter(FileSystemEventHandler):
    """Turns every event into the same hint: what happened is found out by looking."""

    def __init__(self, hint: threading.Event) -> None:
        self._hint = hint

    def on_any_event(self, event: FileSystemEvent) -> None:  # noqa: ARG002 - the base class's signature
        self._hint.set()
