"""A converter child that was taken over: it runs the document itself as Python code, behind the real layers.

Its variants are modules of their own, since a child gets no environment to choose by.
"""

from __future__ import annotations

import ctypes
import errno
import io
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from PIL import Image

from vault.intake.converter import child, frames
from vault.intake.converter.job import Job
from vault.intake.converter.limits import ConvertedPage
from vault.intake.converter.render import Rendering

# An interpreter that was taken over would have these at hand; after confinement nothing more can be imported.
TOOLS = {
    "child": child,
    "ctypes": ctypes,
    "errno": errno,
    "frames": frames,
    "libc": ctypes.CDLL(None, use_errno=True),
    "mmap": mmap,
    "os": os,
    "Path": Path,
    "resource": resource,
    "signal": signal,
    "socket": socket,
    "subprocess": subprocess,
    "sys": sys,
}


def main(encoded_job: str) -> NoReturn:
    child.run(Job.decode(encoded_job), render=run_document)


def run_document(rendering: Rendering) -> Iterator[ConvertedPage]:
    """One page; each line of its text is what the expression in that line came to: its value, or the error's name."""
    outcomes = [_outcome(line) for line in bytes(rendering.source).decode().splitlines()]
    yield ConvertedPage(number=1, image=_IMAGE, width=2, height=2, text="\n".join(outcomes))


def _outcome(expression: str) -> str:
    try:
        return repr(eval(expression, dict(TOOLS)))
    except OSError as exc:
        return errno.errorcode.get(exc.errno or 0, type(exc).__name__)
    except Exception as exc:  # noqa: BLE001
        return type(exc).__name__


def _tiny_image() -> bytes:
    encoded = io.BytesIO()
    Image.new("RGB", (2, 2)).save(encoded, "WEBP", lossless=True)
    return encoded.getvalue()


_IMAGE = _tiny_image()
