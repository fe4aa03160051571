"""Shows a run while it goes: which phone is being held on a terminal, a line per case elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from dropcheck.cli.streams import without_commands
from dropcheck.events import (
    CaseFinished,
    CaseStarted,
    Event,
    HopSeen,
    Listener,
    ListenerFailed,
    RunFinished,
    RunStarted,
)
from dropcheck.report.headline import accepted
from dropcheck.report.inert import one_line
from dropcheck.report.journeys import host_of
from dropcheck.report.wording import Wording, word_of, wording
from dropcheck.result import CaseResult, DecisionKind, Hop, ProfileUsed, Verdict

#: Phones shown at once; more would scroll the rest of the screen away.
_MOST_PHONES = 8
_STYLES = {
    Verdict.PASS: "green",
    Verdict.WARN: "yellow",
    Verdict.FAIL: "bold red",
    Verdict.BLOCKED: "magenta",
    Verdict.PENDING: "cyan",
    Verdict.SKIPPED: "dim",
    Verdict.ERROR: "magenta",
}


def style_of(case: CaseResult) -> str:
    """Return the colour of a case's verdict; a known failure is no alarm."""
    return "dim" if accepted(case) else _STYLES[case.verdict]


def progress(stream: TextIO) -> Listener:
    """Return the listener that suits `stream`."""
    console = Console(file=without_commands(stream), highlight=False, markup=False, emoji=False)
    return LiveProgress(console) if console.is_terminal else PlainProgress(console)


class _Counting:
    """What both ways of showing keep count of."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.total = 0
        self.done = 0
        self.profiles: tuple[ProfileUsed, ...] = ()
        self.say: Wording = wording()

    def began(self, event: RunStarted) -> None:
        self.total, self.profiles = len(event.case_ids), event.profiles
        self.done = event.taken_over

    def phone(self, profile: str | None) -> str:
        return self.say.phone(profile, self.profiles) if profile is not None else "the release"

    def line(self, case: CaseResult) -> Text:
        """One finished case as one line."""
        width = len(str(self.total))
        known = " (known)" if accepted(case) else ""
        word = self.say(f"word.{word_of(case.verdict).value}") + known
        return Text.assemble(
            (f"[{self.done:>{width}}/{self.total}] ", "dim"),
            (f"{word}  ", style_of(case)),
            (one_line(case.id, 120), ""),
            (f"  {one_line(case.reason, 160)}" if case.verdict is not Verdict.PASS else "", ""),
            (f"  ({case.duration_s:.1f} s)", "dim"),
        )


class PlainProgress(_Counting):
    """A line for every finished case, for logs."""

    def handle(self, event: Event) -> None:
        """Take one event."""
        match event:
            case RunStarted():
                self.began(event)
                cases = "case" if self.total == 1 else "cases"
                before = f", {self.done} of them finished before" if self.done else ""
                self._print(Text(f"dropcheck {event.version}: {self.total} {cases}{before}"))
            case CaseFinished():
                self.done += 1
                self._print(self.line(event.result))
            case ListenerFailed():
                self._print(Text(f"{event.listener} failed and was left out: {one_line(event.error)}"))
            case _:
                pass

    def close(self) -> None:
        """Nothing is held open."""

    def _print(self, text: Text) -> None:
        self.console.print(text, soft_wrap=True)


class LiveProgress(_Counting):
    """The phones that are being held now, and how far the run is."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._held: dict[str, tuple[str, str]] = {}
        self._live = Live(console=console, refresh_per_second=8, transient=True)

    def handle(self, event: Event) -> None:
        """Take one event."""
        match event:
            case RunStarted():
                self.began(event)
                self._live.start()
            case CaseStarted():
                what = f"{self.phone(event.profile)} · {event.link or event.suite}"
                again = " again" if event.attempt > 1 else ""
                self._held[event.case_id] = (what, f"starts{again}")
            case HopSeen():
                if event.case_id in self._held:
                    self._held[event.case_id] = (self._held[event.case_id][0], _doing(event.hop))
            case CaseFinished():
                self.done += 1
                self._held.pop(event.result.id, None)
                self._live.console.print(self.line(event.result), soft_wrap=True)
            case ListenerFailed():
                self._live.console.print(f"{event.listener} failed and was left out: {one_line(event.error)}")
            case RunFinished():
                self._live.stop()
            case _:
                return
        self._live.update(Group(*self._screen()))

    def close(self) -> None:
        """Give the terminal back."""
        self._live.stop()

    def _screen(self) -> Iterable[RenderableType]:
        phones = Table.grid(padding=(0, 2))
        for what, doing in list(self._held.values())[:_MOST_PHONES]:
            phones.add_row(Text("holding", "dim"), Text(one_line(what, 60)), Text(one_line(doing, 80), "dim"))
        yield phones
        hidden = len(self._held) - _MOST_PHONES
        if hidden > 0:
            yield Text(f"and {hidden} more", "dim")
        bar = Table.grid(padding=(0, 1))
        bar.add_row(
            ProgressBar(total=max(1, self.total), completed=self.done, width=40),
            Text(f"{self.done} of {self.total}", "dim"),
        )
        yield bar


_DOING = {
    DecisionKind.LOADS: "sees",
    DecisionKind.OPENS_APP: "opens an app:",
    DecisionKind.OPENS_BROWSER: "opens the real browser:",
    DecisionKind.OPENS_STORE: "opens the store:",
    DecisionKind.ASKS: "asks before",
    DecisionKind.REFUSED: "refuses",
}


def _doing(hop: Hop) -> str:
    return f"{_DOING[hop.decision]} {host_of(hop.url)}"
