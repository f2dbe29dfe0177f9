"""A gateway's process for the tests of the quota: opens one document once for each session, all at the same moment.

Reads one line of JSON (configuration, document, moment, session tokens), says "ready", waits for a second line, and
answers with one JSON object: for each session the number of its view, or the code of the refusal.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.company import OFFICE_PLACE, REASON, open_company_vault
from vault.access.opening import open_view
from vault.clock import FixedClock
from vault.errors import VaultError
from vault.model import Actor
from vault.people.signing_in import resume_session


def main() -> None:
    task = json.loads(sys.stdin.readline())
    moment = dt.datetime.fromisoformat(task["moment"])
    vault = open_company_vault(Path(task["config"]), clock=FixedClock(moment))
    vault.keyroom.unseal()
    actors = [resume_session(vault, token=token, place=OFFICE_PLACE).actor for token in task["tokens"]]
    together = threading.Barrier(len(actors))

    def open_one(actor: Actor) -> int | str:
        together.wait()
        try:
            opened = open_view(
                vault,
                actor,
                document_id=task["document"],
                reason=REASON,
                declared_place="",
                idempotency_key=vault.random(8).hex(),
            )
        except VaultError as error:
            return error.code
        return opened.number

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(len(actors)) as threads:
        print(json.dumps(list(threads.map(open_one, actors))), flush=True)
    vault.engine.dispose()


if __name__ == "__main__":
    main()
