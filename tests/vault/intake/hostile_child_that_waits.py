"""A child that says its process id on its first page and never comes to the second."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import NoReturn

from tests.vault.intake.hostile_child import run_document
from vault.intake.converter import child
from vault.intake.converter.job import Job
from vault.intake.converter.limits import ConvertedPage
from vault.intake.converter.render import Rendering


def main(encoded_job: str) -> NoReturn:
    child.run(Job.decode(encoded_job), render=_first_page_then_nothing)


def _first_page_then_nothing(rendering: Rendering) -> Iterator[ConvertedPage]:
    for page in run_document(rendering):
        yield ConvertedPage(page.number, page.image, page.width, page.height, text=str(os.getpid()))
    while True:
        signal.pause()
