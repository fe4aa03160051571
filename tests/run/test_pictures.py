"""Where results name pictures."""

from __future__ import annotations

from tests.run.runs import case_of

from dropcheck.result import Release
from dropcheck.run.pictures import case_with_pictures, release_with_pictures

HOP = {
    "n": 1,
    "t_ms": 0,
    "where": "in-app",
    "by": "app",
    "gesture": False,
    "url": "https://a.example/",
    "decision": "loads",
    "rule": "r",
    "basis": "modelled",
}


def test_both_branches_name_their_pictures_anew_and_a_hop_without_stays_without() -> None:
    case = case_of(
        hops=[{**HOP, "screenshot": "evidence/a.png"}, {**HOP, "n": 2}],
        otherwise={"verdict": "pass", "hops": [{**HOP, "screenshot": "evidence/b.png"}]},
    )
    renamed = case_with_pictures(case, lambda name: f"../one/{name}")
    assert [hop.screenshot for hop in renamed.hops] == ["../one/evidence/a.png", None]
    assert renamed.otherwise is not None
    assert renamed.otherwise.hops[0].screenshot == "../one/evidence/b.png"
    assert case.hops[0].screenshot == "evidence/a.png"


def test_a_releases_pictures_are_named_anew_and_nothing_else_of_it_changes() -> None:
    release = Release(
        suite="s",
        artwork=[{"source": "sheet", "file": "evidence/a.png"}, {"source": "spotify"}],
        sound={"x": 1},
    )
    renamed = release_with_pictures(release, str.upper)
    assert renamed.artwork == [{"source": "sheet", "file": "EVIDENCE/A.PNG"}, {"source": "spotify"}]
    assert renamed.sound == {"x": 1}
