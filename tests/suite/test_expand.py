"""From suites to cases."""

from __future__ import annotations

import datetime as dt
import pickle
import re

import pytest
from pydantic import BaseModel

from dropcheck.check.options import EscapeOptions
from dropcheck.result import Verdict
from dropcheck.suite import (
    CheckSpec,
    ProfileFacts,
    Selection,
    SelectionError,
    Shard,
    SuiteError,
    parse_suite,
    plan,
)

from .conftest import APPLE, SPOTIFY

PROFILES = (
    "tiktok-ios",
    "tiktok-android",
    "instagram-ios",
    "instagram-android",
    "safari-ios",
    "chrome-android",
)
IN_APP = PROFILES[:4]


@pytest.fixture
def cases(registry):
    def expand(text: str, selection: Selection | None = None, profiles=PROFILES):
        return plan([parse_suite(text, registry, {})], profiles, registry, selection).cases

    return expand


@pytest.fixture
def refused(cases):
    def problems(text: str, selection: Selection | None = None, profiles=PROFILES):
        with pytest.raises(SuiteError) as caught:
            cases(text, selection, profiles)
        return caught.value.problems

    return problems


SIX = f"release:\n  spotify: {SPOTIFY}\nlinks:\n  - name: bio\n    url: https://bio.example/mara\n"


def test_six_lines_try_the_four_in_app_browsers_for_the_releases_track(cases):
    found = cases(SIX)
    assert [case.id for case in found] == [f"suite/bio/{profile}/escape" for profile in IN_APP]
    for case in found:
        options = case.options
        assert isinstance(options, EscapeOptions)
        assert (options.to, options.app, options.opens, options.max_taps) == ("app", "spotify", SPOTIFY, 1)
        assert not options.names_max_taps


def test_the_default_goes_to_the_store_the_sheet_has(cases):
    (case, *_) = cases(SIX.replace(f"spotify: {SPOTIFY}", f"apple_music: {APPLE}"))
    assert (case.options.app, case.options.opens) == ("apple_music", APPLE)


def test_an_app_without_opens_means_that_apps_address_on_the_sheet(cases):
    text = (
        f"release: {{spotify: '{SPOTIFY}', apple_music: '{APPLE}'}}\n"
        "links:\n  - url: https://a.example\n    checks: [escape: {app: apple_music}]\n"
    )
    assert cases(text)[0].options.opens == APPLE


def test_a_reference_reaches_into_the_tracks(cases):
    text = (
        f"release: {{tracks: [{{title: a}}, {{title: b, spotify: '{SPOTIFY}'}}]}}\n"
        "links:\n  - url: https://a.example\n    checks: [escape: {opens: 'release.tracks[2].spotify'}]\n"
    )
    assert cases(text)[0].options.opens == SPOTIFY


@pytest.mark.parametrize(
    ("check", "line", "said"),
    [
        ("escape: {opens: release.spotify}", 5, "no address in `release.spotify`"),
        ("escape: {opens: 'release.tracks[1].spotify'}", 5, "no track 1"),
        ("escape: {opens: release.title}", 5, "no address in `release.title`"),
        ("escape: {app: spotify}", 5, "doesn't say where"),
        ("escape", 5, "doesn't say where"),
        ("escape: {opens: 'https://podcast.example/1'}", 5, "doesn't say which app"),
    ],
)
def test_what_the_sheet_lacks_is_told_before_anything_runs(refused, check, line, said):
    text = f"release: {{title: x}}\nlinks:\n  - url: https://a.example\n    checks:\n      - {check}\n"
    (problem,) = refused(text)
    assert problem.line == line
    assert said in problem.message
    assert problem.hint


def test_an_unknown_profile_is_told_with_the_nearest_one(refused):
    (problem,) = refused(SIX + "profiles: [tiktok-ios, instagram-andriod]\n")
    assert (problem.line, problem.column) == (6, 24)
    assert problem.hint == "did you mean `instagram-android`?"
    (problem,) = refused(SIX + "    profiles: [tiktok]\n")
    assert problem.line == 6


def test_placement_is_the_bio_of_each_app_unless_said(cases):
    text = SIX + "profiles: ['*']\n"
    assert {case.profile: case.placement for case in cases(text)} == {
        "tiktok-ios": "tiktok-bio",
        "tiktok-android": "tiktok-bio",
        "instagram-ios": "instagram-bio",
        "instagram-android": "instagram-bio",
        "safari-ios": "web",
        "chrome-android": "web",
    }
    assert {case.placement for case in cases(SIX + "    placement: tiktok-story\n")} == {"tiktok-story"}


def test_every_link_profile_variant_phone_and_check_has_its_own_stable_id(cases):
    text = f"""
suite: n
release: {{spotify: '{SPOTIFY}', released: 2026-11-20}}
profiles: [tiktok-ios, instagram-ios]
links:
  - name: bio
    url: https://a.example
    variants: [interstitial]
    phones: [no-spotify]
    checks: [escape, escape: {{name: deezer, app: deezer, opens: 'https://www.deezer.com/track/1'}}]
checks: [metadata]
"""
    facts = (
        ProfileFacts("tiktok-ios", "tiktok-bio", frozenset({"interstitial"}), frozenset({"no-spotify"})),
        ProfileFacts("instagram-ios", "instagram-bio", frozenset({"http"}), frozenset({"no-spotify"})),
    )
    ids = [case.id for case in cases(text, None, facts)]
    assert ids == [
        "n/bio/tiktok-ios/escape",
        "n/bio/tiktok-ios/escape+interstitial",
        "n/bio/tiktok-ios/escape@no-spotify",
        "n/bio/instagram-ios/escape",
        "n/bio/instagram-ios/escape@no-spotify",
        "n/bio/tiktok-ios/escape:deezer",
        "n/bio/tiktok-ios/escape:deezer+interstitial",
        "n/bio/tiktok-ios/escape:deezer@no-spotify",
        "n/bio/instagram-ios/escape:deezer",
        "n/bio/instagram-ios/escape:deezer@no-spotify",
        "n/release/metadata",
    ]
    assert [case.id for case in cases(text, None, facts)] == ids


def test_a_variant_that_no_profile_has_is_refused(refused):
    facts = [
        ProfileFacts(name, "x-bio", frozenset({"interstitial"}), frozenset({"no-spotify"})) for name in IN_APP
    ]
    (problem,) = refused(SIX + "    variants: [interstital]\n", None, facts)
    assert problem.hint == "did you mean `interstitial`?"


def test_a_link_check_of_the_suite_holds_for_links_that_name_none(cases):
    text = SIX + (
        "  - name: pre\n    url: https://b.example\n    checks: [escape: {to: browser}]\n"
        "checks: [presave]\nprofiles: [tiktok-ios]\n"
    )
    assert [case.id for case in cases(text)] == [
        "suite/bio/tiktok-ios/presave",
        "suite/pre/tiktok-ios/escape",
    ]


def test_store_checks_wait_for_the_release_everywhere(cases):
    text = (
        f"release: {{spotify: '{SPOTIFY}', released: 2026-11-20}}\n"
        "links: [{url: 'https://a.example'}]\nchecks: [metadata, funnel]\n"
    )
    by_check = {case.check: case for case in cases(text)}
    before = dt.datetime(2026, 11, 20, 11, 59, tzinfo=dt.UTC)
    assert by_check["metadata"].is_pending(before)
    assert not by_check["metadata"].is_pending(before + dt.timedelta(minutes=1))
    assert not by_check["escape"].is_pending(before)
    assert not by_check["funnel"].is_pending(before)


def test_a_link_is_over_after_its_until(cases):
    (case, *_) = cases(SIX + "    until: 2026-11-20\n")
    assert not case.is_over(dt.datetime(2026, 11, 21, 11, 59, tzinfo=dt.UTC))
    assert case.is_over(dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC))


def test_expectations_are_found_by_case_then_profile_then_pattern(cases):
    text = SIX + (
        "    variants: [interstitial]\n    checks:\n      - escape:\n          expect:\n"
        "            tiktok-ios+interstitial: fail\n"
        "            tiktok-ios: {verdict: warn, outcome: webview, rules: []}\n            '*': pass\n"
    )
    expected = {case.id: case.expect for case in cases(text)}
    assert expected["suite/bio/tiktok-ios/escape+interstitial"].verdict is Verdict.FAIL
    assert expected["suite/bio/tiktok-ios/escape"].rules == ()
    assert expected["suite/bio/instagram-ios/escape"].verdict is Verdict.PASS


@pytest.mark.parametrize(
    "extra", ["expect: {tiktok-oss: pass}", "known: [{rules: [a], reason: b, profiles: [tiktok-oss]}]"]
)
def test_an_expectation_for_a_profile_that_does_not_exist_is_told(refused, extra):
    (problem,) = refused(SIX + f"    checks:\n      - escape:\n          {extra}\n")
    assert problem.line == 8
    assert problem.hint == "did you mean `tiktok-ios`?"


def test_two_suites_of_one_name_are_refused(registry):
    suites = [parse_suite(SIX, registry, {}), parse_suite(SIX, registry, {})]
    with pytest.raises(SuiteError, match="two suites are called"):
        plan(suites, PROFILES, registry)


TAGGED = f"""
suite: n
release: {{spotify: '{SPOTIFY}'}}
tags: [night]
links:
  - {{name: bio, url: 'https://a.example', tags: [tiktok]}}
  - {{name: ad, url: 'https://b.example', tags: [tiktok, paid]}}
checks: [metadata, sound_page]
"""


@pytest.mark.parametrize(
    ("selection", "pattern"),
    [
        (Selection(profiles=("tiktok-*",)), r"n/(bio|ad)/tiktok-\w+/escape"),
        (Selection(links=("bio",)), r"n/bio/.*"),
        (Selection(links=("n/ad",)), r"n/ad/.*"),
        (Selection(checks=("metadata",)), r"n/release/metadata"),
        (Selection(tags="paid"), r"n/ad/.*"),
        (Selection(tags="tiktok and not paid"), r"n/bio/.*"),
        (Selection(tags="night and not tiktok"), r"n/release/.*"),
    ],
)
def test_a_selection_takes_exactly_its_cases(cases, selection, pattern):
    everything = {case.id for case in cases(TAGGED)}
    assert {case.id for case in cases(TAGGED, selection)} == {
        i for i in everything if re.fullmatch(pattern, i)
    }


def test_a_profile_of_the_command_line_stands_in_for_the_usual_four(cases):
    found = cases(TAGGED, Selection(profiles=("safari-ios",)))
    assert [case.id for case in found] == ["n/bio/safari-ios/escape", "n/ad/safari-ios/escape"]


def test_profiles_the_suite_names_are_not_widened_by_the_command_line(cases):
    assert cases(TAGGED + "profiles: [tiktok-ios]\n", Selection(profiles=("safari-ios",))) == ()


@pytest.mark.parametrize(
    ("selection", "hint"),
    [
        (Selection(profiles=("tiktok-io",)), "did you mean `tiktok-ios`?"),
        (Selection(links=("boi",)), "did you mean `bio`?"),
        (Selection(checks=("escap",)), "did you mean `escape`?"),
    ],
)
def test_a_selection_of_nothing_known_is_refused(cases, selection, hint):
    with pytest.raises(SelectionError) as caught:
        cases(TAGGED, selection)
    assert caught.value.problems[0].hint == hint


def test_shards_part_the_cases_without_gap_or_overlap_and_keep_journeys_whole(cases):
    everything = cases(TAGGED)
    parts = [cases(TAGGED, Selection(shard=Shard(i, 3))) for i in (1, 2, 3)]
    ids = [case.id for part in parts for case in part]
    assert sorted(ids) == sorted(case.id for case in everything)
    keys = [{case.journey_key for case in part} for part in parts]
    assert sum(len(part) for part in keys) == len(set().union(*keys))


def test_the_plan_tells_every_case_and_the_visits_a_host_will_count(registry):
    found = plan([parse_suite(TAGGED, registry, {})], PROFILES, registry)
    assert [(v.host, v.cases) for v in found.visits()] == [("a.example", 4), ("b.example", 4)]
    rows = "\n".join(found.rows())
    assert "n/bio/tiktok-ios/escape" in rows
    assert "10 of 10 cases" in rows
    assert "a.example will count 4 to 16 visits" in rows
    assert found.profiles == IN_APP


class Free(BaseModel, extra="allow"):
    """Options of a check that takes anything."""


def test_free_options_of_a_custom_check_travel_as_plain_texts(registry):
    registry.add(CheckSpec("mine", Free))
    suite = parse_suite(
        "links: [{url: 'https://a.example', checks: [mine: {word: x, list: [y]}]}]", registry, {}
    )
    (case, *_) = plan([suite], PROFILES, registry).cases
    copy = pickle.loads(pickle.dumps(case))
    assert copy.options.model_dump() == {"word": "x", "list": ["y"]}
    assert type(copy.options.word) is str


def test_a_case_travels_to_another_process(cases):
    for case in cases(TAGGED):
        copy = pickle.loads(pickle.dumps(case))
        assert copy == case
        assert getattr(copy.options, "names_max_taps", False) == getattr(
            case.options, "names_max_taps", False
        )
