"""What sealing and opening 1 GiB costs, beside ``age`` and ``openssl`` on the same machine in the same run.

Every tool runs in a child process of its own, from a generated file into nothing (the disk's cost is not the question),
rounds interleaved so that a busy machine spoils all alike. Tools that are not installed are left out and named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import Findings, Goal, median, spread
from keys.model import Secret
from keys.primitives import StreamOpener, StreamSealer
from vault.sealing.contexts import object_context
from vault.sealing.envelope import BUFFER_BYTES, SealingReader, copy_opened

MEBIBYTE = 1 << 20
CONTEXT = object_context(dossier_id="benchmark", document_id="benchmark", version=1, part="original")
DEK = Secret(bytes(range(32)))
PROJECT = Path(__file__).parents[1]
NOWHERE = Path(os.devnull)

CPU_LIMIT_SECONDS = 0.5
MEMORY_LIMIT_MIB = 40
AGE_RATIO = 2
_JUDGED_MEBIBYTES = 1024
_MEANING = """
"vault": sealing as an upload does it (sealed stream and its SHA-256), opening with every check. "cipher alone": without
the SHA-256 of the ciphertext, the fixity digest that a row keeps. "age": age -r, no associated data, no digest.
"openssl": openssl enc -aes-256-ctr and openssl dgst -sha256, one after the other; no authentication at all; the digest
also by itself, since it is most of what the vault does beside the cipher. Processor
seconds (user and system) for 1 GiB and the high-water mark of resident memory, counted by the kernel for whole
processes, medians; the vault's hold a Python interpreter, which the first row shows by itself. Ratio: against "vault".
"""


@dataclass(frozen=True)
class Cost:
    """What one child cost."""

    cpu_seconds: float
    peak_mebibytes: float


@dataclass(frozen=True, slots=True)
class Size:
    mebibytes: int
    rounds: int


SIZES = {"full": Size(1024, 5), "quick": Size(128, 3), "smallest": Size(1, 1)}


def seal_file(source: Path, target: Path) -> None:
    """As an upload: pieces of 1 MiB out of the sealing reader."""
    size = source.stat().st_size
    with source.open("rb") as plain, target.open("wb", buffering=0) as sealed:
        reader = SealingReader(plain, DEK, context=CONTEXT, plaintext_bytes=size)
        block = bytearray(MEBIBYTE)
        while filled := reader.readinto(block):
            sealed.write(memoryview(block)[:filled])
    if target.suffix:
        target.with_suffix(".header").write_bytes(reader.header)


def open_file(source: Path, target: Path) -> None:
    """With header, length and every tag checked."""
    header = source.with_suffix(".header").read_bytes()
    with source.open("rb") as sealed, target.open("wb", buffering=0) as plain:
        size = source.stat().st_size
        copy_opened(sealed, plain, DEK, context=CONTEXT, header=header, expected_bytes=size)


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
    source: Path, target: Path, update_into: Callable[[bytes, bytearray], int], finalize: Callable[[], bytes]
) -> None:
    out = bytearray(2 * BUFFER_BYTES)
    with source.open("rb") as reading, target.open("wb", buffering=0) as writing:
        while block := reading.read(BUFFER_BYTES):
            writing.write(memoryview(out)[: update_into(block, out)])
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
    return [sys.executable, "-m", "benchmarks.sealing", work, str(source), str(target)]


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
        return {}
    cipher = ["openssl", "enc", "-aes-256-ctr", "-K", "11" * 32, "-iv", "22" * 16, "-in", str(plain), "-out"]
    digest = ["openssl", "dgst", "-sha256", "-out", str(NOWHERE), str(plain)]
    return {
        "SHA-256 alone: openssl dgst": [digest],
        "seal: openssl enc + dgst": [[*cipher, str(NOWHERE)], digest],
        "open: openssl dgst + enc": [digest, [*cipher, str(NOWHERE), "-d"]],
    }


def measure(size: Size) -> Findings:
    with tempfile.TemporaryDirectory(prefix="vault-benchmark-") as folder:
        costs = _costs(Path(folder), size)
    per_gib = {
        name: [cost.cpu_seconds * _JUDGED_MEBIBYTES / size.mebibytes for cost in measured]
        for name, measured in costs.items()
    }
    rows = [_row(name, per_gib, costs[name]) for name in costs]
    left_out = [f"{tool}: not installed" for tool in ("age", "openssl") if not shutil.which(tool)]
    if size.mebibytes < _JUDGED_MEBIBYTES:
        left_out.append("the goals: of a small file the interpreter's start is most of the cost")
        return Findings("Sealing and opening", _MEANING, _HEAD, rows, left_out=left_out)
    return Findings("Sealing and opening", _MEANING, _HEAD, rows, _goals(per_gib, costs), left_out)


_HEAD = ("", "CPU-s per GiB", "from-to", "peak MiB", "ratio")


def _row(name: str, per_gib: dict[str, list[float]], costs: list[Cost]) -> list[str]:
    own = per_gib.get(f"{name[:4]}: vault")
    return [
        name,
        f"{median(per_gib[name]):.2f}",
        spread(per_gib[name]),
        f"{median([cost.peak_mebibytes for cost in costs]):.1f}",
        f"{median(per_gib[name]) / median(own):.2f}" if own else "",
    ]


def _goals(per_gib: dict[str, list[float]], costs: dict[str, list[Cost]]) -> list[Goal]:
    goals = []
    for act in ("seal", "open"):
        own = median(per_gib[f"{act}: vault"])
        peak = median([cost.peak_mebibytes for cost in costs[f"{act}: vault"]])
        goals.append(Goal(f"{act} 1 GiB", own, CPU_LIMIT_SECONDS, "CPU-s"))
        goals.append(Goal(f"{act}, peak memory", peak, MEMORY_LIMIT_MIB, "MiB"))
        if f"{act}: age" in per_gib:
            ratio = median(per_gib[f"{act}: age"]) / own
            goals.append(Goal(f"{act}, age's cost over ours", ratio, AGE_RATIO, "times", at_least=True))
    return goals


def _costs(folder: Path, size: Size) -> dict[str, list[Cost]]:
    """All rows, as often as there are rounds, after one round that is thrown away."""
    with (folder / "plain").open("wb") as plain:
        for _block in range(size.mebibytes):
            plain.write(os.urandom(MEBIBYTE))
    rows = rows_in(folder)
    measured: dict[str, list[Cost]] = {name: [] for name in rows}
    for round_number in range(size.rounds + 1):
        for name, commands in rows.items():
            costs = [cost_of(command) for command in commands]
            if round_number:
                total = sum(cost.cpu_seconds for cost in costs)
                measured[name].append(Cost(total, max(cost.peak_mebibytes for cost in costs)))
    return measured


if __name__ == "__main__":  # what the child processes do
    _, chosen, source_path, target_path = sys.argv
    WORK[chosen](Path(source_path), Path(target_path))
