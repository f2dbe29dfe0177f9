"""Takes the file system and TCP away with Landlock: every right handled, no rule that gives one back.

Guarantees after :func:`restrict`: opening, reading, writing, listing, making, renaming and removing files fails, as do
TCP bind and connect (ABI 4), and signals and abstract sockets to the outside (ABI 6). Descriptors that are open stay
usable. Leaves to seccomp: looking at names (stat), which Landlock does not cover.
Source: landlock(7), linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os

from vault.intake.converter.confinement.system_calls import Machine, check

_CREATE_RULESET_VERSION = 1
# How many access_fs bits each ABI knows: 1 has 13, then refer, truncate and ioctl_dev were added.
_FILE_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_FILE_RIGHTS = 16
_TCP_RIGHTS = 0b11
_SCOPES = 0b11


class _RulesetAttributes(ctypes.Structure):
    """struct landlock_ruleset_attr; older kernels take a prefix of it."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def restrict(libc: ctypes.CDLL, machine: Machine) -> None:
    """Put the restriction on. Needs no-new-privileges; OSError where the kernel has no Landlock."""
    create, restrict_self = machine.number("landlock_create_ruleset"), machine.number("landlock_restrict_self")
    abi = check(libc.syscall(create, None, ctypes.c_size_t(0), _CREATE_RULESET_VERSION))
    attributes = _RulesetAttributes(
        files=(1 << _FILE_RIGHTS_BY_ABI.get(abi, _NEWEST_FILE_RIGHTS)) - 1,
        network=_TCP_RIGHTS if abi >= 4 else 0,
        scoped=_SCOPES if abi >= 6 else 0,
    )
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = check(libc.syscall(create, ctypes.byref(attributes), ctypes.c_size_t(size), 0))
    try:
        check(libc.syscall(restrict_self, ruleset, 0))
    finally:
        os.close(ruleset)
