"""The heap of web processes: what a page needed serves the next one, in every thread."""

from __future__ import annotations

import subprocess
import sys

from tests.repository.sources import ROOT

PAGES_IN_A_THREAD = """
import resource, threading
from gateway.cli.heap import keep_memory_of_pages
assert keep_memory_of_pages()

def page():
    buffers = [bytearray(8 << 20) for _buffer in range(4)]
    for buffer in buffers:
        buffer[::4096] = b"x" * len(range(0, len(buffer), 4096))

def pages():
    page()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _page in range(20):
        page()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

thread = threading.Thread(target=pages)
thread.start()
thread.join()
"""


def test_pages_after_the_first_take_no_new_memory_from_the_system() -> None:
    """Twenty pages of 32 MiB would be 160,000 page faults if each gave its buffers back."""
    done = subprocess.run(
        [sys.executable, "-c", PAGES_IN_A_THREAD], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert int(done.stdout) < 5000
