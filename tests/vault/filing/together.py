"""Several people at once, each in a thread: what each of them got, an answer or an error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from vault.errors import VaultError

Answer = TypeVar("Answer")


def at_once(acts: list[Callable[[], Answer]]) -> list[Answer | VaultError]:
    """The answers in the order of ``acts``; an error of the vault is an answer too, any other is raised."""
    answers: list[Answer | VaultError | BaseException] = [RuntimeError("no answer")] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = acts[place]()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, VaultError):
            raise answer
    return answers  # type: ignore[return-value]
