"""The vault and the second reader agree on every export: what one accepts the other accepts, and nothing else."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.second_reader import trail_reader
from tests.second_reader.trail_reader import Refused, check_counters, check_export, open_checkpoint
from tests.vectors.trail.generate import EXPORT, KEY
from vault.ledger.export import ExportRefused, verify_export

ORIGIN, PUBLIC = KEY.split("+")[0], base64.b64decode(KEY.split("+", 2)[2])[1:]
WHOLE = EXPORT.read_bytes()
LINES = WHOLE.splitlines(keepends=True)
# The published note of golang.org/x/mod/sumdb/note is no checkpoint; its parts show that the reader knows the form.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def _second_reads(content: bytes) -> int | None:
    try:
        return len(check_export(content, KEY))
    except Refused:
        return None


def _vault_reads(content: bytes) -> int | None:
    lines = [line + b"\n" for line in content.split(b"\n")]
    lines[-1:] = [lines[-1][:-1]] if lines[-1] != b"\n" else []
    try:
        return verify_export(lines, origin=ORIGIN, public=PUBLIC)
    except ExportRefused:
        return None


def test_both_read_the_vector() -> None:
    """Seven entries, proven against one checkpoint."""
    assert _second_reads(WHOLE) == _vault_reads(WHOLE) == 7


def test_second_reader_gives_the_values(capsys: pytest.CaptureFixture[str]) -> None:
    """What a court reads: who, where, why, beside each entry that says so."""
    entries = check_export(WHOLE, KEY)

    assert entries[1]["values"]["place"] == {"address": "10.1.2.3", "source": "zone", "zone": "总部大楼"}
    assert entries[1]["values"]["reason"]["case"] == "C-17"
    assert entries[4]["values"].keys() == {"actor", "subject"}
    assert check_counters(entries) == []


@pytest.mark.parametrize("omitted", range(7))
def test_whole_export_with_an_entry_left_out_shows_a_hole(omitted: int) -> None:
    """Each entry is proven on its own, so one left out is found by the counters; the last ones by nothing but size."""
    lines = [line for number, line in enumerate(LINES) if number != omitted]
    entries = check_export(b"".join(lines), KEY)
    size = open_checkpoint(json.loads(LINES[-1])["checkpoint"], KEY)[0]

    is_about_nobody = omitted in {0, 5}  # the sequencer's own leaves are in no lane
    assert bool(check_counters(entries)) != (is_about_nobody or omitted == 6)
    assert len(entries) < size


def _entry(number: int, **changes: object) -> bytes:
    entry = json.loads(LINES[number]) | changes
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@pytest.mark.parametrize(
    "variant",
    [
        b"",
        b"\n",
        WHOLE[:-1],
        WHOLE + b"\n",
        WHOLE + LINES[-1],
        b"".join(LINES[:-1]),
        b"".join([LINES[1], LINES[0], *LINES[2:]]),
        b"".join([LINES[0], *LINES]),
        b"".join([_entry(1, index=True), *LINES[2:]]),
        b"".join([_entry(1, index=1.0), *LINES[2:]]),
        b"".join([_entry(1, index=2), *LINES[3:]]),
        b"".join([_entry(1, index=2**60), *LINES[2:]]),
        b"".join([_entry(1, proof=[]), *LINES[2:]]),
        b"".join([_entry(1, proof=json.loads(LINES[2])["proof"]), *LINES[2:]]),
        b"".join([_entry(1, proof=["AAAA"] * 3), *LINES[2:]]),
        b"".join([_entry(1, disclosures=json.loads(LINES[4])["disclosures"]), *LINES[2:]]),
        b"".join([_entry(1, disclosures=json.loads(LINES[1])["disclosures"] * 2), *LINES[2:]]),
        b"".join([_entry(1, disclosures=None), *LINES[2:]]),
        b"".join([_entry(1, more=1), *LINES[2:]]),
        b"".join([_entry(1, leaf=json.loads(LINES[2])["leaf"]), *LINES[2:]]),
        WHOLE.replace(b'"index":1,', b'"index": 1,'),
        WHOLE.replace(b"\n", b"\r\n"),
        WHOLE.decode().encode("utf-16"),
        b"\xef\xbb\xbf" + WHOLE,
        b"[]\n" + WHOLE,
        b"[" * 100_000 + b"\n" + WHOLE,
        WHOLE.replace(b"\\n7\\n", b"\\n6\\n"),
        WHOLE.replace(b"trail.example", b"other.example"),
    ],
)  # fmt: skip
def test_both_refuse_what_is_no_export(variant: bytes) -> None:
    """Cut, lengthened, reordered, mixed, spelled otherwise."""
    assert (_second_reads(variant), _vault_reads(variant)) == (None, None)


@given(
    kept=st.lists(st.integers(0, 6), unique=True, max_size=7),
    flips=st.lists(st.integers(0, len(WHOLE) * 8 - 1), max_size=2),
    is_ordered=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_both_decide_alike(kept: list[int], flips: list[int], is_ordered: bool) -> None:
    """Any choice of entries, in any order, with any bits flipped: never one without the other."""
    chosen = sorted(kept) if is_ordered else kept
    variant = bytearray(b"".join([*(LINES[number] for number in chosen), LINES[-1]]))
    for flip in flips:
        variant[flip // 8 % len(variant)] ^= 1 << flip % 8

    decided = _second_reads(bytes(variant))
    assert decided == _vault_reads(bytes(variant))
    if not flips:
        assert (decided == len(kept)) == (chosen == sorted(kept))


def test_reader_of_notes_knows_the_published_key() -> None:
    """A verifier key of another implementation is taken apart as that one does; one changed in a bit is not."""
    assert trail_reader._parse_key(GO_KEY)[0] == "PeterNeumann"
    with pytest.raises(Refused):
        trail_reader._parse_key(GO_KEY.replace("c74f20a3", "c74f20a4"))


def test_reader_runs_alone(tmp_path: Path) -> None:
    """One file, copied elsewhere and run without the project: it says what the entries say, or refuses."""
    program, export = tmp_path / "trail_reader.py", tmp_path / "export.jsonl"
    program.write_bytes(Path(trail_reader.__file__).read_bytes())
    export.write_bytes(WHOLE)
    command = [sys.executable, "-I", str(program), str(export), "--whole", "--key", KEY]

    accepted = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    export.write_bytes(WHOLE.replace(b"denied", b"agreed", 1))
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert accepted.returncode == 0
    assert accepted.stdout.splitlines()[3].startswith("3 2026-11-24T09:00:00.000Z view.denied denied")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("refused: ")
