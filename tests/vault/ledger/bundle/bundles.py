"""Bundles for the tests: made from a trail, taken apart, put together again, and checked as a stranger would."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.vault.ledger.trail import LEE, ORIGIN, REASON, WANG, Trail, keyed, nobody, opened, suspended
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle import verify
from vault.ledger.bundle.archive import zip_bytes
from vault.ledger.bundle.layout import AnchorReceipt, BundleOrder, LeftOut
from vault.ledger.bundle.receipts import ReceiptFault, no_fault
from vault.ledger.bundle.writing import write_bundle
from vault.ledger.checkpoint import verifier_key

Members = dict[str, bytes]
EVERYTHING = SearchCriteria()


def order_of(trail: Trail, query: str = "") -> BundleOrder:
    return BundleOrder(
        query=query,
        words={"en": "Everything", "zh-Hans": "全部"},
        person_id=LEE,
        person_name="李雷",
        reason=REASON,
        ordered_at=trail.clock.now(),
    )


def members_of(
    trail: Trail,
    criteria: SearchCriteria = EVERYTHING,
    *,
    below: int | None = None,
    closing: str = "",
    is_signed: bool = True,
    is_sealed: bool = False,
    anchors: tuple[AnchorReceipt, ...] | None = None,
    receipt_fault: ReceiptFault = no_fault,
    left_out: list[LeftOut] | None = None,
) -> Members:
    """The members of a bundle, in their order."""
    return {
        name: b"".join(pieces)
        for name, pieces in write_bundle(
            trail.engine,
            order_of(trail),
            criteria=criteria,
            below=below,
            closing=closing,
            reading_key=None if is_sealed else trail.reading_key,
            signing_key=trail.signing if is_signed else None,
            anchors=anchors,
            receipt_fault=receipt_fault,
            left_out=left_out,
        )
    }


def zipped(members: Members) -> bytes:
    return b"".join(zip_bytes((name, iter([content])) for name, content in members.items()))


def resummed(members: Members) -> Members:
    """As somebody would hand it on who alters a bundle and knows its format: sums fit again, the signature is gone."""
    changed = {name: content for name, content in members.items() if not name.startswith("SHA256SUMS")}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in changed.items())
    return changed | {"SHA256SUMS": sums.encode()}


def restated(members: Members, **changes: Any) -> Members:
    """With another manifest that has its one spelling and its sum."""
    manifest = json.loads(members["manifest.json"]) | changes
    content = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
    return resummed(members | {"manifest.json": content})


def json_lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def spelled(lines: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for each in lines)


@dataclass(frozen=True)
class Outcome:
    """What the verifier said."""

    status: int
    result: dict[str, Any]
    error: str

    @property
    def check(self) -> str:
        """The check that failed; '' if none."""
        return str(self.result.get("check", ""))

    @property
    def index(self) -> int:
        return int(self.result.get("index", -1))

    @property
    def notes(self) -> set[str]:
        return {note["note"] for note in self.result.get("notes", [])}


def key_of(trail: Trail) -> str:
    return verifier_key(ORIGIN, trail.signing.public)


def run(*arguments: str) -> Outcome:
    """The verifier on these arguments, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = verify.main([*arguments, "--json"])
    text = out.getvalue()
    return Outcome(status, json.loads(text) if text else {}, err.getvalue())


def verified(members: Members, directory: Path, key: str = "", *arguments: str) -> Outcome:
    """The verifier on the zip of these members."""
    path = directory / "bundle.zip"
    path.write_bytes(zipped(members))
    return run(str(path), *(["--key", key] if key else []), *arguments)


def fill(trail: Trail) -> Trail:
    """Two people over two days: a view with its result, a suspension, entries about nobody."""

    intent = trail.append(opened(WANG))
    trail.append(keyed(intent))
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()
    trail.clock.advance(dt.timedelta(days=1))
    intent = trail.append(opened(LEE))
    trail.append(keyed(intent, LEE))
    trail.append(nobody())
    trail.sequence()
    return trail
