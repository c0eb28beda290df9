"""The processes that set papers: used again, bounded, replaced, and never a reason for a paper to fail."""

import io
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.papers import words
from tests.typesetting.test_typesetting import AT, jpeg, specimen

from recours.typesetting import TypesettingError, typeset, warm


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The processes started in this test: none waits before it, and none after."""
    warm.end_all()
    processes: list[Any] = []
    begin = warm._Process

    def begun() -> Any:
        process = begin()
        processes.append(process._running)
        return process

    monkeypatch.setattr(warm, "_Process", begun)
    yield processes
    warm.end_all()


def set_one(sentence: str = "Une phrase.", **options: Any) -> str:
    return words(typeset("typesetting/specimen.typ", specimen(sentence=sentence), at=AT, **options))


def too_large() -> tuple[dict[str, Any], dict[str, bytes]]:
    bomb = io.BytesIO()
    Image.new("L", (16_000, 16_000)).save(bomb, "PNG")
    return specimen(pictures=[{"name": "a-1.png", "alt": "x"}]), {"a-1.png": bomb.getvalue()}


def test_a_process_sets_one_paper_after_the_other(started: list[Any]) -> None:
    assert ["Premier." in set_one("Premier."), "Second." in set_one("Second.")] == [True, True]
    assert len(started) == 1


def test_a_paper_finds_nothing_of_the_one_before(started: list[Any]) -> None:
    shown = specimen(pictures=[{"name": "a-1.jpg", "alt": "x"}])
    typeset("typesetting/specimen.typ", shown, at=AT, files={"a-1.jpg": jpeg()})

    with pytest.raises(TypesettingError, match="not found"):
        typeset("typesetting/specimen.typ", shown, at=AT)

    assert len(started) == 1


def test_a_warm_process_gives_the_bytes_of_a_new_one(started: list[Any]) -> None:
    first = typeset("typesetting/specimen.typ", specimen(), at=AT)
    set_one("Entre les deux.")
    again = typeset("typesetting/specimen.typ", specimen(), at=AT)

    assert (again == first, len(started)) == (True, 1)


def test_two_papers_at_once_have_two_processes_and_more_wait(started: list[Any]) -> None:
    with ThreadPoolExecutor(max_workers=6) as pool:
        set_by = list(pool.map(lambda number: set_one(f"Papier {number}."), range(6)))

    assert [f"Papier {number}." in paper for number, paper in enumerate(set_by)] == [True] * 6
    assert len(started) <= warm.AT_ONCE


def test_a_process_is_replaced_after_its_papers(started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "PAPERS", 2)

    for _ in range(3):
        set_one()

    assert [process.returncode for process in started] == [-signal.SIGKILL, None]


def test_a_process_that_grew_is_not_kept(started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "KEPT_BYTES", warm.MEBIBYTE)

    set_one()

    assert [process.returncode for process in started] == [-signal.SIGKILL]


def test_a_process_that_refused_a_paper_is_not_kept(started: list[Any]) -> None:
    with pytest.raises(TypesettingError, match="image"):
        typeset(
            "typesetting/specimen.typ",
            specimen(pictures=[{"name": "a-1.jpg", "alt": "x"}]),
            at=AT,
            files={"a-1.jpg": b"no picture"},
        )

    assert [process.returncode for process in started] == [-signal.SIGKILL]


def test_a_process_that_was_stopped_while_it_waited_costs_no_paper(started: list[Any]) -> None:
    set_one()
    os.kill(started[0].pid, signal.SIGKILL)

    assert "Après." in set_one("Après.")
    assert len(started) == 2


def test_a_process_that_nobody_asks_ends_and_costs_no_paper(
    started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "IDLE_SECONDS", 0)
    warm._waiting.keep(warm._Process())
    started[0].wait()

    monkeypatch.setattr(warm, "IDLE_SECONDS", 600)

    assert "Plus tard." in set_one("Plus tard.")


def test_a_process_ends_with_who_started_it(started: list[Any]) -> None:
    set_one()

    started[0].stdin.close()

    assert started[0].wait() == 0


def test_a_fork_leaves_the_processes_of_its_parent_alone(started: list[Any]) -> None:
    set_one()
    read, write = os.pipe()
    forked = os.fork()
    if not forked:  # no cleaning up of pytest's in the fork
        os.write(write, b"none" if warm._waiting.take() is None else b"some")
        os._exit(0)
    os.waitpid(forked, 0)

    assert os.read(read, 4) == b"none"
    assert "Encore." in set_one("Encore.")
    assert len(started) == 1
    os.close(read)
    os.close(write)


def test_memory_is_bounded(started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "MEMORY_BYTES", 256 * warm.MEBIBYTE)
    data, files = too_large()
    set_one()

    with pytest.raises(TypesettingError):
        typeset("typesetting/specimen.typ", data, at=AT, files=files)

    assert len(started) == 2  # the warm one gave up, and a new one was asked once


def test_time_is_bounded(started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "SECONDS", 0.001)

    with pytest.raises(TypesettingError, match="stopped"):
        set_one()

    assert [process.returncode for process in started] == [-signal.SIGKILL]


def test_the_process_sees_nothing_of_our_environment(
    started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOURS_SECRET_KEY", "secret")

    set_one()

    given = Path(f"/proc/{started[0].pid}/environ").read_text("ascii").rstrip("\0").split("\0")
    assert {variable.partition("=")[0] for variable in given} == {
        "PATH",
        "RAYON_NUM_THREADS",
        "MALLOC_ARENA_MAX",
    }
