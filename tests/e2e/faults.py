"""The fault catalogue as suites, and the table of what dropcheck says of each.

``python -m tests.e2e.faults > docs/faults.md`` runs them all and writes the table anew.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.e2e.stage import JOBS, TRACK, Running, differences, fixture_file, running, served, suite_of

from dropcheck.result import CaseResult
from dropcheck.run.options import RunOptions

FAULTS: dict[str, Any] = fixture_file("faults.yaml")["faults"]
PHONES = ("tiktok-ios", "tiktok-android")
OPTIONS = {"to": "app", "app": "spotify", "opens": TRACK}
#: Stands among the faults and must come out as if it were alone.
HEALTHY = "escape-page"
#: A host at an address where nobody listens (port 1, tcpmux, which no machine serves).
REFUSED = "refused.example:443:127.0.0.1:1"
HEALTHY_URL = "https://bio.example/mara?utm_source=tiktok"


def address(fault: str) -> str:
    """Return where a fault is met."""
    return str(FAULTS[fault].get("url", f"https://fault.example/{fault}"))


def case_id(fault: str, phone: str) -> str:
    """Return the id of the case in which `phone` meets `fault`."""
    return f"{_suite(fault)}/{fault}/{phone}/escape"


@contextlib.contextmanager
def meeting(wanted: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, Running]]:
    """Let phones meet faults; yields the runs by suite. `wanted` holds (fault, phone)."""
    by_suite: dict[str, list[str]] = {"faults": [], "tls-faults": []}
    for fault, phone in wanted:
        by_suite[_suite(fault)].append(case_id(fault, phone))
    plain = {fault: (address(fault), OPTIONS) for fault in FAULTS if _suite(fault) == "faults"}
    tls = {fault: (address(fault), OPTIONS) for fault in FAULTS if _suite(fault) == "tls-faults"}
    with contextlib.ExitStack() as stack:
        runs = {
            "faults": stack.enter_context(
                running(
                    [suite_of("faults", {**plain, HEALTHY: (HEALTHY_URL, OPTIONS)}, PHONES, local=True)],
                    by_suite["faults"],
                    RunOptions(jobs=JOBS - 2),
                )
            )
        }
        # Certificates are only judged by a run that is not told to accept them.
        net = stack.enter_context(served({}))
        runs["tls-faults"] = stack.enter_context(
            running(
                [suite_of("tls-faults", tls, PHONES, local=False)],
                by_suite["tls-faults"],
                RunOptions(jobs=2, resolve=(*net.resolve_rules(), REFUSED)),
            )
        )
        yield runs


def _suite(fault: str) -> str:
    return "tls-faults" if FAULTS.get(fault, {}).get("layer") == "tls" else "faults"


def _table(results: Mapping[tuple[str, str], CaseResult]) -> str:
    lines = [
        "# What dropcheck says of broken pages and servers",
        "",
        "Written by `python -m tests.e2e.faults`, tested by `tests/e2e/test_faults.py`. Each fault is served by the",
        "local internet (`fixtures/faults.yaml`) and met inside TikTok: on WebKitGTK as an iPhone, on Chromium as an",
        "Android phone. None may pass, none may hold up or harm another case.",
        "",
        "| fault | what it does | iPhone | Android |",
        "|---|---|---|---|",
    ]
    for fault, entry in FAULTS.items():
        cells = (_cell(results[fault, phone]) for phone in PHONES)
        lines.append(f"| {fault} | {entry['summary']} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_told(results), ""])


def _cell(result: CaseResult) -> str:
    reason = result.reason.split(" — ")[0].replace("|", "\\|").replace("<", "&lt;")
    return f"**{result.verdict}** {reason}"


def _told(results: Mapping[tuple[str, str], CaseResult]) -> list[str]:
    """What the run as a whole showed: bounded, nothing lost, nobody harmed."""
    longest = max(results.values(), key=lambda result: result.duration_s)
    expected = fixture_file("expectations.yaml")["pages"][HEALTHY]["expect"]
    healthy = [not differences(expected[phone], results[HEALTHY, phone]) for phone in PHONES]
    again = sum(result.attempts > 1 for result in results.values())
    return [
        f"{len(results)} journeys were begun and {len(results)} have a result; {again} had to be tried again because a",
        f"browser died. The longest ended by itself after {longest.duration_s:.0f} s, both ways of a contested rule",
        f"included; the runner would have ended it after {RunOptions().case_bound_s:.0f} s. The healthy page that",
        f"stood among them came out as alone: {'yes' if all(healthy) else 'NO'}.",
    ]


def main() -> None:
    """Meet every fault and print the table."""
    wanted = [(fault, phone) for fault in [*FAULTS, HEALTHY] for phone in PHONES]
    with meeting(wanted) as runs:
        results = {
            (fault, phone): runs[_suite(fault)].result(case_id(fault, phone)) for fault, phone in wanted
        }
    sys.stdout.write(_table(results))


if __name__ == "__main__":
    main()
