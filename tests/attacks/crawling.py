"""Every route of the application, with ids of things that exist: for attacks that must try all of them.

The list is taken from the application itself, so a new screen is attacked from its first day.
"""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from gateway.security.access import declarations
from gateway.static_files import static_version
from tests.attacks.observing import column
from tests.company import Company
from tests.gateway.visitor import Web

LOGINS = ("", "borrower", "other", "custodian", "approver", "auditor", "officer")
"""Nobody, and people who see different things of the company."""
ENDS_SESSIONS = ("/sign-out", "/sign-in")
"""Never posted to by a crawl: whoever does is somebody else afterwards."""


@dataclass(frozen=True)
class Door:
    """One method of one rule, with a path that leads somewhere."""

    method: str
    rule: str
    path: str


def doors(web: Web, *, view_id: str = "", method: str = "") -> list[Door]:
    """All of them, or those of one method; ``view_id`` is the view that a path to a view names."""
    declared = declarations(web.app)
    addresses = web.app.url_map.bind("127.0.0.1")
    values = _values(web.company, view_id)
    found = []
    for rule in web.app.url_map.iter_rules():
        named = {name: _value(rule, name, values) for name in rule.arguments}
        methods = [each for each in declared[rule.endpoint].methods if method in {"", each}]
        found += [Door(each, rule.rule, addresses.build(rule.endpoint, named, method=each)) for each in methods]
    return sorted(found, key=lambda door: (door.rule, door.method))


def _value(rule: Rule, name: str, values: dict[str, str]) -> str:
    """What stands under the name, or one of a closed list; else what is named is taken for a thing of the company."""
    converter = rule._converters[name]
    if isinstance(converter, IntegerConverter) and not values.get(name, "").isdigit():
        return "0"
    if isinstance(converter, AnyConverter) and name not in values:
        return min(converter.items)
    return values.get(name) or values["document_id"]


def names_something(door: Door) -> bool:
    """Whether the path holds the id of a thing."""
    return "<id:" in door.rule


def _values(company: Company, view_id: str) -> dict[str, str]:
    """What stands in a path under which name."""
    return {
        "document_id": company.document_id,
        "dossier_id": company.dossier_id,
        "view_id": view_id or "w" + "a" * 26,
        "person_id": company.ids["borrower"],
        "session_id": _first(company, "SELECT id FROM sessions WHERE ended_at IS NULL", "s"),
        "assignment_id": _first(company, "SELECT id FROM assignments", "a"),
        "request_id": _first(company, "SELECT id FROM requests", "r"),
        "page_number": "1",
        "index": "0",
        "number": "1",
        "version": static_version(),
        "name": "style.css",
    }


def _first(company: Company, query: str, kind: str) -> str:
    return next(iter(column(company, query)), kind + "a" * 26)
