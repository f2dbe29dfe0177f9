"""What is shown as changed between two versions."""

from __future__ import annotations

from vault.agreements.comparing import Change, compare


def told(earlier: str, later: str) -> list[str]:
    signs = {Change.SAME: "", Change.ADDED: "+", Change.REMOVED: "-"}
    return ["|".join(signs[piece.change] + piece.text for piece in line.pieces) for line in compare(earlier, later)]


def test_changed_words_are_marked_within_their_line() -> None:
    """Ten years become five; the rest of the line stands."""
    assert told("For ten years.\nEnd", "For five years.\nEnd") == ["For |-ten|+five| years.", "End"]


def test_chinese_is_compared_by_characters() -> None:
    """There are no spaces to find words by."""
    assert told("保密期限为十年。", "保密期限为五年。") == ["保密期限为|-十|+五|年。"]


def test_lines_that_are_not_alike_go_and_come_whole() -> None:
    """Words marked all over help nobody."""
    assert told("Names are secret.", "Within a week of leaving, return all papers.") == [
        "-Names are secret.",
        "+Within a week of leaving, return all papers.",
    ]


def test_added_and_removed_lines_stand_in_their_place() -> None:
    """In the order of reading; empty lines are left out."""
    assert told("a\n\nb\nc", "a\nb\nnew\nc") == ["a", "b", "+new", "c"]
    assert told("a\nold\nb", "a\nb") == ["a", "-old", "b"]


def test_same_text_has_no_change() -> None:
    """Nothing is marked."""
    assert not any(line.is_changed for line in compare("a\nb", "a\nb"))


def test_both_texts_can_be_read_back_from_the_comparison() -> None:
    """No word is lost or made up: what is not added is the earlier text, what is not removed the later one."""
    earlier, later = "One two three.\n四五六\nOld", "One 2 three.\n四七六\nNew thing\nLast"
    lines = compare(earlier, later)
    for side, left_out in ((earlier, Change.ADDED), (later, Change.REMOVED)):
        kept = ["".join(piece.text for piece in line.pieces if piece.change is not left_out) for line in lines]
        assert [line for line in kept if line] == side.split("\n")
