"""What several tests need."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """Commands that a test calls set handlers; left behind, they would keep pytest, and what it forks, from being ended."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def standin() -> dict[str, str]:
    """An environment in which ``import tensorflow`` finds the stand-in of ``tests/standin``."""
    return {"PYTHONPATH": f"{HERE.parent}:{HERE / 'standin'}"}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The store and the questions of the small world, nothing answered yet."""
    from small_store import catalogue_at

    from matrix.store import Store

    return Store(tmp_path / "records"), catalogue_at(monkeypatch, tmp_path / "cases")


@pytest.fixture
def small(world: tuple[Any, Any], tmp_path: Path) -> str:
    """The page of the small world, answered and timed."""
    from page_store import fill, page_of, time

    fill(*world)
    time(tmp_path / "tables")
    return page_of(*world, tmp_path / "tables")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    import chromium

    with chromium.browser() as opened:
        yield opened


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page's text; afterwards nothing may have been logged as an error, nor anything but the file asked for."""
    import chromium

    contexts: list[Any] = []
    said: list[str] = []
    asked: list[str] = []

    def open_(text: str, address: str = "", **options: Any) -> Any:
        file = tmp_path / "index.html"
        file.write_text(text, encoding="utf-8")
        context = chromium.patient(browser.new_context(**options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri() + address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert sum(url.startswith("file:") for url in asked) == len(contexts)
