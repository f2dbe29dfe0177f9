"""Where files go that cannot be filed, each with the reason beside it.

Guarantees: the file itself is moved, unchanged, under a safe name that is not taken; ``<name>.reason.txt`` says in
English and Chinese what, why and what to do, and is there before the file is. Nothing is ever overwritten.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
from pathlib import Path

from vault.intake.dropped_files import QUARANTINE
from vault.intake.names import safe_name
from vault.intake.sentences import sentences_for
from vault.intake.spool import SpooledFile, sync_directory

REASON_SUFFIX = ".reason.txt"


def quarantine(spooled: SpooledFile, *, folder: Path, code: str, moment: dt.datetime) -> Path:
    """Move the spooled file to quarantine for the reason ``code``; the path it has there. The spool entry stays."""
    directory = folder / QUARANTINE
    directory.mkdir(mode=0o750, exist_ok=True)
    target = _claim(directory, safe_name(spooled.name), _reason(spooled, code, moment))
    spooled.path.rename(target)
    sync_directory(directory)
    return target


def _claim(directory: Path, name: str, reason: str) -> Path:
    """A free name, claimed by writing its reason with O_EXCL."""
    stem, dot, extension = name.rpartition(".")
    for count in itertools.count(1):
        suffix = "" if count == 1 else f" ({count})"
        candidate = f"{stem}{suffix}.{extension}" if dot and stem else f"{name}{suffix}"
        target = directory / candidate
        if os.path.lexists(target):
            continue
        note = directory / f"{candidate}{REASON_SUFFIX}"
        note.unlink(missing_ok=True)  # of a file that is not there: from a crash before it came, or left when it went
        try:
            with note.open("x", encoding="utf-8") as file:
                file.write(reason)
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            continue
        return target
    raise AssertionError("unreachable")


def _reason(spooled: SpooledFile, code: str, moment: dt.datetime) -> str:
    english, chinese = sentences_for(code)
    name, reference = safe_name(spooled.name), safe_name(spooled.reference) if spooled.reference else "-"
    when = moment.isoformat(timespec="seconds")
    return (
        f"File: {name}\nDossier folder: {reference}\nTime: {when}\nReason: {code}\n\n{english}\n"
        "The file was not filed and not changed. When it is put right, drop it into the dossier's folder again, "
        "and remove this copy and this note.\n\n"
        f"文件：{name}\n档案文件夹：{reference}\n时间：{when}\n原因：{code}\n\n{chinese}\n"
        "文件未归档，也未被改动。处理好后请重新放入该档案的文件夹，并删除此副本和本说明。\n"
    )
