"""Draws Markdown: headings, paragraphs, lists, quotations, code and tables, plainly.

Guarantees: HTML in the source is shown as the text it is; nothing is loaded: an image appears as its description, a
link as its text followed by its address, so that a link cannot say one place and lead to another.
Source: CommonMark 0.31 and GitHub's tables, as markdown-it-py reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vault.intake.converter.limits import ConvertedPage
from vault.intake.converter.refusals import DocumentRefused, Refusal
from vault.intake.converter.render.layout import Block, lay_out
from vault.intake.converter.render.plain_text import read_text
from vault.intake.converter.render.rendering import Rendering, finish_pages

_HEADING_SIZES = {"h1": 1.9, "h2": 1.55, "h3": 1.3, "h4": 1.15, "h5": 1.0, "h6": 1.0}
_DEEPEST_NESTING = 60
_BULLET = "•"
_CELL_BORDER = "  |  "


@dataclass(slots=True)
class _Place:
    """Where in the document's structure the walk is."""

    indent: int = 0
    counters: list[int | None] = field(default_factory=list)  # None: a bulleted list
    marker: str = ""
    heading: str = ""
    row: list[str] | None = None
    is_header_row: bool = False


def prepare_markdown() -> None:
    """Load what the parser imports on first use. Called once, before the process is confined."""
    _parser().parse("# x\n\n- [y](z)\n\n| a |\n|---|\n| b |\n\n&amp; `c`")


def render_markdown(rendering: Rendering) -> Iterator[ConvertedPage]:
    """The pages of a Markdown file."""
    tokens = _parser().parse(read_text(rendering))
    if any(token.level >= _DEEPEST_NESTING - 1 for token in tokens):  # deeper, the parser drops text without a word
        raise DocumentRefused(Refusal.TOO_COMPLEX)
    pages = lay_out(_blocks(tokens), font=rendering.font, limits=rendering.limits)
    return finish_pages(pages, rendering.limits)


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST_NESTING}).enable("table")


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    place = _Place()
    for token in tokens:
        _move(place, token)
        if token.type == "inline" and place.row is not None:
            place.row.append(_inline_text(token))
        elif token.type == "inline":
            yield _paragraph(place, _inline_text(token))
        elif token.type in {"fence", "code_block"}:
            yield _taking_marker(place, token.content.rstrip("\n"), is_preformatted=True)
        elif token.type == "hr":
            yield Block(text="—" * 12, indent=place.indent, gap=0.5)
        elif token.type == "tr_close" and place.row is not None:
            row = _CELL_BORDER.join(place.row)
            place.row = None
            yield Block(text=row, indent=place.indent, gap=0.15, is_bold=place.is_header_row)


def _move(place: _Place, token: Token) -> None:
    """Follow the opening and closing of structure."""
    match token.type:
        case "heading_open":
            place.heading = token.tag
        case "heading_close":
            place.heading = ""
        case "bullet_list_open":
            place.counters.append(None)
            place.indent += 1
        case "ordered_list_open":
            place.counters.append(int(token.attrGet("start") or 1))
            place.indent += 1
        case "bullet_list_close" | "ordered_list_close":
            place.counters.pop()
            place.indent -= 1
        case "list_item_open":
            place.marker = _next_marker(place.counters)
        case "blockquote_open":
            place.indent += 1
        case "blockquote_close":
            place.indent -= 1
        case "thead_open" | "tbody_open":
            place.is_header_row = token.type == "thead_open"
        case "tr_open":
            place.row = []


def _next_marker(counters: list[int | None]) -> str:
    counter = counters[-1]
    if counter is None:
        return _BULLET
    counters[-1] = counter + 1
    return f"{counter}."


def _paragraph(place: _Place, text: str) -> Block:
    if place.heading:
        return Block(text=text, size=_HEADING_SIZES[place.heading], indent=place.indent, gap=0.6, is_bold=True)
    return _taking_marker(place, text, is_preformatted=False)


def _taking_marker(place: _Place, text: str, *, is_preformatted: bool) -> Block:
    marker, place.marker = place.marker, ""
    gap = 0.2 if place.counters else 0.5
    return Block(text=text, indent=place.indent, gap=gap, marker=marker, is_preformatted=is_preformatted)


def _inline_text(token: Token) -> str:
    parts: list[str] = []
    address = ""
    for child in token.children or ():
        match child.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "image":
                parts.append(f"[{child.content}]")
            case "link_open":
                address = str(child.attrGet("href") or "")
            case "link_close":
                parts.append("" if parts and parts[-1] == address else f" <{address}>")
            case _:
                parts.append(child.content)
    return "".join(parts)
