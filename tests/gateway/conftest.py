"""The web application over a small company's vault, a fresh copy for each test."""

from __future__ import annotations

import pytest

from tests.company import Company
from tests.gateway.visitor import Web, make_web


@pytest.fixture
def web(company: Company) -> Web:
    return make_web(company)
