"""The parent's side of the sandbox: where the child comes from, and what a probe of it says.

Guarantees: :class:`SandboxReport` is what a real child found in this environment, by the same code as a conversion.
Leaves to others: setting the layers up (confinement, in the child) and running children (child_process).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vault.intake.converter.layers import ALL_LAYERS, Layer, is_sufficient

_IMPORT_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How to start converter children.

    ``font_path`` is a TrueType or OpenType font (or collection) with Chinese glyphs; ``monotonic`` gives seconds for
    time limits; ``workspace`` is a directory in which each child's own empty directory lives for a moment; ``entry``
    names the module whose ``main`` runs in the child (tests put hostile code there).
    """

    font_path: Path
    monotonic: Callable[[], float]
    workspace: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    python: str = sys.executable
    import_root: Path = _IMPORT_ROOT
    entry: str = "vault.intake.converter.child"


@dataclass(frozen=True, slots=True)
class SandboxReport:
    """Which layers hold here, for ``doctor``."""

    layers: Layer

    @property
    def is_sufficient(self) -> bool:
        """Whether documents are converted at all; if not, conversion raises ``intake.no_sandbox``."""
        return is_sufficient(self.layers)

    @property
    def held(self) -> tuple[str, ...]:
        """Names of the layers that hold, in lower case."""
        return tuple(str(layer.name).lower() for layer in Layer if layer in self.layers)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the layers that this environment does not give."""
        return tuple(str(layer.name).lower() for layer in Layer if layer not in self.layers & ALL_LAYERS)
