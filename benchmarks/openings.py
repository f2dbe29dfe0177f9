"""Views opened per second, with the root key in a file and in a hardware token's software twin (SoftHSM2).

The root key is asked at unsealing only, once for each key-encryption key, so where it lives must not be felt by anybody
who opens a document. What it is asked is counted.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from benchmarks.company import benchmark_company
from benchmarks.report import Findings, Goal
from keys.root import open_root_key
from tests.company import REASON, Company, set_policy
from tests.keys.records import CountedRoot
from tests.keys.root.providers import RUNNING
from vault.access.opening import open_view
from vault.custody.keyroom import KeyRoom
from vault.database import key_queries
from vault.database.engine import reading
from vault.model import Actor
from vault.policy.document import Policy

CALLS_A_KEY = 1
_MEANING = """
"unseal": every key-encryption key opened by the root key, times per second. "open": views opened, each in a session of
its own: rights, quota, lease, trail entry durable, key unwrapped and lent to the view; no page. Both without the web,
SQLite, one thread, rounds in turns; the ratio is against the file.
"""


@dataclass(frozen=True, slots=True)
class Size:
    views: int
    rounds: int


SIZES = {"full": Size(100, 5), "quick": Size(30, 3), "smallest": Size(2, 1)}


@dataclass
class _Measured:
    """One vault, how often its root key was asked at the last unsealing, and what it took."""

    company: Company
    root: CountedRoot
    keks: int
    actors: list[Actor]
    unseal_seconds: list[float] = field(default_factory=list)
    open_seconds: list[float] = field(default_factory=list)
    most_calls: int = 0


def measure(size: Size) -> Findings:
    left_out: list[str] = []
    measured: dict[str, _Measured] = {}
    with _vault("file", size) as in_file:
        measured["file:"] = in_file
        try:
            with _vault("pkcs11", size) as in_token:
                measured["pkcs11: (SoftHSM2)"] = in_token
                _in_turns(list(measured.values()), size)
        except pytest.skip.Exception as missing:
            left_out.append(f"SoftHSM2: {missing}")
            _in_turns([in_file], size)
    rows, goals = [], []
    first = measured["file:"]
    for name, each in measured.items():
        for words, taken, peer, times in (
            ("unseal", each.unseal_seconds, first.unseal_seconds, size.rounds),
            ("open", each.open_seconds, first.open_seconds, size.rounds * size.views),
        ):
            rows.append([f"{name} {words}", f"{times / sum(taken):.1f}", f"{sum(peer) / sum(taken):.2f}"])
        claim = f"{name} calls of the root key for each key-encryption key, an unsealing and its views"
        goals.append(Goal(claim, each.most_calls / each.keks, CALLS_A_KEY, "calls"))
    return Findings("Opening, by root key", _MEANING, ("", "per s", "ratio"), rows, goals, left_out)


@contextmanager
def _vault(scheme: str, size: Size) -> Iterator[_Measured]:
    with tempfile.TemporaryDirectory(prefix="vault-benchmark-") as directory:
        folder = Path(directory)
        with RUNNING[scheme](scheme, folder) as provider:
            uri = provider.uri()
            with benchmark_company(root=uri, with_document=True) as company:
                set_policy(company, Policy(views=1000))
                root = CountedRoot(open_root_key(uri))
                room = KeyRoom(
                    engine=company.vault.engine,
                    root_key=lambda: root,
                    random=company.vault.random,
                    monotonic=company.vault.monotonic,
                )
                company.vault = replace(company.vault, keyroom=room)
                with reading(company.vault.engine) as tx:
                    keks = len(key_queries.list_key_versions(tx))
                room.unseal()
                actors = [company.signed_in("borrower") for _view in range(size.views * size.rounds)]
                yield _Measured(company, root, keks, actors)


def _in_turns(vaults: list[_Measured], size: Size) -> None:
    for _round in range(size.rounds):
        for each in vaults:
            _one_round(each, size)


def _one_round(measured: _Measured, size: Size) -> None:
    vault, root = measured.company.vault, measured.root
    vault.seal()
    root.asked.clear()
    begun = time.perf_counter()
    vault.unseal()
    measured.unseal_seconds.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    for _view in range(size.views):
        actor = measured.actors.pop()
        open_view(
            vault,
            actor,
            document_id=measured.company.document_id,
            reason=REASON,
            declared_place="",
            idempotency_key=actor.session_id,
        )
    measured.open_seconds.append(time.perf_counter() - begun)
    measured.most_calls = max(measured.most_calls, len(root.asked))
