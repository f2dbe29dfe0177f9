"""The taken-over child on a kernel without system call filters: namespaces, empty root and Landlock must carry it."""

from __future__ import annotations

from typing import NoReturn

from tests.vault.intake.hostile_child import run_document
from vault.intake.converter import child
from vault.intake.converter.job import Job
from vault.intake.converter.layers import ALL_LAYERS, Layer


def main(encoded_job: str) -> NoReturn:
    child.run(Job.decode(encoded_job), render=run_document, wanted=ALL_LAYERS & ~Layer.SECCOMP)
