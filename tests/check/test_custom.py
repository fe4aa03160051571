"""Checks of one's own, which must not say how the whole run ends."""

from __future__ import annotations

import sys
from pathlib import Path

import dropcheck

SUITE = """\
suite: s
profiles: [tiktok-ios]
links: [{name: one, url: "https://one.example/", checks: [leaving, fine]}]
"""


@dropcheck.check("leaving")
def leaving(case: object, context: object) -> dropcheck.CheckResult:
    sys.exit(0)


@dropcheck.check("fine")
async def fine(case: object, context: object) -> dropcheck.CheckResult:
    return dropcheck.CheckResult(dropcheck.Verdict.PASS)


def test_a_check_that_ends_the_program_is_an_error_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SUITE)
    results = dropcheck.run(tmp_path / "s.yaml", custom=[leaving, fine])
    first, second = results.cases
    assert (first.verdict.value, second.verdict.value) == ("error", "pass")
    assert "sys.exit(0)" in first.reason
