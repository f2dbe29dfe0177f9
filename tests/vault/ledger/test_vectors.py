"""The format's memory: what was written once is still read, and still written, to the byte."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from tests.vault.ledger.bundle.bundles import run
from tests.vectors.trail.generate import (
    BUNDLE,
    EXPORT,
    KEY,
    POLICY_EXPORT,
    write_evidence,
    write_export,
    write_policy_trail,
)
from vault.ledger.export import verify_export

SPEC = Path(__file__).parents[3] / "docs/spec/trail.md"


def test_export_of_version_1_still_verifies() -> None:
    """Whoever kept an export can check it with any later version."""
    origin, _hash, key = KEY.split("+", 2)

    lines = EXPORT.read_bytes().splitlines(keepends=True)
    assert verify_export(lines, origin=origin, public=base64.b64decode(key)[1:]) == 7


def test_same_events_still_give_the_same_bytes(tmp_path: Path) -> None:
    """Leaf fields, counters, commitments, closing of days, checkpoint: a change would need a version 2."""
    key, content = write_export(tmp_path)

    assert key == KEY
    assert content == EXPORT.read_bytes()


def test_entries_under_a_policy_still_give_the_same_bytes(tmp_path: Path) -> None:
    """Version 0 is said by silence, as in every leaf that is older than the field."""
    key, content = write_export(tmp_path, write=write_policy_trail)
    leaves = [json.loads(json.loads(line)["leaf"]) for line in content.splitlines()[:-1]]

    assert content == POLICY_EXPORT.read_bytes()
    assert verify_export(content.splitlines(keepends=True), origin=key.split("+")[0], public=key_of(key)) == 5
    assert [leaf.get("policy", 0) for leaf in leaves] == [0, 0, 1, 2, 2]


def key_of(verifier_key: str) -> bytes:
    return base64.b64decode(verifier_key.split("+", 2)[2])[1:]


def test_bundle_of_version_1_still_verifies() -> None:
    """Whoever kept a bundle can check it with any later verifier."""
    assert run(str(BUNDLE), "--key", KEY, "--complete", "trail").status == 0


def test_same_events_still_give_the_same_bundle(tmp_path: Path) -> None:
    """Members, their order, manifest, tiles, zip: a change would need a version 2."""
    assert write_evidence(tmp_path) == BUNDLE.read_bytes()


def test_example_of_the_documentation_is_the_vectors() -> None:
    """The page shows what really is written."""
    lines = EXPORT.read_text(encoding="utf-8").splitlines()
    entry, checkpoint = json.loads(lines[3]), json.loads(lines[-1])["checkpoint"]
    page = SPEC.read_text(encoding="utf-8")

    assert entry["leaf"] in page.replace("\n", "")
    assert entry["disclosures"][0] in page
    assert checkpoint in page


def test_fields_of_leaves_are_those_of_the_documentation() -> None:
    """No leaf has a field that the page does not name, and the page names none that no leaf can have."""
    table = SPEC.read_text(encoding="utf-8").split("| field | what | given by |\n|---|---|---|\n")[1].split("\n\n")[0]
    documented = {name.strip() for row in table.splitlines() for name in row.split("|")[1].split(",")}
    lines = [*EXPORT.read_bytes().splitlines()[:-1], *POLICY_EXPORT.read_bytes().splitlines()[:-1]]
    leaves = [json.loads(json.loads(line)["leaf"]) for line in lines]

    assert {name for leaf in leaves for name in leaf} == documented - {"request"}
