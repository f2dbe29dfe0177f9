"""What is dropped into the folder is filed once, waits, or is quarantined with a reason; it is never lost."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vault.clock import FixedClock, system_random
from vault.errors import ConfigError, InputError, NotFound, Unavailable
from vault.intake.hot_folder import FilingOutcome, HotFolder, HotFolderSettings, ScanReport
from vault.intake.spool import Spool, SpooledFile

MOMENT = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


@dataclass
class Site:
    """A watched folder with a filing callable that keeps what it is given, and a clock that is told."""

    root: Path
    now: float = 1000.0
    failures: list[Exception] = field(default_factory=list)
    filed: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    filing: Callable[[SpooledFile], None] = lambda _spooled: None

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "D-1").mkdir()
        self.hot_folder = self.restarted()

    @property
    def folder(self) -> Path:
        return self.root / "inbox"

    @property
    def spool(self) -> Path:
        return self.root / "spool"

    def restarted(self, **settings: object) -> HotFolder:
        return HotFolder(
            HotFolderSettings(folder=self.folder, spool=self.spool, **settings),  # type: ignore[arg-type]
            file_document=self.file_document,
            clock=FixedClock(MOMENT),
            monotonic=lambda: self.now,
            random_bytes=system_random,
        )

    def file_document(self, spooled: SpooledFile) -> FilingOutcome:
        if self.failures:
            raise self.failures.pop(0)
        self.filing(spooled)
        with spooled.open() as file:
            content = file.read()
        if content in self.filed:
            return FilingOutcome.ALREADY_FILED
        self.filed[content] = (spooled.reference, spooled.name)
        return FilingOutcome.FILED

    def drop(self, name: str, content: bytes = b"content", *, reference: str = "D-1") -> Path:
        path = self.folder / reference / name
        path.write_bytes(content)
        return path

    def settle(self) -> ScanReport:
        self.hot_folder.scan_once()
        self.now += 6
        return self.hot_folder.scan_once()

    def spooled(self) -> list[Path]:
        return list(self.spool.iterdir())

    def quarantined(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "_quarantine").glob("*"))


def _refuse_locked(spooled: SpooledFile) -> None:
    if spooled.path.read_bytes() == b"locked":
        raise InputError("intake.encrypted")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_settled_file_is_filed_and_removed(site: Site) -> None:
    """The dossier is the subfolder's name; afterwards no plaintext is left."""
    site.drop("合同.pdf", b"contract")

    report = site.settle()

    assert (report.filed, site.filed) == (1, {b"contract": ("D-1", "合同.pdf")})
    assert (list((site.folder / "D-1").iterdir()), site.spooled()) == ([], [])


def test_file_that_grows_is_left_alone(site: Site) -> None:
    """While it is written it is not taken."""
    path = site.drop("big.pdf", b"half")
    site.hot_folder.scan_once()
    path.write_bytes(b"half and half")
    site.now += 6

    report = site.hot_folder.scan_once()

    assert (report.settling, site.filed, path.exists()) == (1, {}, True)


def test_file_still_open_for_writing_is_left_alone(site: Site) -> None:
    """A writer that pauses longer than the quiet time is noticed where the file system tells."""
    path = site.drop("slow.pdf")

    with path.open("ab"):
        while_open = site.settle()
    site.now += 6
    afterwards = site.hot_folder.scan_once()

    assert (while_open.filed, while_open.settling, afterwards.filed) == (0, 1, 1)


@pytest.mark.parametrize(
    "name", [".~lock.a.odt#", "~$letter.docx", "a.pdf.part", "a.pdf.crdownload", ".hidden", "a.tmp", "a.pdf~"]
)
def test_temporary_name_is_ignored(name: str, site: Site) -> None:
    """What programs leave while they work is nobody's document."""
    path = site.drop(name)

    site.settle()

    assert (site.filed, path.exists()) == ({}, True)


def test_same_content_twice_is_filed_once_and_removed(site: Site) -> None:
    """The second copy is answered by "already filed" and goes too."""
    site.drop("a.pdf")
    site.drop("b.pdf")

    report = site.settle()

    assert (report.filed, report.already_filed, len(site.filed), site.spooled()) == (1, 1, 1, [])


def test_bad_file_is_quarantined_with_a_reason_and_the_queue_goes_on(site: Site) -> None:
    """The reason says what and what to do in both languages; the next file is filed."""
    site.filing = _refuse_locked
    site.drop("a.pdf", b"locked")
    site.drop("b.pdf", b"fine")

    report = site.settle()

    assert (report.quarantined, report.filed) == (1, 1)
    assert site.quarantined() == ["a.pdf", "a.pdf.reason.txt"]
    assert (site.folder / "_quarantine" / "a.pdf").read_bytes() == b"locked"
    reason = (site.folder / "_quarantine" / "a.pdf.reason.txt").read_text()
    assert all(words in reason for words in ("intake.encrypted", "password", "密码", "D-1"))


def test_quarantine_never_overwrites(site: Site) -> None:
    """A second bad file of the same name gets a name of its own."""
    for content in (b"one", b"two"):
        site.failures = [InputError("intake.damaged")]
        site.drop("a.pdf", content)
        site.settle()
        site.now += 6

    contents = {path.read_bytes() for path in (site.folder / "_quarantine").glob("*.pdf")}

    assert contents == {b"one", b"two"}


def test_unknown_dossier_is_quarantined(site: Site) -> None:
    """What the vault refuses for any of the caller's reasons is quarantined under its code."""
    site.failures = [NotFound("dossier.unknown")]
    site.drop("a.pdf")

    site.settle()

    assert "dossier.unknown" in (site.folder / "_quarantine" / "a.pdf.reason.txt").read_text()


def test_file_outside_a_dossier_folder_is_quarantined(site: Site) -> None:
    """A file in the folder itself belongs to no dossier."""
    site.drop("a.pdf", reference=".")

    report = site.settle()

    assert (report.quarantined, site.filed) == (1, {})


@pytest.mark.parametrize("failure", [Unavailable("store.unavailable"), RuntimeError("bug")])
def test_file_waits_in_the_spool_while_the_vault_cannot_file(failure: Exception, site: Site) -> None:
    """Nothing is lost or quarantined for the operator's or our own fault; it is tried again after a pause."""
    site.failures = [failure]
    site.drop("a.pdf")
    at_first = site.settle()
    too_early = site.hot_folder.scan_once()
    site.now += 5

    at_last = site.hot_folder.scan_once()

    assert (at_first.waiting, too_early.waiting, at_last.filed, site.spooled()) == (1, 1, 1, [])


def test_pauses_between_tries_grow_to_a_limit(site: Site) -> None:
    """Each failure doubles the pause, up to the longest."""
    site.failures = [Unavailable() for _ in range(20)]
    site.drop("a.pdf")
    site.settle()

    tries = []
    while site.failures:
        before = len(site.failures)
        site.now += 1
        site.hot_folder.scan_once()
        if len(site.failures) < before:
            tries.append(site.now)

    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert pauses[:3] == [10, 20, 40]
    assert set(pauses[-3:]) == {300}


def test_spool_is_taken_up_again_after_a_restart(site: Site) -> None:
    """What a former process had taken is filed by the next one, under its own name and dossier."""
    site.failures = [Unavailable()]
    site.drop("a.pdf", b"kept")
    site.settle()

    report = site.restarted().scan_once()

    assert (report.filed, site.filed) == (1, {b"kept": ("D-1", "a.pdf")})


def test_crash_before_the_move_leaves_the_file_in_the_folder(site: Site) -> None:
    """An entry that has an origin and no content is litter, and is cleared away."""
    entry = site.spool / "00"
    entry.mkdir()
    (entry / "origin").write_text("{}")

    site.hot_folder.scan_once()

    assert site.spooled() == []


def test_spooled_file_with_damaged_origin_is_quarantined_not_lost(site: Site) -> None:
    """A file whose origin cannot be read any more is kept for a person to look at."""
    entry = site.spool / "00"
    entry.mkdir()
    (entry / "origin").write_text("not json")
    (entry / "content").write_bytes(b"precious")

    site.hot_folder.scan_once()

    assert (site.folder / "_quarantine" / "recovered").read_bytes() == b"precious"


def test_file_changed_while_it_was_filed_is_filed_again(site: Site) -> None:
    """A writer that kept the file open across the move loses nothing."""

    def write_late(spooled: SpooledFile) -> None:
        site.filing = lambda _spooled: None
        with spooled.path.open("ab") as file:
            file.write(b" and more")

    site.filing = write_late
    site.drop("a.pdf", b"some")
    site.settle()
    site.now += 6

    site.hot_folder.scan_once()

    assert b"some and more" in site.filed
    assert site.spooled() == []


def test_symlink_fifo_and_hard_link_are_never_taken(site: Site, tmp_path: Path) -> None:
    """Nothing outside the folder is read or moved through it."""
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(b"CANARY")
    directory = site.folder / "D-1"
    (directory / "link.pdf").symlink_to(outside)
    os.link(outside, directory / "hard.pdf")
    os.mkfifo(directory / "pipe.pdf")
    (site.folder / "D-2").symlink_to(tmp_path)

    report = site.settle()

    assert (report, site.filed, outside.read_bytes()) == (ScanReport(), {}, b"CANARY")


def test_file_swapped_for_a_link_before_the_move_is_not_taken(site: Site, tmp_path: Path) -> None:
    """The race between looking and moving is closed by looking again at what is about to move."""
    path = site.drop("a.pdf")
    site.hot_folder.scan_once()
    site.now += 6
    path.unlink()
    path.symlink_to("/etc/hostname")

    site.hot_folder.scan_once()

    assert (site.filed, path.is_symlink()) == ({}, True)


def test_link_that_reached_the_spool_is_quarantined_unread(site: Site) -> None:
    """Should the race be won all the same, the link is not followed."""
    entry = site.spool / "00"
    entry.mkdir()
    (entry / "content").symlink_to("/etc/hostname")

    report = site.hot_folder.scan_once()

    assert (report.quarantined, site.filed) == (1, {})


@pytest.mark.parametrize(
    "name", [b"line\nbreak.pdf", b"\xff\xfe.pdf", "\u202efdp.exe.pdf".encode(), b"x" * 250 + b".pdf", b"$(reboot).pdf"]
)
def test_strange_name_is_carried_as_it_is_and_quarantined_safely(name: bytes, site: Site) -> None:
    """A name never makes a path: it is handed on for metadata, and quarantine uses its safe form."""
    site.failures = [InputError("intake.damaged")]
    (site.folder / "D-1" / os.fsdecode(name)).write_bytes(b"content")

    report = site.settle()

    assert (report.quarantined, len(site.quarantined())) == (1, 2)


def test_spool_is_private(site: Site) -> None:
    """Nobody but the service may look into it."""
    assert site.spool.stat().st_mode & 0o777 == 0o700


def test_missing_folder_is_unavailable_not_a_crash(site: Site) -> None:
    """An unmounted share is said as such."""
    (site.folder / "D-1").rmdir()
    site.folder.rmdir()

    with pytest.raises(Unavailable) as refused:
        site.hot_folder.scan_once()

    assert refused.value.code == "intake.folder_missing"


def test_spool_on_another_file_system_is_refused(tmp_path: Path) -> None:
    """A move between file systems would be a copy: the configuration is refused."""
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        return
    spool = elsewhere / f"vault-spool-{os.getpid()}"

    try:
        with pytest.raises(ConfigError):
            Spool(spool, folder=tmp_path, random_bytes=system_random)
    finally:
        spool.rmdir()


@pytest.fixture(params=[False, True], ids=["events", "polling"])
def is_network_mount(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_running_folder_files_what_arrives_and_stops(site: Site, is_network_mount: bool) -> None:
    """The loop takes up a file that is dropped while it runs, and leaves no thread when it is told to stop."""
    stop, filed = threading.Event(), threading.Event()
    site.filing = lambda _spooled: filed.set()
    before = threading.active_count()
    running = site.restarted(quiet_seconds=0.0, rescan_seconds=0.0, is_network_mount=is_network_mount)
    thread = threading.Thread(target=running.run, args=(stop,))

    thread.start()
    site.drop("a.pdf")
    arrived = filed.wait(30)
    stop.set()
    thread.join(30)

    assert (arrived, threading.active_count()) == (True, before)
