"""Handing in documents through the web: what is taken, what is refused and with which words, and what follows."""

from __future__ import annotations

import pytest

from tests.company import TEXT, Company, reopen_company
from tests.gateway.handing_in import KEY, File, hand_in, key_on_page
from tests.gateway.visitor import Visitor, Web, make_web
from tests.vault.intake.samples import make_pdf
from vault.filing.cards import DocumentRow, show_dossier

PLAN: File = ("Plan 2027.txt", b"The plan for line five, as agreed in November.\n")
NOTES: File = ("Notes.md", b"# Notes\n\nA visit in spring.\n")


def documents(company: Company, login: str = "custodian") -> list[DocumentRow]:
    """The dossier's list as this person sees it."""
    return show_dossier(company.vault, company.at_keyboard(login), dossier_id=company.dossier_id).documents


def limited(company: Company, *, max_mib: int, max_upload_mib: int = 512) -> Web:
    """The same vault with smaller limits."""
    path = company.directory / "config.toml"
    words = path.read_text().replace("[intake]\n", f"[intake]\nmax_mib = {max_mib}\n")
    path.write_text(f"{words}\n[gateway]\nmax_upload_mib = {max_upload_mib}\n")
    company.vault.engine.dispose()
    return make_web(reopen_company(company.directory, clock=company.vault.clock))


def titles(company: Company, login: str = "custodian") -> list[str]:
    return [document.title for document in documents(company, login)]


def dossier_page(visitor: Visitor, company: Company) -> str:
    return visitor.get(f"/dossiers/{company.dossier_id}").text


def test_custodians_file_is_taken_sealed_and_opens_once_its_pages_are_made(web: Web) -> None:
    """From the form to a document that borrowers see."""
    custodian = web.visitor("custodian")
    key = key_on_page(custodian, web.company.dossier_id)
    answer = hand_in(custodian, web.company.dossier_id, PLAN, key=key)
    assert answer.status_code == 303
    page = custodian.get(answer.location).text
    assert "The document is taken in" in page
    assert "waiting for its pages" in page
    assert "data-busy" in page
    web.company.convert_all()
    assert "Plan 2027" in dossier_page(web.visitor("borrower"), web.company)


def test_several_files_are_taken_at_once(web: Web) -> None:
    """One form, several documents, one sentence."""
    custodian = web.visitor("custodian")
    answer = hand_in(custodian, web.company.dossier_id, PLAN, NOTES)
    assert "The documents are taken in" in custodian.get(answer.location).text
    assert titles(web.company) == ["Offer", "Plan 2027", "Notes"]


def test_authors_file_waits_for_a_custodian(web: Web) -> None:
    """It has pages, but no borrower sees it."""
    author = web.visitor("author")
    assert hand_in(author, web.company.dossier_id, PLAN).status_code == 303
    web.company.convert_all()
    assert "waits to be filed" in dossier_page(author, web.company)
    assert titles(web.company, "borrower") == ["Offer"]


def test_sending_the_form_twice_is_one_document(web: Web) -> None:
    """A double click, or a retry after a lost answer."""
    author = web.visitor("author")
    first = hand_in(author, web.company.dossier_id, PLAN)
    second = hand_in(author, web.company.dossier_id, PLAN)
    assert (first.status_code, second.status_code) == (303, 303)
    assert titles(web.company) == ["Offer", "Plan 2027"]


def test_another_file_in_the_same_form_is_another_document(web: Web) -> None:
    """Who goes back and chooses another file loses neither."""
    author = web.visitor("author")
    hand_in(author, web.company.dossier_id, PLAN)
    hand_in(author, web.company.dossier_id, NOTES)
    assert titles(web.company) == ["Offer", "Plan 2027", "Notes"]


def test_same_content_again_is_said_and_adds_nothing(web: Web) -> None:
    """Under another name and in another form."""
    custodian = web.visitor("custodian")
    answer = hand_in(custodian, web.company.dossier_id, ("Copy.txt", TEXT))
    assert "holds the very same content already" in custodian.get(answer.location).text
    assert titles(web.company) == ["Offer"]


def test_new_and_known_files_together_are_told_apart(web: Web) -> None:
    """The sentence says that something was there before."""
    custodian = web.visitor("custodian")
    answer = hand_in(custodian, web.company.dossier_id, PLAN, ("Copy.txt", TEXT))
    assert "except what this dossier held already" in custodian.get(answer.location).text


def test_new_version_takes_the_place_of_the_old_one(web: Web) -> None:
    """A custodian's version opens once it has pages; the title stays."""
    custodian = web.visitor("custodian")
    hand_in(custodian, web.company.dossier_id, PLAN, document_id=web.company.document_id)
    assert "Readers open version 1." in dossier_page(custodian, web.company)
    web.company.convert_all()
    [row] = documents(web.company)
    assert (row.title, row.version, row.live_version) == ("Offer", 2, 2)


def test_version_of_another_dossiers_document_is_refused(web: Web) -> None:
    """The id of a document is no permission to put something into it."""
    other = web.company.document_id
    visitor = web.visitor("custodian2")
    founded = visitor.post("/dossiers", {"name": "Other", "classification": "internal", "idempotency_key": "k"})
    dossier_id = founded.location.rpartition("/")[2].partition("?")[0]
    assert hand_in(visitor, dossier_id, PLAN, document_id=other).status_code == 404
    assert [row.version for row in documents(web.company)] == [1]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("Offer.exe", b"MZ", "Files of this type are not taken"),
        ("Offer.pdf", b"no PDF at all", "content is not what its name says"),
        ("Empty.txt", b"", "The file is empty"),
    ],
)
def test_file_that_is_refused_on_sight_is_named_with_the_reason(
    web: Web, name: str, content: bytes, words: str
) -> None:
    """Beside the form, with the name of the file; nothing of it is kept."""
    author = web.visitor("author")
    answer = hand_in(author, web.company.dossier_id, (name, content))
    assert answer.status_code == 400
    assert words in answer.text
    assert f'<span class="upload-name">{name}</span>' in answer.text
    assert titles(web.company) == ["Offer"]


def test_good_files_are_taken_although_another_is_refused(web: Web) -> None:
    """And each is named with what became of it."""
    author = web.visitor("author")
    answer = hand_in(author, web.company.dossier_id, PLAN, ("Offer.exe", b"MZ"), NOTES)
    assert answer.status_code == 400
    assert answer.text.count("Taken in.") == 2
    assert titles(web.company) == ["Offer", "Plan 2027", "Notes"]


def test_refused_form_gets_a_new_number(web: Web) -> None:
    """What is sent from it next is another submission."""
    answer = hand_in(web.visitor("author"), web.company.dossier_id, ("Offer.exe", b"MZ"))
    assert 'name="submission_key"' in answer.text
    assert KEY not in answer.text


def test_form_without_a_file_asks_for_one(web: Web) -> None:
    """As a browser sends an empty file field: with a part that has no name."""
    author = web.visitor("author")
    for sent in (hand_in(author, web.company.dossier_id), hand_in(author, web.company.dossier_id, ("", b""))):
        assert sent.status_code == 400
        assert "Choose at least one file" in sent.text


def test_form_without_its_number_is_refused(web: Web) -> None:
    """Without it, a double click could not be told from two submissions."""
    answer = hand_in(web.visitor("author"), web.company.dossier_id, PLAN, key="1")
    assert answer.status_code == 400
    assert "has lost its number" in answer.text


def test_encrypted_pdf_is_set_aside_with_the_reason_in_words(web: Web) -> None:
    """Found out when its pages are made; said in the list, in the reader's language."""
    author = web.visitor("author")
    hand_in(author, web.company.dossier_id, ("Contract.pdf", make_pdf("secret", password="hidden")))
    web.company.convert_all()
    page = dossier_page(author, web.company)
    assert "set aside" in page
    assert "protected by a password" in page
    chinese = web.visitor("author", language="zh")
    chinese.post("/language", {"language": "zh_Hans_CN", "back": "/"}, token="")
    assert "此 PDF 有密码保护" in dossier_page(chinese, web.company)
    assert titles(web.company, "borrower") == ["Offer"]


def test_file_of_an_altered_object_is_said_without_a_code(web: Web) -> None:
    """The security officer hears the rest."""
    hand_in(web.visitor("author"), web.company.dossier_id, PLAN)
    newest = max(
        (web.company.directory / "objects").rglob("*"), key=lambda path: (path.is_file(), path.stat().st_mtime_ns)
    )
    content = newest.read_bytes()
    newest.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    web.company.convert_all()
    page = dossier_page(web.visitor("author"), web.company)
    assert "not what was filed" in page
    assert "tamper." not in page


@pytest.mark.parametrize("login", ["borrower", "approver"])
def test_only_author_and_custodian_hand_in(web: Web, login: str) -> None:
    """Others see no form, and are refused and recorded when they send one all the same."""
    visitor = web.visitor(login)
    assert 'type="file"' not in dossier_page(visitor, web.company)
    assert hand_in(visitor, web.company.dossier_id, PLAN).status_code == 403
    assert hand_in(visitor, web.company.dossier_id).status_code == 400
    assert titles(web.company) == ["Offer"]


def test_strangers_cannot_hand_in(web: Web) -> None:
    """A dossier one has no part in is unknown, whatever one is qualified for."""
    assert hand_in(web.visitor("stranger"), web.company.dossier_id, PLAN).status_code == 404


def test_file_beyond_the_limit_is_refused_with_the_limit_and_the_others_are_taken(company: Company) -> None:
    """Its bytes are thrown away as they come."""
    web = limited(company, max_mib=1)
    answer = hand_in(web.visitor("author"), company.dossier_id, ("Large.txt", b"a" * (1 << 20) + b"b"), PLAN)
    assert answer.status_code == 400
    assert "larger than 1 MiB" in answer.text
    assert titles(company) == ["Offer", "Plan 2027"]


def test_form_beyond_the_limit_is_refused_with_the_limit(company: Company) -> None:
    """Before it is read, by its announced length; by the page and by the script."""
    web = limited(company, max_mib=1, max_upload_mib=2)
    author = web.visitor("author")
    files = [(f"{number}.txt", bytes([97 + number]) * (1 << 20)) for number in range(3)]
    page = hand_in(author, company.dossier_id, *files)
    assert page.status_code == 400
    assert "more was sent at once than the 2 mib" in page.text.lower()
    assert titles(company) == ["Offer"]
    scripted = hand_in(author, company.dossier_id, *files, script=True)
    assert scripted.status_code == 400
    assert "2 MiB" in scripted.json["sentence"]


def test_script_gets_the_sentence_as_json(web: Web) -> None:
    """Taken, known before, and refused."""
    author = web.visitor("author")
    taken = hand_in(author, web.company.dossier_id, PLAN, script=True)
    assert (taken.status_code, taken.json["sentence"]) == (200, "Taken in.")
    known = hand_in(author, web.company.dossier_id, ("Copy.txt", TEXT), script=True)
    assert "very same content" in known.json["sentence"]
    refused = hand_in(author, web.company.dossier_id, ("Offer.exe", b"MZ"), script=True)
    assert (refused.status_code, refused.json["code"]) == (400, "intake.type_unknown")
    assert "Files of this type" in refused.json["sentence"]


def test_script_sends_one_file_at_a_time(web: Web) -> None:
    """Two in one request would have one answer."""
    assert hand_in(web.visitor("author"), web.company.dossier_id, PLAN, NOTES, script=True).status_code == 400
    assert titles(web.company) == ["Offer"]


def test_list_is_fetched_by_itself_for_the_page_that_follows_it(web: Web) -> None:
    """A piece: the same rows, no frame, and not for another site."""
    author = web.visitor("author")
    hand_in(author, web.company.dossier_id, PLAN)
    path = f"/dossiers/{web.company.dossier_id}/documents"
    assert author.get(path).text.count("data-document=") == 2
    assert "<html" not in author.get(path).text
    assert author.get(path, Sec_Fetch_Site="cross-site").status_code == 403


def test_sealed_vault_takes_nothing_and_says_so(web: Web) -> None:
    """503, and nothing is left under way."""
    author = web.visitor("author")
    token = author.form_token()
    web.company.vault.seal()
    answer = hand_in(author, web.company.dossier_id, PLAN, token=token)
    assert answer.status_code == 503
    web.company.vault.unseal()
    assert titles(web.company) == ["Offer"]


def test_name_of_the_file_is_shown_safely(web: Web) -> None:
    """No markup, no path, no hidden direction of writing."""
    answer = hand_in(web.visitor("author"), web.company.dossier_id, ("../<b>\u202etxt.exe", b"MZ"))
    assert "<b>" not in answer.text
    assert "\u202e" not in answer.text
    assert "../" not in answer.text.split("upload-name")[1][:80]
