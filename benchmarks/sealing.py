"""What sealing and opening 1 GiB costs, beside ``age`` and ``openssl`` on the same machine in the same run.

    python -m benchmarks.sealing [--mebibytes 1024] [--rounds 5]

Every tool runs in a child process of its own over a generated file, rounds interleaved so that a busy machine spoils all
alike. Counted: CPU seconds (user + system) and peak resident memory of the child, by the kernel. For the vault also what
the import of an empty child costs, because its figures hold a Python interpreter. The rows:

- *vault*: sealing as an upload does it (sealed stream with its SHA-256), opening with every check;
- *vault, cipher alone*: the same without the SHA-256 of the ciphertext (the fixity digest that a row keeps);
- *age*: ``age -r``, no associated data, no digest;
- *openssl*: ``openssl enc -aes-256-ctr`` and ``openssl dgst -sha256`` one after the other: no authentication at all.

Tools that are not installed are left out and named.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from keys.model import Secret
from keys.primitives import StreamOpener, StreamSealer
from vault.sealing.contexts import object_context
from vault.sealing.envelope import BUFFER_BYTES, SealingReader, copy_opened

MEBIBYTE = 1 << 20
CONTEXT = object_context(dossier_id="benchmark", document_id="benchmark", version=1, part="original")
DEK = Secret(bytes(range(32)))
PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Cost:
    """What one child cost."""

    cpu_seconds: float
    peak_mebibytes: float


def seal_file(source: Path, target: Path) -> None:
    """As an upload: pieces of 1 MiB out of the sealing reader."""
    size = source.stat().st_size
    with source.open("rb") as plain, target.open("wb", buffering=0) as sealed:
        reader = SealingReader(plain, DEK, context=CONTEXT, plaintext_bytes=size)
        block = bytearray(MEBIBYTE)
        while filled := reader.readinto(block):
            sealed.write(memoryview(block)[:filled])
    target.with_suffix(".sha256").write_bytes(reader.sha256)


def open_file(source: Path, target: Path) -> None:
    """With length, digest and every tag checked."""
    digest = source.with_suffix(".sha256").read_bytes()
    with source.open("rb") as sealed, target.open("wb", buffering=0) as plain:
        size = source.stat().st_size
        copy_opened(sealed, _unbuffered(plain), DEK, context=CONTEXT, expected_bytes=size, expected_sha256=digest)


def seal_cipher_alone(source: Path, target: Path) -> None:
    """The stream cipher without digest."""
    sealer = StreamSealer(DEK, context=CONTEXT)
    _pump(source, target, sealer.update_into, sealer.finalize)


def open_cipher_alone(source: Path, target: Path) -> None:
    """The stream cipher without digest."""
    opener = StreamOpener(DEK, context=CONTEXT)
    _pump(source, target, opener.update_into, opener.finalize)


def import_only(_source: Path, _target: Path) -> None:
    """What an interpreter with these modules costs before it does anything."""


WORK = {work.__name__: work for work in (seal_file, open_file, seal_cipher_alone, open_cipher_alone, import_only)}


def _pump(
    source: Path, target: Path, update_into: Callable[[memoryview, bytearray], int], finalize: Callable[[], bytes]
) -> None:
    block, out = bytearray(BUFFER_BYTES), bytearray(2 * BUFFER_BYTES)
    with source.open("rb", buffering=0) as reading, target.open("wb", buffering=0) as writing:
        while filled := reading.readinto(block):
            written = update_into(memoryview(block)[:filled], out)
            writing.write(memoryview(out)[:written])
        writing.write(finalize())


def _unbuffered(file: io.FileIO) -> BinaryIO:
    return file  # type: ignore[return-value]


def cost_of(command: list[str], *, stdin: Path | None = None) -> Cost:
    """Runs a child to its end and asks the kernel what it took."""
    with (stdin or Path(os.devnull)).open("rb") as given:
        child = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, cwd=PROJECT)
        _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with status {child.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def vault_command(work: str, source: Path, target: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.sealing", "--do", work, str(source), str(target)]


Task = Callable[[], list[Cost]]


def tasks_in(folder: Path) -> dict[str, Task]:
    """Every row of the table; sealing comes before opening, which reads what it left."""
    plain, out = folder / "plain", folder / "out"

    def vault(work: str, source: Path, target: Path) -> Task:
        return lambda: [cost_of(vault_command(work, source, target))]

    tasks: dict[str, Task] = {
        "import alone": vault("import_only", plain, out),
        "seal: vault": vault("seal_file", plain, folder / "vault.sealed"),
        "open: vault": vault("open_file", folder / "vault.sealed", out),
        "seal: vault, cipher alone": vault("seal_cipher_alone", plain, folder / "cipher.sealed"),
        "open: vault, cipher alone": vault("open_cipher_alone", folder / "cipher.sealed", out),
    }
    return {**tasks, **age_tasks(folder, plain, out), **openssl_tasks(folder, plain, out)}


def age_tasks(folder: Path, plain: Path, out: Path) -> dict[str, Task]:
    if not (shutil.which("age") and shutil.which("age-keygen")):
        print("age is not installed")
        return {}
    identity, sealed = folder / "identity", folder / "age.sealed"
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    recipient = subprocess.run(
        ["age-keygen", "-y", identity], check=True, capture_output=True, text=True
    ).stdout.strip()
    return {
        "seal: age": lambda: [cost_of(["age", "-r", recipient, "-o", str(sealed), str(plain)])],
        "open: age": lambda: [cost_of(["age", "-d", "-i", str(identity), "-o", str(out), str(sealed)])],
    }


def openssl_tasks(folder: Path, plain: Path, out: Path) -> dict[str, Task]:
    if not shutil.which("openssl"):
        print("openssl is not installed")
        return {}
    sealed = folder / "openssl.sealed"
    cipher = ["openssl", "enc", "-aes-256-ctr", "-K", "11" * 32, "-iv", "22" * 16]
    digest = ["openssl", "dgst", "-sha256"]
    return {
        "seal: openssl enc + dgst": lambda: [
            cost_of([*cipher, "-in", str(plain), "-out", str(sealed)]),
            cost_of([*digest, str(sealed)]),
        ],
        "open: openssl dgst + enc": lambda: [
            cost_of([*digest, str(sealed)]),
            cost_of([*cipher, "-d", "-in", str(sealed), "-out", str(out)]),
        ],
    }


def measure(folder: Path, *, mebibytes: int, rounds: int) -> dict[str, list[Cost]]:
    """All rows, ``rounds`` times, after one round that is thrown away."""
    with (folder / "plain").open("wb") as plain:
        for _block in range(mebibytes):
            plain.write(os.urandom(MEBIBYTE))
    tasks = tasks_in(folder)
    measured: dict[str, list[Cost]] = {name: [] for name in tasks}
    for round_number in range(rounds + 1):
        for name, task in tasks.items():
            costs = task()
            if round_number:
                total = sum(cost.cpu_seconds for cost in costs)
                measured[name].append(Cost(total, max(cost.peak_mebibytes for cost in costs)))
    return measured


def report(measured: dict[str, list[Cost]], *, mebibytes: int) -> str:
    """Medians per GiB, the range, and the ratio to the vault's own row."""
    scale = 1024 / mebibytes
    lines = [f"{'':28} {'CPU-s per GiB':>14} {'lowest-highest':>16} {'peak MiB':>9} {'against vault':>14}"]
    for name, costs in measured.items():
        seconds = sorted(cost.cpu_seconds * scale for cost in costs)
        median, peak = statistics.median(seconds), statistics.median(cost.peak_mebibytes for cost in costs)
        own = measured.get(f"{name[:4]}: vault")
        ratio = f"{median / statistics.median(cost.cpu_seconds * scale for cost in own):.2f}" if own else ""
        lines.append(f"{name:28} {median:14.2f} {f'{seconds[0]:.2f}-{seconds[-1]:.2f}':>16} {peak:9.1f} {ratio:>14}")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--do"]:
        _, work, source, target = arguments
        WORK[work](Path(source), Path(target))
        return
    parser = argparse.ArgumentParser(description="CPU seconds and memory of sealing and opening.")
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vault-benchmark-") as folder:
        measured = measure(Path(folder), mebibytes=options.mebibytes, rounds=options.rounds)
    print(report(measured, mebibytes=options.mebibytes))


if __name__ == "__main__":
    main(sys.argv[1:])
