"""Settings, opening and the pace of streams."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from vault.errors import ConfigError, Unavailable
from vault.storage.directory import DirectoryStore
from vault.storage.opening import open_store
from vault.storage.pace import GRACE_SECONDS, SLOWEST_BYTES_PER_SECOND, Pace
from vault.storage.s3 import S3Store
from vault.storage.settings import S3Settings

SETTINGS = S3Settings(endpoint="s3.example.org", bucket="b-1", access_key="a", secret_key="very secret")


def test_description_names_the_kind_of_store(tmp_path: Path) -> None:
    """One function opens both; nothing is touched by opening."""
    effects = {"random": os.urandom, "monotonic": time.monotonic}

    assert isinstance(open_store(f"directory:{tmp_path / 'absent'}", **effects), DirectoryStore)  # type: ignore[arg-type]
    assert isinstance(open_store(SETTINGS, **effects), S3Store)  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["", "directory:", "directory:relative", "/absolute", "s3://bucket", "file:/x"])
def test_unknown_place_is_a_fault_of_configuration(place: str) -> None:
    """Said at start, with what is expected."""
    with pytest.raises(ConfigError) as refusal:
        open_store(place, random=os.urandom, monotonic=time.monotonic)

    assert "directory:/absolute/path" in str(refusal.value)


@pytest.mark.parametrize(
    "change", [{"endpoint": "https://s3.example.org"}, {"bucket": ""}, {"region": ""}, {"prefix": "x"}]
)
def test_senseless_settings_are_refused(change: dict[str, str]) -> None:
    """Before a request is made with them."""
    with pytest.raises(ValueError):
        replace(SETTINGS, **change)  # type: ignore[arg-type]


def test_settings_do_not_show_the_secret() -> None:
    """Not in logs, not in tracebacks."""
    assert "very secret" not in repr(SETTINGS)


def test_reading_settings_does_not_load_the_client() -> None:
    """Heavy imports stay out of the command line's help."""
    program = "import sys, vault.storage.settings; sys.exit('minio' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def test_steady_stream_keeps_the_pace() -> None:
    """A slow line is fast enough, however long the stream."""
    pace = Pace(lambda: 0.0)

    for _second in range(100_000):
        pace.waited(1.0)
        pace.moved(SLOWEST_BYTES_PER_SECOND)


def test_stream_that_stands_still_is_given_up() -> None:
    """After the grace, and not before."""
    pace = Pace(lambda: 0.0)
    pace.waited(GRACE_SECONDS)
    pace.moved(0)
    pace.waited(0.1)

    with pytest.raises(Unavailable):
        pace.moved(0)


def test_time_of_a_wait_is_counted_also_when_it_fails() -> None:
    """Broken waits do not come for free."""
    clock = itertools.count(step=GRACE_SECONDS + 1)
    pace = Pace(lambda: float(next(clock)))
    with pytest.raises(ZeroDivisionError), pace.waiting():
        raise ZeroDivisionError

    with pytest.raises(Unavailable):
        pace.moved(0)
