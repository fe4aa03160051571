"""New suites: commented, and read back as they are meant, whatever the names in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.check.options import builtin_registry
from dropcheck.suite import SuiteError, parse_suite
from dropcheck.suite.draft import draft, renewed
from dropcheck.suite.tree import Source

from .conftest import SPOTIFY

BIO = "https://bio.example/mara?utm_source=tiktok&x=1"


def read(text: str):
    return parse_suite(text, builtin_registry(), {})


def test_a_draft_says_what_is_known_and_asks_for_the_app():
    text = draft("mine", bio=BIO, stores={"spotify": SPOTIFY}, presave=None, sheet={"title": "Neon Hours"})
    suite = read(text)
    assert text.startswith("# yaml-language-server: $schema=./suite.schema.json\n")
    assert (suite.release.title, suite.release.spotify) == ("Neon Hours", SPOTIFY)
    (call,) = suite.links[0].checks
    assert (call.options.to, call.options.keeps) == ("app", ("utm_source",))
    assert [call.check for call in suite.checks] == ["metadata"]


def test_without_a_store_the_link_is_asked_to_reach_the_browser():
    suite = read(draft("mine", bio=BIO, stores={}, presave=None, sheet={}))
    assert suite.links[0].checks[0].options.to == "browser"


def test_a_presave_page_is_checked_as_one():
    suite = read(draft("mine", bio=BIO, stores={}, presave="https://smart.example/x", sheet={}))
    assert [call.check for call in suite.links[1].checks] == ["escape", "presave"]


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(
    lambda text: text.strip() == text and "$" not in text and "\ufeff" not in text
)


@given(NAMES, NAMES)
def test_any_title_and_artist_are_read_back_as_they_were(title, artist):
    suite = read(
        draft(
            "mine",
            bio=BIO,
            stores={},
            presave=None,
            sheet={"title": title, "artists": [{"name": artist, "role": "main"}]},
        )
    )
    assert (suite.release.title, suite.release.artists[0].name) == (title, artist)


OLD = f"""\
# How we do it.
suite: old
release:
  title: Old Song
  artists: [Mara Vale]
  label: Night Bus Records  # spelled so
  isrc: QZABC2600001
  spotify: {SPOTIFY}
profiles: [tiktok-ios]
links:
  - name: bio
    url: https://bio.example/old
    checks:
      - escape: {{keeps: [utm_source], known: {{rules: ["*"], reason: "old"}}, expect: warn}}
"""


def test_the_next_release_takes_over_what_doesnt_belong_to_the_old_one():
    song = "https://open.spotify.com/track/2vkLQJtftdhTwK6YzxuySx"
    text = renewed(
        Source("old.yaml", OLD),
        "new",
        bio=BIO,
        stores={"spotify": song},
        presave=None,
        sheet={"title": "New Song"},
    )
    suite = read(text)
    assert "# How we do it." in text
    assert "# spelled so" in text
    assert (suite.suite, suite.release.title, suite.release.isrc) == ("new", "New Song", None)
    assert (suite.release.spotify, suite.links[0].url) == (song, BIO)
    extras = suite.links[0].checks[0].extras
    assert (extras.known, extras.expect) == ((), {})
    assert suite.profiles == ("tiktok-ios",)


def test_what_belonged_to_the_old_campaign_alone_is_left_behind():
    old = OLD.replace("  label:", "  p_line: ℗ 2025 Night Bus\n  type: ep\n  label:") + (
        "  - name: ad\n    url: https://bio.example/ad\n    until: 2025-02-01\n    checks:\n"
        f"      - escape: {{opens: '{SPOTIFY}'}}\n"
        "      - placement: {kind: spark-ad, posted: 2025-01-01T10:00:00Z, code_ends: 2025-02-01}\n"
        "checks:\n  - funnel: {numbers: [{views: 10}], per_stream: 0.003}\n"
    )
    text = renewed(Source("old.yaml", old), "new", bio=BIO, stores={}, presave=None, sheet={})
    for gone in ("2025", "opens", "numbers", "type: ep"):
        assert gone not in text
    assert "kind: spark-ad" in text
    assert "per_stream: 0.003" in text


@pytest.mark.parametrize("text", ["[broken", "- a\n", "just words", ""])
def test_a_pattern_that_is_no_suite_is_refused(text):
    with pytest.raises(SuiteError):
        renewed(Source("old.yaml", text), "new", bio=BIO, stores={}, presave=None, sheet={})
