"""How links came out over time: runs, cases and findings in one SQLite file, safe under two runs at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from dropcheck.result import ProfileUsed, Results, Verdict
from dropcheck.run.errors import RunError

FILE_NAME = "history.sqlite"
#: The layout's version, kept in SQLite's own `user_version`; each step leads from the version before it.
_STEPS: Sequence[str] = (
    """
    create table runs (
        id text primary key, started text not null, status text not null, version text not null
    );
    create table cases (
        run text not null references runs on delete cascade, id text not null, suite text not null,
        link text, profile text, "check" text not null, verdict text not null, reason text not null,
        outcome text, known integer not null, attempts integer not null, duration_s real not null,
        primary key (run, id)
    );
    create index cases_by_id on cases (id);
    create table findings (
        run text not null references runs on delete cascade, "case" text not null, rule text not null,
        severity text not null
    );
    create table phones (
        run text not null references runs on delete cascade, profile text not null, app_version text,
        rules text not null, primary key (run, profile)
    );
    """,
)
#: Seconds to wait while another run writes.
_PATIENCE_S = 30.0


class HistoryError(RunError):
    """A history file can't be read or written, or was made by a newer dropcheck."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How one case came out in one run, with the phone as it was then."""

    run: str
    started: str
    case: str
    verdict: Verdict
    reason: str
    attempts: int
    app_version: str | None
    rules: frozenset[str]
    dropcheck: str = ""


#: Verdicts that say something about the link; the others say that nothing could be seen.
_DECIDED = frozenset({Verdict.PASS, Verdict.WARN, Verdict.FAIL})


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that differs from the one before; `also` is what else became new in between, in words."""

    before: Entry
    after: Entry
    also: tuple[str, ...]


class History:
    """One history file; made when it isn't there."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, results: Results) -> None:
        """Keep a run; one of the same id is replaced. Raises `HistoryError`."""
        run = results.run
        with self._open() as base:
            base.execute("delete from runs where id = ?", (run.id,))
            base.execute(
                "insert into runs values (?, ?, ?, ?)",
                (run.id, run.started.isoformat(), run.status.value, run.version),
            )
            base.executemany(
                "insert into cases values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        run.id,
                        case.id,
                        case.suite,
                        case.link,
                        case.profile,
                        case.check,
                        case.verdict.value,
                        case.reason,
                        case.outcome.kind.value if case.outcome is not None else None,
                        case.known is not None,
                        case.attempts,
                        case.duration_s,
                    )
                    for case in results.cases
                ],
            )
            base.executemany(
                "insert into findings values (?, ?, ?, ?)",
                [
                    (run.id, case.id, finding.rule, finding.severity.value)
                    for case in results.cases
                    for finding in case.findings
                ],
            )
            base.executemany(
                "insert into phones values (?, ?, ?, ?)",
                [
                    (run.id, phone.name, phone.identity.get("app_version"), "\n".join(_rules(phone)))
                    for phone in results.profiles
                ],
            )

    def entries(self, text: str = "", *, last: int = 1000) -> list[Entry]:
        """Return how the cases whose id contains `text` came out, oldest first; raises `HistoryError`."""
        if not self._file.exists():
            raise HistoryError(f"{self._file}: there is no history yet; `dropcheck run` writes it")
        with self._open() as base:
            rows = base.execute(
                """
                select cases.run, runs.started, cases.id, cases.verdict, cases.reason, cases.attempts,
                       phones.app_version, coalesce(phones.rules, ''), runs.version
                from cases join runs on runs.id = cases.run
                left join phones on phones.run = cases.run and phones.profile = cases.profile
                where instr(lower(cases.id), lower(?)) > 0
                order by runs.started desc limit ?
                """,
                (text, last),
            ).fetchall()
        try:
            return [_entry(row) for row in reversed(rows)]
        except (ValueError, AttributeError) as error:
            raise HistoryError(f"{self._file}: a row in it is none of dropcheck's ({error})") from None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=_PATIENCE_S, isolation_level=None)) as base:
                # Readers don't wait for a writer, and a run that is killed leaves the file whole.
                base.execute("pragma journal_mode = wal")
                base.execute("pragma foreign_keys = on")
                base.execute("begin immediate")
                self._bring_up_to_date(base)
                yield base
                base.execute("commit")
        except (sqlite3.Error, OSError) as error:
            raise HistoryError(
                f"{self._file}: the history can't be used ({error}); where it is damaged, move it away and the next"
                " run begins a new one"
            ) from None

    def _bring_up_to_date(self, base: sqlite3.Connection) -> None:
        (version,) = base.execute("pragma user_version").fetchone()
        if version > len(_STEPS):
            raise HistoryError(f"{self._file}: this history was written by a newer dropcheck")
        for step in _STEPS[version:]:
            for statement in filter(str.strip, step.split(";")):
                base.execute(statement)
        base.execute(f"pragma user_version = {len(_STEPS)}")


def _entry(row: tuple[Any, ...]) -> Entry:
    run, started, case, verdict, reason, attempts, app, rules, version = row
    known = frozenset(rules.split("\n"))
    return Entry(run, started, case, Verdict(verdict), reason, attempts, app, known, version)


def changes(entries: Sequence[Entry]) -> list[Change]:
    """Return where a case's verdict changed, with the app update or rule change that came before.

    Runs that could not see (error, blocked, pending, skipped) are passed over: what became new during them counts.
    """
    newest: dict[str, Entry] = {}
    found: list[Change] = []
    for entry in entries:
        if entry.verdict not in _DECIDED:
            continue
        before = newest.get(entry.case)
        if before is not None and before.verdict is not entry.verdict:
            found.append(Change(before, entry, tuple(_also(before, entry))))
        newest[entry.case] = entry
    return found


def flaky(entries: Sequence[Entry], *, window: int = 10, flips: int = 2) -> list[str]:
    """Return the cases that, with the phone's rules unchanged, came out both ways in their last runs."""
    by_case: dict[str, list[Entry]] = {}
    for entry in entries:
        by_case.setdefault(entry.case, []).append(entry)
    found = []
    for case, all_of_it in by_case.items():
        latest = [one for one in all_of_it if one.verdict in _DECIDED][-window:]
        flipped = sum(
            first.verdict is not second.verdict and first.rules == second.rules
            for first, second in pairwise(latest)
        )
        if flipped >= flips or any(one.attempts > 1 for one in latest):
            found.append(case)
    return found


def _also(before: Entry, after: Entry) -> Iterator[str]:
    if before.app_version != after.app_version:
        yield f"the app went from {before.app_version} to {after.app_version}"
    changed = sorted({rule.split(" ")[0] for rule in before.rules ^ after.rules if rule})
    if changed:
        yield f"phone rules changed: {', '.join(changed[:5])}"
    if before.dropcheck != after.dropcheck:
        yield f"dropcheck went from {before.dropcheck} to {after.dropcheck}"


def _rules(phone: ProfileUsed) -> list[str]:
    return [f"{rule.id} {rule.confidence.value} {rule.date}" for rule in phone.rules]
