"""Where a fault of ours came from, for the log. Never its message, which may hold anything."""

from __future__ import annotations

import traceback
from pathlib import Path

import structlog

_FRAMES = 8


def frames_of(error: BaseException) -> list[str]:
    """File, line and function of the innermost calls, the one that raised last."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def log_fault(error: BaseException, **ids: str) -> None:
    """One line: its kind, where it came from, and the ids that a person was told."""
    structlog.get_logger("gateway").error("fault", **ids, kind=type(error).__name__, where=frames_of(error))
