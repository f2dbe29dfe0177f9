"""Confines the converter process to bytes in and pixels out, before it looks at the document.

Guarantees: when :func:`confine` returns, the layers it names hold for this process for ever, and everything of the
list "always" in :func:`vault.intake.converter.layers.is_sufficient` was tried. It runs once, in a process with one
thread, after every library is loaded, because afterwards no file can be opened any more. The order matters and is
said at each step. Argument: docs/adr/0003-converter-sandbox.md.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal

from vault.intake.converter.confinement import landlock, seccomp
from vault.intake.converter.confinement.privileges import drop_privileges
from vault.intake.converter.confinement.system_calls import Machine, check, load_libc, this_machine
from vault.intake.converter.layers import ALL_LAYERS, Layer
from vault.intake.converter.limits import ConversionLimits

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_OPEN_FILES = 16


def confine(limits: ConversionLimits, *, source_bytes: int, parent_pid: int, wanted: Layer = ALL_LAYERS) -> Layer:
    """The layers that hold from now on. ``wanted`` exists for tests of environments that lack some.

    1. limits            before anything can run away; the address space has room for the source on top
    2. privileges        namespaces, root, user, capabilities: needs what the later steps take away
    3. no new privileges which Landlock and seccomp require of the unprivileged
    4. not dumpable, dies with its parent: a change of user in step 2 would have undone both
    5. no processes      a limit that binds only the unprivileged user of step 2
    6. Landlock
    7. seccomp           last, since it forbids steps 1 to 6
    """
    libc, machine = load_libc(), this_machine()
    _limit_resources(limits, source_bytes)
    layers = Layer.RESOURCE_LIMITS
    layers |= drop_privileges(libc)
    check(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    check(libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0))
    layers |= Layer.NO_NEW_PRIVILEGES | Layer.NOT_DUMPABLE | _die_with(libc, parent_pid)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    if machine is not None:
        layers |= _restrict(libc, machine, wanted)
    return layers & wanted


def _limit_resources(limits: ConversionLimits, source_bytes: int) -> None:
    address_space = limits.memory_bytes + source_bytes
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    # The soft limit ends the process by SIGXCPU; the hard one by SIGKILL, should the signal be ignored.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def _die_with(libc: ctypes.CDLL, parent_pid: int) -> Layer:
    """SIGKILL when the parent goes; a parent that went before is noticed by a new parent's number."""
    check(libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)
    return Layer.DIES_WITH_PARENT


def _restrict(libc: ctypes.CDLL, machine: Machine, wanted: Layer) -> Layer:
    layers = Layer(0)
    for layer, put_on in ((Layer.LANDLOCK, landlock.restrict), (Layer.SECCOMP, seccomp.install)):
        if layer not in wanted:
            continue
        try:
            put_on(libc, machine)
        except OSError:
            continue  # reported as missing; is_sufficient decides
        layers |= layer
    return layers
