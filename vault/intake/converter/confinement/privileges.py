"""Gives up what the process may do: namespaces, root directory, user, capabilities.

Guarantees: each function tells by its answer which layers hold and raises nothing for a layer that this environment
does not give. Works as root and as an ordinary user; inside containers some layers are refused and the others carry it.
Source: unshare(2), chroot(2), capabilities(7), user_namespaces(7).
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

from vault.intake.converter.confinement.system_calls import check
from vault.intake.converter.layers import Layer

NOBODY = 65_534

_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC, _CLONE_NEWUTS = 0x10000000, 0x40000000, 0x08000000, 0x04000000
_ISOLATED = _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS
_CAPABILITY_VERSION_3 = 0x20080522


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def drop_privileges(libc: ctypes.CDLL) -> Layer:
    """Own namespaces, empty root, unprivileged user, no capabilities: as many of them as can be had.

    Root does it with root's rights and then becomes nobody; whoever cannot, tries again inside a user namespace.
    """
    # Asked before a user namespace shows every user as nobody.
    layers = Layer(0) if 0 in (os.getuid(), os.geteuid()) else Layer.UNPRIVILEGED_USER
    if os.geteuid() == 0:
        layers |= _isolate(libc, _ISOLATED) | _empty_root()
        layers |= _become_nobody()
    if Layer.NETWORK_NAMESPACE not in layers:
        layers |= _isolate(libc, _CLONE_NEWUSER | _ISOLATED)
    if Layer.EMPTY_ROOT not in layers:
        layers |= _empty_root()
    return layers | _drop_capabilities(libc)


def _isolate(libc: ctypes.CDLL, flags: int) -> Layer:
    try:
        check(libc.unshare(flags))
    except OSError:
        return Layer(0)
    return Layer.NETWORK_NAMESPACE


def _empty_root() -> Layer:
    """Make the current directory the root: it was empty, and has been removed, so nothing can ever be made in it."""
    try:
        os.chroot(".")
        os.chdir("/")
    except OSError:
        return Layer(0)
    return Layer.EMPTY_ROOT


def _become_nobody() -> Layer:
    with suppress(OSError):
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        return Layer.UNPRIVILEGED_USER
    return Layer(0)


def _drop_capabilities(libc: ctypes.CDLL) -> Layer:
    """Empty effective, permitted and inheritable sets; with no-new-privileges they stay empty."""
    header, empty = _CapabilityHeader(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    try:
        check(libc.capset(ctypes.byref(header), ctypes.byref(empty)))
    except (OSError, AttributeError):
        return Layer(0)
    return Layer.NO_CAPABILITIES
