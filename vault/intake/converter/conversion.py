"""Converts an untrusted document to page images in a sandboxed child, one page at a time.

Guarantees: the parent neither parses the document nor decodes the images; no plaintext touches a disk; without a
sufficient sandbox nothing is converted (fail closed); closing the iterator early ends the child; no key and no
database is needed. Leaves to others: what may be converted (sniffing), and sealing the pages.
"""

from __future__ import annotations

import sys
from collections.abc import Generator

from vault.errors import InputError, Unavailable
from vault.intake.converter.child_process import ChildEnded, ChildProcess, running_child
from vault.intake.converter.frames import ProtocolError, read_pages, read_ready
from vault.intake.converter.job import PROBE
from vault.intake.converter.layers import Layer
from vault.intake.converter.limits import ConversionLimits, ConvertedPage
from vault.intake.converter.refusals import Refusal, error_of
from vault.intake.converter.sandbox import Sandbox, SandboxReport
from vault.intake.converter.source import Source, sealed_source
from vault.intake.sniffing import MediaType

DEFAULT_LIMITS = ConversionLimits()
_PROBE_LIMITS = ConversionLimits(cpu_seconds=20, wall_seconds=60)


def convert_document(
    source: Source, *, media_type: MediaType, sandbox: Sandbox, limits: ConversionLimits = DEFAULT_LIMITS
) -> Generator[ConvertedPage, None, None]:
    """The pages of ``source`` as they get ready, numbered from 1.

    Raises InputError with one of the codes of :class:`Refusal` when the document cannot be used, at any page: pages
    already received are then worth nothing. Raises Unavailable ``intake.no_sandbox`` or ``intake.no_font`` when this
    machine cannot convert safely. The work begins with the first page asked for; close the generator if you stop early.
    """
    if not sys.platform.startswith("linux"):
        raise error_of(Refusal.NO_SANDBOX)
    with (
        sealed_source(source, limit=limits.source_bytes) as descriptor,
        running_child(sandbox, source=descriptor, media_type=media_type.value, limits=limits) as child,
    ):
        yield from _pages(child, limits)


def probe_sandbox(sandbox: Sandbox) -> SandboxReport:
    """Which layers hold here, found out by a real child that converts nothing; an empty report if none starts."""
    if not sys.platform.startswith("linux"):
        return SandboxReport(Layer(0))
    try:
        with (
            sealed_source([b"probe"], limit=5) as descriptor,
            running_child(sandbox, source=descriptor, media_type=PROBE, limits=_PROBE_LIMITS) as child,
        ):
            return SandboxReport(read_ready(child.read_exactly))
    except (ChildEnded, ProtocolError, InputError, Unavailable, OSError):
        return SandboxReport(Layer(0))


def _pages(child: ChildProcess, limits: ConversionLimits) -> Generator[ConvertedPage, None, None]:
    try:
        yield from read_pages(child.read_exactly, limits)
    except ChildEnded:
        raise error_of(child.refusal_by_exit()) from None
    except ProtocolError as exc:
        raise error_of(Refusal.FORBIDDEN_OPERATION) from exc
