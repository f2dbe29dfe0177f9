"""What templates and scripts may not hold, whatever the policy in the headers would do about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

GATEWAY = Path(__file__).parents[2] / "gateway"
TEMPLATES = sorted((GATEWAY / "templates").rglob("*.html"))
SCRIPTS = sorted((GATEWAY / "static").rglob("*.js"))
_FORBIDDEN_IN_TEMPLATES = re.compile(
    r"\|\s*safe|autoescape|<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)|https?://", re.IGNORECASE
)
_FORBIDDEN_IN_SCRIPTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|localStorage|sessionStorage|"
    r"indexedDB|caches\.|https?://|setAttribute\([\"']style"
)
_POST_FORM = re.compile(r"<form(?=[^>]*method=\"post\")[^>]*>(.*?)</form>", re.DOTALL)
_WITHOUT_SESSION = {"sign_in.html", "_footer.html"}
"""Forms that work before anybody is signed in: the guard takes the browser's word for where they come from."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(GATEWAY).as_posix())
def test_template_holds_no_inline_code_style_or_unescaped_text(path: Path) -> None:
    """Also nothing from another host."""
    assert _FORBIDDEN_IN_TEMPLATES.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(GATEWAY).as_posix())
def test_every_form_that_changes_something_carries_its_token(path: Path) -> None:
    """The guard would refuse it; here it is found before a person does."""
    forms = _POST_FORM.findall(path.read_text(encoding="utf-8"))
    assert path.name in _WITHOUT_SESSION or all("form_token()" in form for form in forms)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_script_makes_no_markup_and_stores_nothing(path: Path) -> None:
    """No markup from strings, nothing kept in the browser, nothing from elsewhere."""
    assert _FORBIDDEN_IN_SCRIPTS.findall(path.read_text(encoding="utf-8")) == []


def test_style_sheet_loads_nothing() -> None:
    """No fonts, images or imports from anywhere."""
    style = (GATEWAY / "static" / "style.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|@font-face", style)
