"""The witness: C2SP tlog-witness to the letter, its state, and the vault's side of it."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import urllib3

from keys.primitives import SigningKey
from tests.anchor_servers import RunningWitness, running_witness
from tests.vault.anchors.conftest import Anchored, prove
from tests.vault.ledger.conftest import Trail
from tests.vault.ledger.trail import ORIGIN, nobody
from vault.anchors.cosignature import CosignatureRefused, verify_cosignature
from vault.anchors.port import Contradicted
from vault.anchors.vkeys import COSIGNING_KEY, LOG_KEY, Vkey, VkeyRefused, parse_vkey
from vault.anchors.web import WebPeer
from vault.anchors.witness import WitnessAnchor, checkpoint_path
from vault.anchors.witness_state import open_state
from vault.errors import Conflict, InputError, Unavailable
from vault.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint


def note_of(trail: Trail) -> str:
    """One more entry, and the checkpoint that covers it."""
    trail.append(nobody())
    trail.sequence()
    return trail.newest_checkpoint()


def size_of(note: str) -> int:
    return int(note.splitlines()[1])


def ask(witness: RunningWitness, old: int, proof: Sequence[bytes], note: str) -> urllib3.BaseHTTPResponse:
    """A request as the specification has it."""
    lines = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
    body = f"old {old}\n{lines}\n{note}".encode()
    return urllib3.request("POST", f"{witness.url}/add-checkpoint", body=body, retries=False)


def forked(trail: Trail, size: int) -> str:
    """Another history of that size, signed by the log's own key."""
    return sign_checkpoint(Checkpoint(ORIGIN, size, os.urandom(32)), trail.signing)


def test_first_checkpoint_is_cosigned(trail: Trail, witness: RunningWitness) -> None:
    """With the witness's time, in one signature line."""
    note = note_of(trail)

    answer = ask(witness, 0, [], note)

    assert answer.status == 200
    checkpoint = open_checkpoint(note, origin=ORIGIN, public=trail.signing.public)
    at = verify_cosignature(checkpoint, answer.data.decode(), witness=witness.state.vkey)
    assert at == trail.clock.now()


def test_next_checkpoint_needs_its_proof(trail: Trail, witness: RunningWitness) -> None:
    """200 with it; 422 without it, with another, and with one hash too many."""
    first = note_of(trail)
    ask(witness, 0, [], first)
    note_of(trail)
    second = note_of(trail)
    proof = prove(trail, size_of(first), size_of(second))

    for wrong in ([], [os.urandom(32)], [*proof, os.urandom(32)], proof[:-1]):
        assert ask(witness, size_of(first), wrong, second).status == 422
    assert ask(witness, size_of(first), proof, second).status == 200


def test_old_size_that_is_not_the_last_is_told_the_last(trail: Trail, witness: RunningWitness) -> None:
    """409 with the size in decimal, as ``text/x.tlog.size``."""
    first, second = note_of(trail), note_of(trail)
    ask(witness, 0, [], first)

    answer = ask(witness, 0, [], second)

    assert (answer.status, answer.data) == (409, f"{size_of(first)}\n".encode())
    assert answer.headers["Content-Type"] == "text/x.tlog.size"


def test_old_size_above_the_new_one_is_a_bad_request(trail: Trail, witness: RunningWitness) -> None:
    """400, whatever the witness knows."""
    assert ask(witness, 99, [], note_of(trail)).status == 400


def test_unknown_log_and_unknown_key_are_told_apart(trail: Trail, witness: RunningWitness) -> None:
    """404 for the name, 403 for the signature."""
    stranger = SigningKey.generate(os.urandom)

    assert ask(witness, 0, [], sign_checkpoint(Checkpoint("other.example", 5, os.urandom(32)), stranger)).status == 404
    assert ask(witness, 0, [], sign_checkpoint(Checkpoint(ORIGIN, 5, os.urandom(32)), stranger)).status == 403
    altered = note_of(trail).replace("\n2\n", "\n3\n")
    assert ask(witness, 0, [], altered).status == 403


def test_signatures_of_others_are_passed_over(trail: Trail, witness: RunningWitness) -> None:
    """A checkpoint may bring several; the known key's is the one that counts, and alone is kept."""
    note = note_of(trail)
    body, _, line = note.partition("\n\n")
    other = sign_checkpoint(Checkpoint(ORIGIN, size_of(note), os.urandom(32)), SigningKey.generate(os.urandom))

    foreign_line = other.rpartition("\n\n")[2]

    answer = ask(witness, 0, [], f"{body}\n\n{foreign_line}{line}")

    assert answer.status == 200
    assert witness.state.last(ORIGIN) == note + answer.data.decode()


def test_split_view_is_refused_and_kept_as_evidence(trail: Trail, witness: RunningWitness, tmp_path: Path) -> None:
    """Another history of the same size, and of a larger one: never cosigned, and the log's own signature is kept."""
    note = note_of(trail)
    ask(witness, 0, [], note)
    same, larger = forked(trail, size_of(note)), forked(trail, size_of(note) + 1)

    assert ask(witness, size_of(note), [], same).status == 409
    assert ask(witness, size_of(note), [os.urandom(32)], larger).status == 422

    assert {file.read_text() for file in (tmp_path / "witness" / "refused").iterdir()} == {same, larger}
    assert witness.state.last(ORIGIN).startswith(note)


def test_older_checkpoint_never_takes_the_place_of_a_newer_one(trail: Trail, witness: RunningWitness) -> None:
    """Played again, it is told the newest size."""
    first = note_of(trail)
    ask(witness, 0, [], first)
    second = note_of(trail)
    ask(witness, size_of(first), prove(trail, size_of(first), size_of(second)), second)

    assert ask(witness, 0, [], first).data == f"{size_of(second)}\n".encode()
    assert ask(witness, size_of(first), [], first).status == 409
    assert witness.state.last(ORIGIN).startswith(second)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"old 0\n",
        b"old 00\n\nNOTE",
        b"old -1\n\nNOTE",
        b"old 0\nAAAA\n\nNOTE",
        b"old 0\r\n\r\nNOTE",
        b"\xff\xfe",
        b"old 0\n" + b"A" * 43 + b"=\n" * 70 + b"\nNOTE",
        b"old 0\n\nx\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n",
    ],
)
def test_what_is_no_request_is_a_bad_request(trail: Trail, witness: RunningWitness, body: bytes) -> None:
    """Strict: one spelling, no more lines than are allowed, and no empty tree."""
    note = note_of(trail).encode()
    answer = urllib3.request("POST", f"{witness.url}/add-checkpoint", body=body.replace(b"NOTE", note), retries=False)
    assert answer.status == 400


def test_too_much_is_refused_unread(witness: RunningWitness) -> None:
    """413 above what any checkpoint with its proof can have."""
    answer = urllib3.request("POST", f"{witness.url}/add-checkpoint", body=b"x" * (17 << 10), retries=False)
    assert answer.status == 413


def test_last_checkpoint_can_be_read_by_its_log(trail: Trail, witness: RunningWitness) -> None:
    """With the cosignature; of an unknown log there is none, and nothing else is served."""
    note = note_of(trail)
    line = ask(witness, 0, [], note).data.decode()

    def get(path: str) -> tuple[int, str]:
        answer = urllib3.request("GET", f"{witness.url}{path}", retries=False)
        return answer.status, answer.data.decode()

    assert get(checkpoint_path(ORIGIN)) == (200, note + line)
    assert get(checkpoint_path("other.example"))[0] == 404
    assert get("/checkpoint/../key")[0] == 404
    assert get("/")[0] == 404


def test_restarted_witness_knows_what_it_cosigned(trail: Trail, witness: RunningWitness, tmp_path: Path) -> None:
    """Key, name and last checkpoint lie in its directory."""
    followed = witness.followed
    with running_witness(tmp_path / "second", followed=followed, clock=trail.clock) as first:
        note = note_of(trail)
        ask(first, 0, [], note)
        key = first.state.vkey
    with running_witness(tmp_path / "second", followed=followed, clock=trail.clock, name="ignored") as second:
        assert second.state.vkey == key
        assert ask(second, 0, [], note_of(trail)).data == f"{size_of(note)}\n".encode()


def test_second_process_is_refused(witness: RunningWitness, tmp_path: Path) -> None:
    """One witness has one writer."""
    with pytest.raises(Conflict) as refused:
        open_state(tmp_path / "witness", name="witness.example", random=os.urandom)
    assert refused.value.code == "witness.busy"


def test_first_start_needs_a_name_and_leaves_no_half_key(tmp_path: Path) -> None:
    """Spaces and plus signs would end a name in a signature line."""
    for name in ("", "two words", "a+b"):
        with pytest.raises(InputError):
            open_state(tmp_path / "new", name=name, random=os.urandom)
    assert not (tmp_path / "new" / "key").exists()
    open_state(tmp_path / "new", name="witness.example", random=os.urandom).close()
    assert (tmp_path / "new" / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("harm", ["open", "empty", "gone-wrong"])
def test_key_that_cannot_be_used_is_never_replaced(tmp_path: Path, harm: str) -> None:
    """Another key would be another witness."""
    open_state(tmp_path / "new", name="witness.example", random=os.urandom).close()
    key = tmp_path / "new" / "key"
    if harm == "open":
        key.chmod(0o644)
    else:
        key.write_text("" if harm == "empty" else "witness.example\nnot base64\n")
    before = key.read_bytes()

    with pytest.raises(Unavailable) as refused:
        open_state(tmp_path / "new", name="witness.example", random=os.urandom)

    assert refused.value.code == "witness.key"
    assert key.read_bytes() == before


def test_vault_places_with_a_witness_that_knows_more_than_it_remembers(
    trail: Trail, witness: RunningWitness, witness_anchor: WitnessAnchor
) -> None:
    """A process that has just started asks with size 0 and is told."""
    anchored = Anchored(trail, witness_anchor)
    witness_anchor.place(anchored.placement())
    peer = WebPeer(witness.url, monotonic=time.monotonic)
    restarted = WitnessAnchor("auditor", peer, witness=witness.state.vkey, period_seconds=10)
    placement = anchored.placement()

    receipt = restarted.place(placement)

    assert restarted.check_receipt(placement.note, receipt.content) == ""


@pytest.mark.parametrize("more", [0, 5])
def test_witness_that_knows_another_history_is_heard(
    trail: Trail, witness: RunningWitness, witness_anchor: WitnessAnchor, more: int
) -> None:
    """Of the same size, and a longer one."""
    anchored = Anchored(trail, witness_anchor)
    placement = anchored.placement()
    ask(witness, 0, [], forked(trail, placement.checkpoint.size + more))

    with pytest.raises(Contradicted) as found:
        witness_anchor.place(placement)

    assert found.value.outside_size == placement.checkpoint.size + more


def test_witness_that_follows_other_logs_or_keys_is_said_with_the_remedy(
    trail: Trail, witness: RunningWitness, witness_anchor: WitnessAnchor
) -> None:
    """404 and 403 of the protocol."""
    anchored = Anchored(trail, witness_anchor)
    witness.followed[:] = []
    with running_witness(witness.state._directory.with_name("third"), followed=[], clock=trail.clock) as nobodys:
        peer = WebPeer(nobodys.url, monotonic=time.monotonic)
        anchor = WitnessAnchor("auditor", peer, witness=nobodys.state.vkey, period_seconds=10)
        with pytest.raises(Unavailable) as refused:
            anchor.place(anchored.placement())
    assert refused.value.code == "anchor.unknown_log"


def test_answer_of_another_witness_does_not_count(
    trail: Trail, witness: RunningWitness, witness_anchor: WitnessAnchor
) -> None:
    """Whoever stands at its address has not its key."""
    stranger = Vkey("witness.example", SigningKey.generate(os.urandom).public, COSIGNING_KEY)
    peer = WebPeer(witness.url, monotonic=time.monotonic)
    anchor = WitnessAnchor("auditor", peer, witness=stranger, period_seconds=10)
    placement = Anchored(trail, anchor).placement()

    with pytest.raises(Unavailable) as refused:
        anchor.place(placement)

    assert refused.value.code == "anchor.bad_receipt"
    assert [each.note for each in anchor.newest([ORIGIN])] == [""]


def test_witness_that_is_down_is_said(trail: Trail, witness: RunningWitness) -> None:
    """Nobody listens."""
    peer = WebPeer("http://127.0.0.1:9", monotonic=time.monotonic)
    anchor = WitnessAnchor("auditor", peer, witness=witness.state.vkey, period_seconds=10)
    for ask_it in (lambda: anchor.place(Anchored(trail, anchor).placement()), lambda: anchor.newest([ORIGIN])):
        with pytest.raises(Unavailable) as refused:
            ask_it()
        assert refused.value.code == "anchor.unreachable"


def test_cosignature_is_over_the_time_as_well(trail: Trail, witness: RunningWitness) -> None:
    """A changed time is a bad signature; so is another checkpoint."""
    note = note_of(trail)
    line = ask(witness, 0, [], note).data.decode()
    checkpoint = open_checkpoint(note, origin=ORIGIN, public=trail.signing.public)
    name, encoded = line.split()[1:]
    content = bytearray(base64.b64decode(encoded))
    content[11] ^= 1
    later = f"— {name} {base64.b64encode(bytes(content)).decode()}\n"

    for lines, of in ((later, checkpoint), (line, Checkpoint(ORIGIN, 7, os.urandom(32)))):
        with pytest.raises(CosignatureRefused):
            verify_cosignature(of, lines, witness=witness.state.vkey)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "a+00000000+" + "A" * 44, "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T!"],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    """Strict: the hash must be that of name and key."""
    with pytest.raises(VkeyRefused):
        parse_vkey(text, kind=LOG_KEY)


def test_example_of_the_specification_is_read() -> None:
    """The verifier key of C2SP signed-note's own example."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert parse_vkey(text, kind=LOG_KEY).name == "PeterNeumann"
    with pytest.raises(VkeyRefused):
        parse_vkey(text, kind=COSIGNING_KEY)
