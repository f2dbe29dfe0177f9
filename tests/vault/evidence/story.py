"""What happened in the company, for packs: an agreement, a view with a page and a text, a refusal, a request."""

from __future__ import annotations

import contextlib

from tests.agreements import answer, draft, published, published_again
from tests.attacks.acting import ask, decide, open_view
from tests.company import Company
from vault.access.ending import end_view
from vault.access.reading import read_page, read_page_text
from vault.errors import AccessDenied
from vault.worker.policy_record import record_policy


def live_through(company: Company) -> str:
    """Everything in its order; the agreement's id. The trail is signed up to the end of it."""
    record_policy(company.vault)
    agreement_id = published(company)
    borrower = company.signed_in("borrower")
    with contextlib.suppress(AccessDenied):
        open_view(company, borrower)  # not accepted yet
    answer(company, agreement_id, actor=borrower)
    view = open_view(company, borrower, key="first")
    read_page(company.vault, borrower, view_id=view.view_id, page_number=1)
    read_page_text(company.vault, borrower, view_id=view.view_id, page_number=1)
    end_view(company.vault, borrower, view_id=view.view_id)
    published_again(company, agreement_id, draft("Corrected.", is_material=False))
    decide(company, ask(company, 2), views=1)
    company.sequence()
    return agreement_id
