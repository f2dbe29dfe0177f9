"""The child in an environment that gives neither a system call filter nor namespaces."""

from __future__ import annotations

from typing import NoReturn

from tests.vault.intake.hostile_child import run_document
from vault.intake.converter import child
from vault.intake.converter.job import Job
from vault.intake.converter.layers import ALL_LAYERS, Layer


def main(encoded_job: str) -> NoReturn:
    wanted = ALL_LAYERS & ~Layer.SECCOMP & ~Layer.NETWORK_NAMESPACE
    child.run(Job.decode(encoded_job), render=run_document, wanted=wanted)
