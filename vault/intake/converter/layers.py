"""The layers of the sandbox, and the rule which of them suffice.

Guarantees: one rule (:func:`is_sufficient`), asked by the child before it looks at the document and by the parent
before it believes a page. Argument: docs/adr/0003-converter-sandbox.md.
"""

from __future__ import annotations

import enum


class Layer(enum.IntFlag):
    """What holds in the child. Values travel in the READY frame and never change meaning."""

    RESOURCE_LIMITS = 1
    NO_NEW_PRIVILEGES = 2
    NOT_DUMPABLE = 4
    DIES_WITH_PARENT = 8
    UNPRIVILEGED_USER = 16
    NO_CAPABILITIES = 32
    NETWORK_NAMESPACE = 64
    EMPTY_ROOT = 128
    LANDLOCK = 256
    SECCOMP = 512


ALL_LAYERS = Layer((1 << len(Layer)) - 1)

_ALWAYS = Layer.RESOURCE_LIMITS | Layer.NO_NEW_PRIVILEGES


def is_sufficient(layers: Layer) -> bool:
    """Whether documents may be converted behind these layers.

    Limits and no-new-privileges always; then either the system call filter, which alone denies files, sockets and
    programs, or an own network namespace together with something that takes the file system away.
    """
    if _ALWAYS not in layers:
        return False
    no_files = Layer.LANDLOCK in layers or Layer.EMPTY_ROOT in layers
    return Layer.SECCOMP in layers or (Layer.NETWORK_NAMESPACE in layers and no_files)
