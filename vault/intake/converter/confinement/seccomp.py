"""A system call filter written as classic BPF: what a renderer needs is allowed, nothing else is.

Guarantees after :func:`install`, for this process and for ever: no file can be opened, nothing connected, started,
traced or mounted; no new memory is executable. Calls of the hostile list end the process (SIGSYS), every other one
that is not allowed fails with EPERM, because a library that merely probes must not die of it. Other machines' calling
conventions (32-bit, x32) end the process: their numbers mean something else.
Source: seccomp(2), linux/filter.h, linux/seccomp.h. Argument for the lists: docs/adr/0003-converter-sandbox.md.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable

from vault.intake.converter.confinement.system_calls import Machine, check

ALLOWED = (
    *("read", "write", "readv", "writev", "pread64", "lseek", "close", "dup", "fstat", "poll"),
    *("munmap", "mremap", "madvise", "brk", "futex", "set_robust_list", "rseq", "getrandom"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "sched_yield"),
    *("getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getrusage", "sysinfo"),
    *("clock_gettime", "clock_getres", "gettimeofday", "nanosleep", "clock_nanosleep", "exit", "exit_group"),
)
HOSTILE = (
    *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg"),
    *("execve", "execveat", "fork", "vfork", "clone", "clone3"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_open", "pidfd_getfd", "userfaultfd"),
    *("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "open_by_handle_at"),
    *("bpf", "perf_event_open", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("keyctl", "add_key", "request_key", "init_module", "finit_module", "kexec_load"),
)

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_ALLOW, _KILL_PROCESS, _DENY = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_OFFSET, _ARCH_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16
_X32_BIT = 0x40000000
_PROT_EXEC = 4
_AT_EMPTY_PATH = 0x1000
_FCNTL_COMMANDS = (0, 1, 2, 3, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


class _Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install(libc: ctypes.CDLL, machine: Machine) -> None:
    """Put the filter on. Needs no-new-privileges; OSError where the kernel has no seccomp filters."""
    instructions = build_filter(machine, process_id=os.getpid())
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
    program = _Program(len(instructions), packed)
    check(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0))


def build_filter(machine: Machine, *, process_id: int) -> list[Instruction]:
    """The filter's instructions for ``machine``; a process may send signals only to itself (abort)."""
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH_OFFSET),
        (_JUMP_EQUAL, 1, 0, machine.audit_arch),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
    ]
    if machine.has_x32:
        program += [(_JUMP_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL_PROCESS)]
    for number in _numbers(machine, ALLOWED):
        program += _answer(number, _ALLOW)
    for number in _numbers(machine, ("mmap", "mprotect")):
        program += _judge_argument(number, 2, [(_JUMP_ANY_BIT, 0, 1, _PROT_EXEC), (_RETURN, 0, 0, _DENY)], _ALLOW)
    for number in _numbers(machine, ("newfstatat",)):  # glibc's fstat: a path is empty when the flag is there
        program += _judge_argument(number, 3, [(_JUMP_ANY_BIT, 0, 1, _AT_EMPTY_PATH), (_RETURN, 0, 0, _ALLOW)], _DENY)
    for number in _numbers(machine, ("tgkill",)):
        program += _judge_argument(number, 0, _answer(process_id, _ALLOW), _DENY)
    for number in _numbers(machine, ("fcntl",)):
        commands = [step for command in _FCNTL_COMMANDS for step in _answer(command, _ALLOW)]
        program += _judge_argument(number, 1, commands, _DENY)
    for number in _numbers(machine, HOSTILE):
        program += _answer(number, _KILL_PROCESS)
    return [*program, (_RETURN, 0, 0, _DENY)]


def _numbers(machine: Machine, names: Iterable[str]) -> list[int]:
    return [number for name in names if (number := machine.number(name)) is not None]


def _answer(value: int, verdict: int) -> list[Instruction]:
    """If the loaded word is ``value``, the verdict; else go on."""
    return [(_JUMP_EQUAL, 0, 1, value), (_RETURN, 0, 0, verdict)]


def _judge_argument(number: int, index: int, tests: list[Instruction], otherwise: int) -> list[Instruction]:
    """For call ``number``: load the low word of an argument, run ``tests``, else the verdict ``otherwise``.

    Every argument judged here is an int to the kernel, so its high word is not looked at by either.
    """
    body = [(_LOAD, 0, 0, _ARGUMENTS_OFFSET + 8 * index), *tests, (_RETURN, 0, 0, otherwise)]
    return [(_JUMP_EQUAL, 0, len(body), number), *body]
