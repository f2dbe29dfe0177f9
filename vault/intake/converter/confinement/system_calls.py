"""System call numbers by machine, and the few calls that Python does not offer, through ctypes.

Only x86-64 and aarch64: elsewhere :data:`MACHINE` is None and the layers built on numbers are reported missing.
Source: Linux ``arch/x86/entry/syscalls/syscall_64.tbl`` and ``include/uapi/asm-generic/unistd.h``.
"""

from __future__ import annotations

import ctypes
import os
import platform
from dataclasses import dataclass

# name: (x86-64, aarch64); None where the machine has no such call
NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "bind": (49, 200),
    "listen": (50, 201),
    "socketpair": (53, 199),
    "clone": (56, 220),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "fcntl": (72, 25),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "ptrace": (101, 117),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getppid": (110, 173),
    "sigaltstack": (131, 132),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "mount": (165, 40),
    "umount2": (166, 39),
    "init_module": (175, 105),
    "gettid": (186, 178),
    "gettimeofday": (96, 169),
    "futex": (202, 98),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "tgkill": (234, 131),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "newfstatat": (262, 79),
    "unshare": (272, 97),
    "set_robust_list": (273, 99),
    "accept4": (288, 242),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "finit_module": (313, 273),
    "getrandom": (318, 278),
    "bpf": (321, 280),
    "execveat": (322, 281),
    "userfaultfd": (323, 282),
    "rseq": (334, 293),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "pidfd_open": (434, 434),
    "clone3": (435, 435),
    "pidfd_getfd": (438, 438),
    "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of processor: its column in :data:`NUMBERS` and its AUDIT_ARCH word (linux/audit.h)."""

    column: int
    audit_arch: int
    has_x32: bool

    def number(self, name: str) -> int | None:
        """The number of the call ``name``, or None where there is none."""
        return NUMBERS[name][self.column]


_MACHINES = {
    "x86_64": Machine(column=0, audit_arch=0xC000003E, has_x32=True),
    "aarch64": Machine(column=1, audit_arch=0xC00000B7, has_x32=False),
}


def this_machine() -> Machine | None:
    """The machine this process runs on, as a 64-bit process; None if its numbers are not known here."""
    return _MACHINES.get(platform.machine()) if ctypes.sizeof(ctypes.c_void_p) == 8 else None


def load_libc() -> ctypes.CDLL:
    """The C library of this process, which keeps errno for :func:`check`."""
    return ctypes.CDLL(None, use_errno=True)


def check(result: int) -> int:
    """``result`` if it is not negative, else OSError by errno."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
