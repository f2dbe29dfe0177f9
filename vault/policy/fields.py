"""The policy as a flat list of fields, each with an address, its kind and its bounds.

Forms, sentences, comparisons and the record of a change are made from this list, so that a new field of
:class:`~vault.policy.document.Policy` is in all of them by being declared. An address is dotted, such as
``classes.secret.views``; its *pattern* has ``*`` for the class: one sentence serves every class.

Values are those of JSON (None, bool, int, str, lists, objects). As text: a list of simple values is one line each, None
is nothing at all, what is more complex is JSON.
"""

from __future__ import annotations

import functools
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import inspect as shapes

from vault.policy.document import DEFAULT_POLICY, Policy
from vault.policy.part import Part

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a policy cannot be put in force: ``code`` has a sentence in both languages; ``path`` '' is the whole."""

    path: str
    code: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class FieldKind:
    """How a field is entered. ``name`` is ``number``, ``yes_no``, ``choice``, ``text``, ``lines`` or ``json``.

    ``least`` and ``most`` bound a number, ``most_length`` a text; ``is_optional`` says that nothing may be entered.
    """

    name: str
    is_optional: bool = False
    least: int | None = None
    most: int | None = None
    most_length: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyField:
    """One figure or choice; ``default`` is what a vault begins with."""

    path: str
    pattern: str
    kind: FieldKind
    default: Any
    shape: Any
    """The type as it is declared, bounds included."""

    @property
    def section(self) -> str:
        """What it belongs to: '' for the policy as a whole, else its address without the field's own name."""
        return self.path.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that two policies have different values for."""

    field: PolicyField
    old: Any
    new: Any


@functools.cache
def policy_fields() -> tuple[PolicyField, ...]:
    """Every field, in the order in which they are declared; of each class the same ones."""
    return tuple(_fields_of(Policy, "", "", DEFAULT_POLICY))


@functools.cache
def fields_by_path() -> Mapping[str, PolicyField]:
    """Every field by its address."""
    return {field.path: field for field in policy_fields()}


def values_of(policy: Policy) -> dict[str, Any]:
    """The value of every field by its address, defaults too."""
    return {field.path: _plain(_at(policy, field.path, field.default)) for field in policy_fields()}


def policy_from(values: Mapping[str, Any]) -> tuple[Policy, list[Fault]]:
    """The policy with these values, and every value that cannot be one, which is left at its default.

    An address that there is not is a fault too.
    """
    faults = [Fault(path, "policy.no_field", {"field": path}) for path in values if path not in fields_by_path()]
    nested: dict[str, Any] = {}
    for field in policy_fields():
        value = values.get(field.path, _MISSING)
        if value is _MISSING or value == field.default:
            continue
        try:
            msgspec.convert(value, type=field.shape)
        except msgspec.ValidationError as error:
            faults.append(Fault(field.path, *_what_is_wrong(field, str(error))))
        else:
            _put(nested, field.path, value)
    return msgspec.convert(nested, type=Policy), faults


def changes_between(old: Policy, new: Policy) -> list[Change]:
    """What differs, in the order of the fields."""
    before, after = values_of(old), values_of(new)
    return [
        Change(field, before[field.path], after[field.path])
        for field in policy_fields()
        if before[field.path] != after[field.path]
    ]


def with_changes(policy: Policy, changes: list[Change]) -> Policy:
    """The policy with the new value of each change."""
    return policy_from(values_of(policy) | {change.field.path: change.new for change in changes})[0]


def written(value: Any) -> str:
    """A value as it is entered and shown for a program."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return "\n".join(written(each) for each in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value)


def read_written(field: PolicyField, text: str) -> Any:
    """What :func:`written` wrote, or a value that :func:`policy_from` refuses with a sentence."""
    words, kind = text.strip(), field.kind
    if not words and kind.is_optional:
        return None
    match kind.name:
        case "number":
            digits = words.removeprefix("-")
            return int(words) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else words
        case "yes_no":
            return {"true": True, "false": False}.get(words.lower(), words)
        case "lines":
            return [line.strip() for line in words.splitlines() if line.strip()]
        case "json":
            try:
                return json.loads(words) if words else field.default
            except ValueError:
                return words
        case _:
            return words


def _fields_of(part: type[Part], path: str, pattern: str, defaults: Any) -> typing.Iterator[PolicyField]:
    shapes_of = typing.get_type_hints(part, include_extras=True)
    for field in msgspec.structs.fields(part):
        own_path, own_pattern, shape = f"{path}{field.name}", f"{pattern}{field.name}", shapes_of[field.name]
        default = getattr(defaults, field.name)
        keyed = _keyed_parts(shape)
        if keyed is not None:
            keys, inner = keyed
            for key in keys:
                yield from _fields_of(inner, f"{own_path}.{key}.", f"{own_pattern}.*.", default.get(key, inner()))
        elif isinstance(shape, type) and issubclass(shape, Part):
            yield from _fields_of(shape, f"{own_path}.", f"{own_pattern}.", default)
        else:
            yield PolicyField(own_path, own_pattern, _kind_of(shape), _plain(default), shape)


def _keyed_parts(shape: Any) -> tuple[tuple[str, ...], type[Part]] | None:
    """Keys and part of a mapping from a closed set of names to parts."""
    arguments = typing.get_args(shape)
    if typing.get_origin(shape) is not dict or not (isinstance(arguments[1], type) and issubclass(arguments[1], Part)):
        return None
    keys = typing.get_args(arguments[0])
    return (keys, arguments[1]) if keys else None


def _kind_of(shape: Any) -> FieldKind:
    told = shapes.type_info(shape)
    options = list(told.types) if isinstance(told, shapes.UnionType) else [told]
    kept = [each for each in options if not isinstance(each, shapes.NoneType)]
    is_optional = len(kept) < len(options)
    if len(kept) != 1:
        return FieldKind("json", is_optional)
    only = kept[0]
    if isinstance(only, shapes.IntType):
        return FieldKind("number", is_optional, least=only.ge, most=only.le)
    if isinstance(only, shapes.BoolType):
        return FieldKind("yes_no", is_optional)
    if isinstance(only, shapes.LiteralType) and all(isinstance(each, str) for each in only.values):
        return FieldKind("choice", is_optional, choices=tuple(map(str, only.values)))
    if isinstance(only, shapes.StrType):
        return FieldKind("text", is_optional, most_length=only.max_length)
    if isinstance(only, shapes.TimeType | shapes.DateType):
        return FieldKind("text", is_optional)
    items = getattr(only, "item_type", None)
    if isinstance(items, shapes.StrType | shapes.LiteralType):
        return FieldKind("lines", is_optional)
    return FieldKind("json", is_optional)


def _what_is_wrong(field: PolicyField, told: str) -> tuple[str, Mapping[str, str | int]]:
    """The code and its parameters; for what has no simple bounds, what the parser said."""
    kind = field.kind
    if kind.name == "number" and kind.least is not None and kind.most is not None:
        return "policy.number", {"field": field.path, "least": kind.least, "most": kind.most}
    if kind.name == "choice":
        return "policy.choice", {"field": field.path, "choices": ", ".join(kind.choices)}
    if kind.name == "text" and kind.most_length is not None:
        return "policy.text", {"field": field.path, "most": kind.most_length}
    return "policy.value", {"field": field.path, "fault": told}


def _at(policy: Policy, path: str, default: Any) -> Any:
    found: Any = policy
    for name in path.split("."):
        if isinstance(found, Mapping):
            if name not in found:
                return default
            found = found[name]
        else:
            found = getattr(found, name)
    return found


def _put(nested: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    for parent in parents:
        nested = nested.setdefault(parent, {})
    nested[name] = value


def _plain(value: Any) -> Any:
    """As JSON has it, members of a set in their order, so that equal values are equal."""
    return msgspec.json.decode(msgspec.json.encode(value, order="deterministic"))
