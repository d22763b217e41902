"""What a leg shows while it works: a live line in a terminal, a line per tenth of the work elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from matrix.words import harmless


class Progress:
    """Counts the points of one leg's cases; ``say`` prints a line that stays."""

    def __init__(self, leg: str, points: Mapping[str, int]) -> None:
        self.leg, self.points = leg, points
        self.console = Console(highlight=False)
        self.live = self.console.is_terminal
        self.done = self.cases_done = 0
        self.total = sum(points.values())
        self.started = time.monotonic()
        self._tenths = 0
        self._bar = Bar(
            TextColumn("{task.fields[leg]}"),
            BarColumn(bar_width=20),
            TextColumn("{task.completed}/{task.total} points"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
            console=self.console,
            transient=True,
            disable=not self.live,
        )
        self._task = self._bar.add_task("", total=self.total, leg=leg)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        if kind is None:
            seconds = time.monotonic() - self.started
            self.say(f"{self.leg}: asked {len(self.points)} cases, {self.total} points, in {seconds:.0f} s")

    def say(self, text: str) -> None:
        """One line that stays on the screen or in the log."""
        self.console.print(escape(harmless(text)), soft_wrap=True)

    def begin(self, case: str) -> None:
        """A case is being asked."""
        self._bar.update(self._task, description=escape(harmless(case)))

    def tick(self) -> None:
        """Called often while a child works, so that the clock on the screen goes on."""
        if self.live:
            self._bar.refresh()

    def end(self, case: str) -> None:
        """A case has been asked and stored."""
        self.done += self.points[case]
        self.cases_done += 1
        self._bar.update(self._task, completed=self.done)
        tenths = 10 * self.done // max(self.total, 1)
        if not self.live and tenths > self._tenths and tenths < 10:
            self._tenths = tenths
            elapsed = time.monotonic() - self.started
            left = elapsed * (self.total - self.done) / self.done
            self.say(
                f"{self.leg}: {self.cases_done} of {len(self.points)} cases, about {left:.0f} s left, after {case}"
            )
