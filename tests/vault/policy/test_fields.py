"""The policy's fields: all of them, each with its kind and bounds, and back again without loss."""

from __future__ import annotations

import typing

import pytest

from vault.policy.document import DEFAULT_POLICY, ClassPolicy, Policy, decode_policy, encode_policy
from vault.policy.fields import (
    Change,
    changes_between,
    fields_by_path,
    policy_fields,
    policy_from,
    read_written,
    values_of,
    with_changes,
    written,
)

CHANGED = Policy(views=5, count="version", classes={"secret": ClassPolicy(views=1, name_zh="秘密（一）")})


def test_every_field_of_the_document_is_listed_once_and_of_every_class() -> None:
    """Nothing that decides hides from form, sentences and record."""
    own = {name for name in typing.get_type_hints(Policy) if name != "classes"}
    of_class = set(typing.get_type_hints(ClassPolicy))
    paths = [field.path for field in policy_fields()]

    assert len(paths) == len(set(paths))
    assert {path for path in paths if "." not in path} <= own
    assert {path.partition(".")[0] for path in paths} - {"classes"} == own
    for each in ("internal", "confidential", "secret", "top_secret"):
        assert {path.split(".")[2] for path in paths if path.startswith(f"classes.{each}.")} == of_class


def test_policy_comes_back_from_its_values() -> None:
    """Also what is left at its default, and without classes that say nothing."""
    assert policy_from(values_of(CHANGED)) == (CHANGED, [])
    assert policy_from(values_of(DEFAULT_POLICY)) == (DEFAULT_POLICY, [])
    assert decode_policy(encode_policy(policy_from(values_of(CHANGED))[0])) == CHANGED


@pytest.mark.parametrize("policy", [DEFAULT_POLICY, CHANGED], ids=["default", "changed"])
def test_every_value_comes_back_from_what_is_written_of_it(policy: Policy) -> None:
    """A form that was filled from a policy and sent untouched changes nothing."""
    typed = {path: written(value) for path, value in values_of(policy).items()}
    read = {path: read_written(fields_by_path()[path], text) for path, text in typed.items()}

    assert policy_from(read) == (policy, [])


def test_every_value_that_cannot_be_is_named_with_its_bounds() -> None:
    """All at once: whoever corrects the form hears of every one."""
    wrong = {"views": 0, "count": "page", "classes.secret.lease_minutes": "ten", "speed": 3, "lease_minutes": True}
    policy, faults = policy_from(wrong)

    assert policy == DEFAULT_POLICY
    assert {(fault.path, fault.code) for fault in faults} == {
        ("views", "policy.number"),
        ("count", "policy.choice"),
        ("classes.secret.lease_minutes", "policy.number"),
        ("lease_minutes", "policy.number"),
        ("speed", "policy.no_field"),
    }
    assert next(fault.params for fault in faults if fault.path == "views") == {
        "field": "views", "least": 1, "most": 1000,
    }  # fmt: skip


def test_changes_are_what_differs_and_carry_over_to_another_version() -> None:
    """A proposal whose base was replaced is made again without touching what the other one changed."""
    changes = changes_between(DEFAULT_POLICY, CHANGED)
    by_path = fields_by_path()

    assert changes == [
        Change(by_path["views"], 3, 5),
        Change(by_path["count"], "document", "version"),
        Change(by_path["classes.secret.name_zh"], None, "秘密（一）"),
        Change(by_path["classes.secret.views"], None, 1),
    ]
    other = Policy(lease_minutes=20, classes={"secret": ClassPolicy(lease_minutes=5)})
    both = with_changes(other, changes)
    assert (both.views, both.lease_minutes) == (5, 20)
    assert both.classes["secret"] == ClassPolicy(views=1, lease_minutes=5, name_zh="秘密（一）")
