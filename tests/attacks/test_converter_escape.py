"""What code that took the converter over can reach: nothing. Each attack really runs behind the real layers."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import pytest

from tests.vault.intake.samples import sandbox
from vault.errors import InputError, Unavailable
from vault.intake import ConversionLimits, convert_document, probe_sandbox
from vault.intake.sniffing import MediaType

HOSTILE = "tests.vault.intake.hostile_child"
LIMITS = ConversionLimits(cpu_seconds=20, wall_seconds=60)


def attack(expression: str, workspace: Path, *, entry: str = HOSTILE, limits: ConversionLimits = LIMITS) -> str:
    """What ``expression`` came to inside the sandbox."""
    hostile = sandbox(workspace, entry=entry)
    pages = convert_document([expression.encode()], media_type=MediaType.TEXT, sandbox=hostile, limits=limits)
    return "\n".join(page.text for page in pages)


def test_hostile_code_runs_at_all(tmp_path: Path) -> None:
    """The harness is honest: the expression is evaluated in the child, not lost."""
    outcome = attack("6 * 7", tmp_path)

    assert outcome == "42"


@pytest.mark.parametrize(
    "expression",
    [
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
        "socket.socketpair()",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "os.execv('/bin/sh', ['sh'])",
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "libc.ptrace(0, 0, 0, 0)",
        "libc.unshare(0x10000000)",
        "libc.mount(b'none', b'/', b'tmpfs', 0, None)",
        "libc.setns(0, 0)",
        "libc.syscall(425, 8, 0)",
        f"libc.syscall({321 if platform.machine() == 'x86_64' else 280}, 0, 0, 0)",
    ],
)
def test_hostile_system_call_ends_the_converter(expression: str, tmp_path: Path) -> None:
    """Sockets of any family, programs, processes, tracing, mounts, io_uring and BPF are death, and reported as such."""
    with pytest.raises(InputError) as refused:
        attack(expression, tmp_path)

    assert refused.value.code == "intake.forbidden_operation"


def test_reading_a_system_file_is_denied(tmp_path: Path) -> None:
    """/etc/passwd cannot be opened."""
    assert attack("open('/etc/passwd').read()", tmp_path) == "EPERM"


def test_reading_a_canary_of_the_service_is_denied(tmp_path: Path) -> None:
    """A file that the parent itself can read stays closed to the child."""
    canary = tmp_path / "canary"
    canary.write_text("CANARY-7f3a")

    outcome = attack(f"open({str(canary)!r}).read()", tmp_path)

    assert outcome == "EPERM"


def test_opening_or_listing_anything_is_denied(tmp_path: Path) -> None:
    """Not even harmless files, devices, the own directory or the root open."""
    paths = ["/proc/self/environ", "/proc/self/mem", "/dev/null", "/sys", "."]
    expressions = [f"os.open({path!r}, os.O_RDONLY)" for path in paths]

    outcomes = attack("\n".join([*expressions, "os.listdir('/')"]), tmp_path).split("\n")

    assert outcomes == ["EPERM"] * 6


def test_writing_anything_is_denied_and_leaves_nothing(tmp_path: Path) -> None:
    """No file, directory, link, pipe or anonymous memory can be made."""
    expressions = [
        "open('left-behind', 'w')",
        "os.mkdir('left-behind')",
        "os.symlink('/etc', 'left-behind')",
        "os.memfd_create('x')",
        "os.mkfifo('left-behind')",
        "os.rename('a', 'b')",
        "os.truncate('/etc/hostname', 0)",
    ]

    outcomes = attack("\n".join(expressions), tmp_path).split("\n")

    assert (outcomes, list(tmp_path.iterdir())) == (["EPERM"] * 7, [])


def test_secret_in_the_environment_does_not_reach_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's environment holds nothing of the parent's, as Python or the C library sees it."""
    monkeypatch.setenv("VAULT_CANARY", "CANARY-91bc")

    outcome = attack("[key for key in os.environ if key != 'LC_CTYPE']", tmp_path)

    assert outcome == "[]"


def test_descriptors_of_the_parent_do_not_reach_the_child(tmp_path: Path) -> None:
    """An inheritable descriptor of the parent is closed; source (twice), /dev/null (twice) and pipe are open."""
    canary = os.open(tmp_path / "canary", os.O_RDWR | os.O_CREAT)
    os.set_inheritable(canary, True)
    probe = "(lambda good: [n for n in range(256) if good(n)])(lambda n: libc.fcntl(n, 1) != -1)"
    try:
        outcome = attack(probe, tmp_path)
    finally:
        os.close(canary)

    assert outcome == "[0, 1, 2, 3, 4]"


def test_source_cannot_be_changed_through_its_descriptor(tmp_path: Path) -> None:
    """The memory that holds the document is sealed against writing."""
    assert attack("os.pwrite(0, b'x', 0)", tmp_path) == "EPERM"


def test_signalling_others_is_denied(tmp_path: Path) -> None:
    """The child cannot end the parent or the init process."""
    outcomes = attack("\n".join(f"os.kill({pid}, 0)" for pid in (os.getpid(), 1, -1)), tmp_path).split("\n")

    assert outcomes == ["EPERM"] * 3


def test_new_executable_memory_is_denied(tmp_path: Path) -> None:
    """No memory can be mapped executable, so injected bytes do not become code."""
    assert attack("mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)", tmp_path) == "EPERM"


def test_raising_the_own_limits_is_denied(tmp_path: Path) -> None:
    """Resource limits cannot be lifted from inside."""
    outcome = attack("resource.setrlimit(resource.RLIMIT_AS, (-1, -1))", tmp_path)

    assert outcome in {"EPERM", "ValueError"}


def test_child_is_neither_root_nor_capable(tmp_path: Path) -> None:
    """Even under a service that runs as root the child's user is an ordinary one."""
    assert attack("os.getuid() * os.geteuid() != 0", tmp_path) == "True"


def test_memory_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    """Allocating more than the limit fails inside and is no harm outside."""
    limits = ConversionLimits(memory_bytes=512 << 20, cpu_seconds=20, wall_seconds=60)

    assert attack("len(bytearray(700 << 20))", tmp_path, limits=limits) == "MemoryError"


def test_endless_computing_is_ended_by_the_cpu_limit(tmp_path: Path) -> None:
    """A loop is ended by the kernel."""
    limits = ConversionLimits(cpu_seconds=2, wall_seconds=60)

    with pytest.raises(InputError) as refused:
        attack("[0 for _ in iter(int, 1)]", tmp_path, limits=limits)

    assert refused.value.code == "intake.too_complex"


def test_sleeping_for_ever_is_ended_by_the_wall_clock(tmp_path: Path) -> None:
    """A child that does nothing at all is ended too."""
    limits = ConversionLimits(cpu_seconds=20, wall_seconds=3)

    with pytest.raises(InputError) as refused:
        attack("libc.sleep(1000)", tmp_path, limits=limits)

    assert refused.value.code == "intake.timeout"


@pytest.mark.parametrize(
    "said",
    [
        "frames.encode_header(2, 1, 2, 2, 0xFFFFFFFF, 0)",
        "frames.encode_header(2, 1, 2, 2, 10, 0xFFFFFFFF)",
        "frames.encode_header(2, 7, 2, 2, 10, 0)",
        "frames.encode_header(2, 1, 60000, 60000, 10, 0)",
        "frames.encode_header(3, 5)",
        "frames.encode_header(1, 1023)",
        "frames.encode_header(4, 99)",
        "b'\\xff' * 21",
        "frames.encode_header(2, 1, 2, 2, 30, 0) + b'<svg onload=alert(1)>         '",
    ],
)
def test_lying_in_the_protocol_is_refused(said: str, tmp_path: Path) -> None:
    """Lengths, numbers, kinds and images that cannot be true end the conversion before they are used."""
    with pytest.raises(InputError) as refused:
        attack(f"os.write(3, {said})", tmp_path)

    assert refused.value.code == "intake.forbidden_operation"


def test_without_seccomp_the_other_layers_still_deny_files_and_network(tmp_path: Path) -> None:
    """On a kernel without filters, namespaces, empty root and Landlock carry it."""
    entry = "tests.vault.intake.hostile_child_without_seccomp"
    report = probe_sandbox(sandbox(tmp_path, entry=entry))
    if not report.is_sufficient:  # a container that gives no namespaces either: then nothing is converted at all
        with pytest.raises(Unavailable):
            attack("1", tmp_path, entry=entry)
        return

    expressions = [
        "open('/etc/passwd').read()",
        "open('left-behind', 'w')",
        "os.execv('/bin/sh', ['sh'])",
        "socket.socket().connect(('127.0.0.1', 22))",
        "os.fork()",
    ]
    outcomes = attack("\n".join(expressions), tmp_path, entry=entry).split("\n")

    denied = {"EPERM", "EACCES", "ENOENT", "ENETUNREACH", "EAGAIN"}
    assert set(outcomes) <= denied


def test_without_sandbox_nothing_is_converted(tmp_path: Path) -> None:
    """Fail closed: neither filter nor namespaces means no conversion, and doctor can say so."""
    bare = sandbox(tmp_path, entry="tests.vault.intake.hostile_child_without_layers")

    with pytest.raises(Unavailable) as refused:
        list(convert_document([b"6 * 7"], media_type=MediaType.TEXT, sandbox=bare, limits=LIMITS))

    assert (refused.value.code, probe_sandbox(bare).is_sufficient) == ("intake.no_sandbox", False)


def test_child_dies_with_its_parent(tmp_path: Path) -> None:
    """When the converting process is killed, the child does not live on."""
    child_pid = _pid_of_child_whose_parent_is_killed(tmp_path)

    deadline = time.monotonic() + 20
    while _is_running(child_pid) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not _is_running(child_pid)


def _pid_of_child_whose_parent_is_killed(workspace: Path) -> int:
    read_end, write_end = os.pipe()
    parent = os.fork()
    if parent == 0:
        pages = convert_document(
            [b"never read"],
            media_type=MediaType.TEXT,
            sandbox=sandbox(workspace, entry="tests.vault.intake.hostile_child_that_waits"),
            limits=LIMITS,
        )
        page = next(pages)
        os.write(write_end, page.text.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        child_pid = int(pipe.read())
    os.waitpid(parent, 0)
    return child_pid


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
