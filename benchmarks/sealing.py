"""What sealing and opening 1 GiB costs, beside ``age`` and ``openssl`` on the same machine in the same run.

    python -m benchmarks.sealing [--mebibytes 1024] [--rounds 5]

Every tool runs in a child process of its own, from a generated file into nothing (the disk's cost is not the question),
rounds interleaved so that a busy machine spoils all alike. Counted by the kernel: CPU seconds (user + system) and the
high-water mark of resident memory. What an empty child costs is a row of its own, because the vault's figures hold a
Python interpreter. The rows:

- *vault*: sealing as an upload does it (sealed stream with its SHA-256), opening with every check;
- *vault, cipher alone*: the same without the SHA-256 of the ciphertext (the fixity digest that a row keeps);
- *age*: ``age -r``, no associated data, no digest;
- *openssl*: ``openssl enc -aes-256-ctr`` and ``openssl dgst -sha256`` one after the other: no authentication at all.

Tools that are not installed are left out and named.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from keys.model import Secret
from keys.primitives import StreamOpener, StreamSealer
from vault.sealing.contexts import object_context
from vault.sealing.envelope import BUFFER_BYTES, SealingReader, copy_opened

MEBIBYTE = 1 << 20
CONTEXT = object_context(dossier_id="benchmark", document_id="benchmark", version=1, part="original")
DEK = Secret(bytes(range(32)))
PROJECT = Path(__file__).parents[1]
NOWHERE = Path(os.devnull)


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
    if target.suffix:
        target.with_suffix(".sha256").write_bytes(reader.sha256)


def open_file(source: Path, target: Path) -> None:
    """With length, digest and every tag checked."""
    digest = source.with_suffix(".sha256").read_bytes()
    with source.open("rb") as sealed, target.open("wb", buffering=0) as plain:
        size = source.stat().st_size
        copy_opened(sealed, plain, DEK, context=CONTEXT, expected_bytes=size, expected_sha256=digest)


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


def cost_of(command: list[str]) -> Cost:
    """Runs a child to its end and asks the kernel what it took."""
    child, peak_kibibytes = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=PROJECT), 0
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        peak_kibibytes = max(peak_kibibytes, _high_water_kibibytes(child.pid))
        time.sleep(0.005)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with status {child.returncode}")
    return Cost(used.ru_utime + used.ru_stime, peak_kibibytes / 1024)


def _high_water_kibibytes(pid: int) -> int:
    """Not ru_maxrss: that begins with the memory of whoever started the child."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def vault_command(work: str, source: Path, target: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.sealing", "--do", work, str(source), str(target)]


Commands = list[list[str]]


def rows_in(folder: Path) -> dict[str, Commands]:
    """What each row of the table runs; what is opened was sealed here before."""
    plain = folder / "plain"
    for work, sealed in (("seal_file", "vault.sealed"), ("seal_cipher_alone", "cipher.sealed")):
        subprocess.run(vault_command(work, plain, folder / sealed), check=True, cwd=PROJECT)
    rows = {
        "import alone": [vault_command("import_only", plain, NOWHERE)],
        "seal: vault": [vault_command("seal_file", plain, NOWHERE)],
        "open: vault": [vault_command("open_file", folder / "vault.sealed", NOWHERE)],
        "seal: vault, cipher alone": [vault_command("seal_cipher_alone", plain, NOWHERE)],
        "open: vault, cipher alone": [vault_command("open_cipher_alone", folder / "cipher.sealed", NOWHERE)],
    }
    return {**rows, **age_rows(folder, plain), **openssl_rows(plain)}


def age_rows(folder: Path, plain: Path) -> dict[str, Commands]:
    if not (shutil.which("age") and shutil.which("age-keygen")):
        print("age is not installed")
        return {}
    identity, sealed = str(folder / "identity"), str(folder / "age.sealed")
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    shown = subprocess.run(["age-keygen", "-y", identity], check=True, capture_output=True, text=True)
    sealing = ["age", "-r", shown.stdout.strip(), "-o"]
    subprocess.run([*sealing, sealed, str(plain)], check=True)
    return {
        "seal: age": [[*sealing, str(NOWHERE), str(plain)]],
        "open: age": [["age", "-d", "-i", identity, "-o", str(NOWHERE), sealed]],
    }


def openssl_rows(plain: Path) -> dict[str, Commands]:
    if not shutil.which("openssl"):
        print("openssl is not installed")
        return {}
    cipher = ["openssl", "enc", "-aes-256-ctr", "-K", "11" * 32, "-iv", "22" * 16, "-in", str(plain), "-out"]
    digest = ["openssl", "dgst", "-sha256", "-out", str(NOWHERE), str(plain)]
    return {
        "seal: openssl enc + dgst": [[*cipher, str(NOWHERE)], digest],
        "open: openssl dgst + enc": [digest, [*cipher, str(NOWHERE), "-d"]],
    }


def measure(folder: Path, *, mebibytes: int, rounds: int) -> dict[str, list[Cost]]:
    """All rows, ``rounds`` times, after one round that is thrown away."""
    with (folder / "plain").open("wb") as plain:
        for _block in range(mebibytes):
            plain.write(os.urandom(MEBIBYTE))
    rows = rows_in(folder)
    measured: dict[str, list[Cost]] = {name: [] for name in rows}
    for round_number in range(rounds + 1):
        for name, commands in rows.items():
            costs = [cost_of(command) for command in commands]
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
