"""Untrusted document in, page images out, through a sandboxed process. See docs/adr/0003-converter-sandbox.md."""

from vault.intake.converter.conversion import DEFAULT_LIMITS, convert_document, probe_sandbox
from vault.intake.converter.limits import ConversionLimits, ConvertedPage
from vault.intake.converter.sandbox import Sandbox, SandboxReport

__all__ = [
    "DEFAULT_LIMITS",
    "ConversionLimits",
    "ConvertedPage",
    "Sandbox",
    "SandboxReport",
    "convert_document",
    "probe_sandbox",
]
