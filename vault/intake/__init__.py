"""How documents come in: what a file is, the watched folder, and conversion in a sandbox.

The one call that filing needs is :func:`convert_document`; the watched folder lives in :mod:`vault.intake.hot_folder`.
"""

from vault.intake.converter import (
    DEFAULT_LIMITS,
    ConversionLimits,
    ConvertedPage,
    Sandbox,
    SandboxReport,
    convert_document,
    probe_sandbox,
)

__all__ = [
    "DEFAULT_LIMITS",
    "ConversionLimits",
    "ConvertedPage",
    "Sandbox",
    "SandboxReport",
    "convert_document",
    "probe_sandbox",
]
