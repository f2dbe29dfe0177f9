"""G10 A leak has a name: what is photographed or saved from the viewer says whose view it was.

Read back by an OCR program that knows nothing of the product. The forensic mark and the grading come later; here stands
the visible mark: in every served page, in any script, in every part of the page, different for each view.
"""

from __future__ import annotations

import difflib
import io
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.attacks.acting import change, open_view
from tests.attacks.observing import pixels, unmarked_page
from tests.company import OFFICE_PLACE, Company
from tests.servers import require
from vault.access.reading import read_page
from vault.model import Place, PlaceSource, ViewId, new_id

MARK_THIRDS = 3
Read = Callable[[Image.Image, str], str]
ANGLES = (24.0, 21.5, 26.5, 23.0, 25.0)
"""How a person would turn the page to read it, tried until the lines are level."""
WHITFIELD = ("Margaret", "Whitfield")


@pytest.fixture
def read_text(tmp_path: Path) -> Read:
    """Reads what is written on an image, with tesseract in English or Chinese."""
    program = shutil.which("tesseract")
    require(program, "tesseract (Debian package tesseract-ocr)")
    languages = subprocess.run([program or "", "--list-langs"], capture_output=True, text=True, check=True).stdout

    def read(image: Image.Image, language: str) -> str:
        require(language in languages.split(), f"tesseract's {language} (Debian package tesseract-ocr-chi-sim)")
        path = tmp_path / "seen.png"
        image.save(path)
        command = [str(program), str(path), "-", "-l", language, "--psm", "6"]
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    return read


def served(company: Company, login: str, *, place: Place = OFFICE_PLACE, page_number: int = 1) -> tuple[ViewId, bytes]:
    """A page as this person gets it, and the view it belongs to."""
    actor = company.signed_in(login, place=place)
    view_id = open_view(company, actor).view_id
    return view_id, read_page(company.vault, actor, view_id=view_id, page_number=page_number).jpeg


def straightened(page: Image.Image, part: tuple[float, float, float, float], *, angle: float) -> Image.Image:
    """A part of the page, turned back by an angle and with the pale letters made dark: what one sees."""
    left, top, right, bottom = part
    box = (
        int(left * page.width),
        int(top * page.height),
        int(right * page.width),
        int(bottom * page.height),
    )
    seen = page.crop(box).convert("L")
    larger = seen.resize((seen.width * 2, seen.height * 2), Image.Resampling.BICUBIC)
    upright = larger.rotate(-angle, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=255)
    levels = np.asarray(upright).astype(int)
    return Image.fromarray(np.clip((levels - 180) * 255 // 70, 0, 255).astype(np.uint8))


def read_back(
    read: Read, page: Image.Image, part: tuple[float, float, float, float], *, words: tuple[str, ...], language: str
) -> str:
    """What the part of the page says, read at each angle until all the words and something like an id are among it."""
    text = ""
    for angle in ANGLES:
        text += read(straightened(page, part, angle=angle), language)
        if all(word in text for word in words) and long_words(text):
            break
    return text


def is_among(word: str, text: str) -> bool:
    """As it is written, or as closely as a person would know it again."""
    return word in text or bool(difflib.get_close_matches(word, text.split(), cutoff=0.75))


def long_words(text: str) -> list[str]:
    """What may be most of an id."""
    return [word for word in text.split() if len(word) > 15]


def closest(text: str, candidates: list[str]) -> str:
    """The candidate that some word of the text is most like."""
    words = long_words(text)
    assert words, text
    return max(candidates, key=lambda each: max(difflib.SequenceMatcher(None, word, each).ratio() for word in words))


def test_chinese_name_time_place_and_view_are_read_back_from_a_page(company: Company, read_text: Read) -> None:
    """No boxes and no question marks: 王晓明 stands there, with number, local time, place, and the view's id."""
    view_id, jpeg = served(company, "borrower")
    said = ("王晓明", "N-0002", "2026-11-24 18:00", "Head office")
    text = read_back(read_text, pixels(jpeg), (0.15, 0.45, 0.85, 0.75), words=said, language="chi_sim")
    assert [each for each in said if each not in text] == []
    others = [new_id("w", company.vault.random) for _ in range(500)]
    assert closest(text, [*others, view_id]) == view_id


def test_english_name_is_read_back_from_a_third_of_a_saved_and_shrunk_page(company: Company, read_text: Read) -> None:
    """A screenshot at two thirds of the size, saved again as JPEG, cut to a third: the name is still there."""
    change(company, "other", name=" ".join(WHITFIELD))
    view_id, jpeg = served(company, "other")
    page = pixels(jpeg)
    smaller = page.resize((page.width * 2 // 3, page.height * 2 // 3), Image.Resampling.BILINEAR)
    saved = io.BytesIO()
    smaller.save(saved, "JPEG", quality=70)
    again = pixels(saved.getvalue()).resize(page.size, Image.Resampling.BICUBIC)
    text = read_back(read_text, again, (0.1, 0.6, 0.9, 0.93), words=WHITFIELD, language="eng")
    assert [name for name in WHITFIELD if not is_among(name, text)] == []
    others = [new_id("w", company.vault.random) for _ in range(500)]
    assert closest(text, [*others, view_id]) == view_id


def test_every_ninth_of_a_page_is_covered(company: Company) -> None:
    """No part that could be cut out clean, at any zoom: the mark is in the pixels, not over them."""
    _view_id, jpeg = served(company, "borrower")
    marked, bare = (np.asarray(pixels(image)).astype(np.int16) for image in (jpeg, unmarked_page(company)))
    changed = np.abs(marked - bare).max(axis=2) > 24
    for rows in np.array_split(changed, MARK_THIRDS):
        for cell in np.array_split(rows, MARK_THIRDS, axis=1):
            assert cell.mean() > 0.02


def test_two_views_of_one_page_are_told_apart(company: Company) -> None:
    """Other people and other views of the same person: no two served pages are alike."""
    pages = [served(company, login)[1] for login in ("borrower", "other", "borrower")]
    assert len(set(pages)) == 3


def test_same_view_gives_the_same_page(company: Company) -> None:
    """Reloading gives nothing to average the mark away with."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    pages = {read_page(company.vault, actor, view_id=view_id, page_number=1).jpeg for _ in range(3)}
    assert len(pages) == 1


def test_longest_words_leave_the_page_marked_and_whole(company: Company) -> None:
    """A hundred characters of name and sixty of place: nothing fails, nothing is left bare."""
    change(company, "other", name=("Maximiliana Konstantinopolitanska " * 3)[:100].strip())
    place = Place("203.0.113.5", PlaceSource.DECLARED, declared="会议中心二号楼十七层东侧第三会议室" * 3)
    _view_id, jpeg = served(company, "other", place=place)
    marked, bare = (np.asarray(pixels(image)).astype(np.int16) for image in (jpeg, unmarked_page(company)))
    assert (np.abs(marked - bare).max(axis=2) > 24).mean() > 0.02


def test_served_page_has_no_metadata_that_could_be_stripped_or_leak(company: Company) -> None:
    """A plain JPEG: no EXIF, no comments, no colour profile, nothing from the source."""
    _view_id, jpeg = served(company, "borrower")
    image = Image.open(io.BytesIO(jpeg))
    assert not image.getexif()
    assert {"comment", "exif", "icc_profile", "xmp", "photoshop"} & set(image.info) == set()
