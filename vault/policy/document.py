"""The policy: every rule of a company that is a figure or a choice, as one readable value.

It is no configuration of a node. One version is in force for the whole vault, stored with all before it, changed only
by two people, and named by its number in what is recorded (docs/adr/0024-policy-in-the-vault.md). Version 0 is what a
vault begins with. A new field needs a default that means what held before it, so that old versions stay readable.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from vault.errors import InputError
from vault.model import Classification

ClassName: TypeAlias = Literal["internal", "confidential", "secret", "top_secret"]
Views: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=1000)]
LeaseMinutes: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=480)]
ClassTitle: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
MOST_BYTES = 64 << 10


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every part of the policy."""


class ClassPolicy(Part, frozen=True, kw_only=True):
    """What holds for one class of dossiers in place of what holds for all; None: as for all."""

    name_en: ClassTitle | None = None
    """What the class is called in English; None: as it comes (vault/policy/class_names.py)."""
    name_zh: ClassTitle | None = None
    views: Views | None = None
    lease_minutes: LeaseMinutes | None = None


class Policy(Part, frozen=True, kw_only=True):
    """``views`` of one document by one person, each for ``lease_minutes``, before any approved ones."""

    views: Views = 3
    lease_minutes: LeaseMinutes = 15
    count: Literal["document", "version"] = "document"
    """Whether views are counted over a document's versions together or for each by itself."""
    request_lapse_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 14
    proposal_lapse_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14
    """How long a proposed policy waits for its decision."""
    classes: dict[ClassName, ClassPolicy] = {}

    def for_class(self, classification: Classification) -> ClassPolicy:
        """What is particular to the class."""
        return self.classes.get(classification.value, ClassPolicy())


DEFAULT_POLICY: Final = Policy()
"""Version 0."""


class PolicyInForce(msgspec.Struct, frozen=True):
    """A policy with the number of its version."""

    version: int
    policy: Policy


def encode_policy(policy: Policy) -> bytes:
    """As it is stored: JSON with sorted keys, what is left at its default left out."""
    return msgspec.json.encode(policy, order="sorted")


@functools.lru_cache(maxsize=16)
def decode_policy(content: bytes) -> Policy:
    """InputError ``policy.unreadable`` with the path and what was expected there."""
    if len(content) > MOST_BYTES:
        raise InputError("policy.unreadable", fault=f"{len(content)} > {MOST_BYTES} bytes")
    try:
        return msgspec.json.decode(content, type=Policy)
    except msgspec.DecodeError as error:
        raise InputError("policy.unreadable", fault=str(error)) from error


def policy_digest(policy: Policy) -> str:
    """SHA-256 of the stored form, in hex."""
    return hashlib.sha256(encode_policy(policy)).hexdigest()
