"""Writes docs/configuration.md from the configuration's types: ``python -m tools.configuration_page``.

``options`` lists every option with its two descriptions; the tests hold config.example.toml against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vault.config import Config

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
TOP = """\
# Configuration · 配置

One TOML file, named with `dossier-vault --config FILE`. Unknown options are errors, and every fault is named at once
with its key and remedy. Relative paths are relative to the file. Secrets stand in files of their own that only their
owner may read. No option switches sealing, sign-in or the trail off.

配置是一个 TOML 文件，用 `dossier-vault --config 文件` 指定。未知选项视为错误；所有错误会一次列出，并给出选项名与改法。
相对路径以该文件所在目录为准。机密存放在仅属主可读的单独文件中。没有任何选项可以关闭加密、登录或审计轨迹。

Start from [config.example.toml](../config.example.toml). This page is made by `make docs`; do not edit it.

请从 [config.example.toml](../config.example.toml) 开始修改。本页由 `make docs` 生成，请勿手工编辑。
"""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its section as the file writes it, its name, what it means, what it takes."""

    section: str
    name: str
    en: str
    zh: str
    values: str
    default: object  # msgspec.NODEFAULT for one that must be given

    @property
    def key(self) -> str:
        """As in faults: ``gateway.listen``; tables that come many times have ``[]`` or ``*`` in it."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the file with what it is about."""

    key: str
    en: str
    zh: str
    options: tuple[Option, ...]


def sections() -> list[Section]:
    """Every table of the file, in the order of the types, each followed by the tables in it."""
    return list(_tables_in(msgspec.inspect.type_info(Config), key=""))


def options() -> list[Option]:
    """Every option of the file."""
    return [option for section in sections() for option in section.options]


def page() -> str:
    """The whole of docs/configuration.md."""
    return TOP + "".join(_written(section) for section in sections())


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def _tables_in(struct: msgspec.inspect.Type, *, key: str) -> Iterator[Section]:
    assert isinstance(struct, msgspec.inspect.StructType)
    for field in struct.fields:
        found = _table(field.type)
        if found is None:
            continue
        table, suffix = found
        inner_key = f"{key}.{field.name}{suffix}".lstrip(".")
        en, zh = _said(field)
        plain = tuple(_option(inner_key, each) for each in table.fields if _table(each.type) is None)
        yield Section(key=inner_key, en=en, zh=zh, options=plain)
        yield from _tables_in(table, key=inner_key)


def _table(kind: msgspec.inspect.Type) -> tuple[msgspec.inspect.StructType, str] | None:
    """The table that an option's type holds, and how its key says that there are many of it."""
    match kind:
        case msgspec.inspect.StructType():
            return kind, ""
        case msgspec.inspect.Metadata(type=inner):
            return _table(inner)
        case msgspec.inspect.UnionType(types=types):
            return next((found for each in types if (found := _table(each))), None)
        case msgspec.inspect.VarTupleType(item_type=msgspec.inspect.StructType() as inner):
            return inner, "[]"
        case msgspec.inspect.DictType(value_type=msgspec.inspect.StructType() as inner):
            return inner, ".*"
    return None


def _option(section: str, field: msgspec.inspect.Field) -> Option:
    en, zh = _said(field)
    return Option(section, field.name, en, zh, values=_values(field.type), default=field.default)


def _said(field: msgspec.inspect.Field) -> tuple[str, str]:
    """The two descriptions; an option without them is a mistake that must not pass."""
    candidates = field.type.types if isinstance(field.type, msgspec.inspect.UnionType) else (field.type,)
    for each in candidates:
        if isinstance(each, msgspec.inspect.Metadata) and each.extra_json_schema:
            return each.extra_json_schema["description"], each.extra_json_schema["zh"]
    raise LookupError(f"{field.name} has no description")


def _values(kind: msgspec.inspect.Type) -> str:
    match kind:
        case msgspec.inspect.Metadata(type=inner):
            return _values(inner)
        case msgspec.inspect.UnionType(types=types):
            return " / ".join(_values(each) for each in types if not isinstance(each, msgspec.inspect.NoneType))
        case msgspec.inspect.VarTupleType(item_type=inner):
            return f"[{_values(inner)}, …]"
        case msgspec.inspect.LiteralType(values=words):
            return " ".join(f"`{word}`" for word in words)
        case msgspec.inspect.BoolType():
            return "`true` `false`"
        case msgspec.inspect.IntType(ge=least, le=most) | msgspec.inspect.FloatType(ge=least, le=most):
            return f"{least}–{most}" if least is not None else "number 数字"
        case msgspec.inspect.StrType():
            return "text 文本"
        case msgspec.inspect.CustomType():
            return "path 路径"
    raise ValueError(f"{kind} is not written in the page yet")


def _written(section: Section) -> str:
    heading = f"[[{section.key[:-2]}]]" if section.key.endswith("[]") else f"[{section.key}]"
    lines = [f"\n## `{heading}`\n\n{section.en} {section.zh}\n"]
    if section.options:
        lines.append(
            "\n| option 选项 | what it means | 含义 | values 取值 | default 默认 |\n| --- | --- | --- | --- | --- |\n"
        )
    return "".join([*lines, *(_row(option) for option in section.options)])


def _row(option: Option) -> str:
    cells = (f"`{option.name}`", option.en, option.zh, option.values, _default(option.default))
    return f"| {' | '.join(cells)} |\n"


def _default(value: object) -> str:
    if value is msgspec.NODEFAULT:
        return "**needed 必填**"
    if value in (None, (), ""):
        return "—"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    main()
