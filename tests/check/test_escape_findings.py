"""Findings of `escape` say what was seen, on which basis, why it matters and how to mend it."""

from __future__ import annotations

import pytest
from tests.check.journeys import (
    LINK,
    OTHER_TRACK,
    TO_APP,
    TO_BROWSER,
    TRACK,
    errand,
    hop,
    in_app,
    playthrough,
    with_terms,
)

from dropcheck.check.escape_findings import findings_of, technique_words
from dropcheck.check.rulebook import rulebook
from dropcheck.check.verdicts import judge
from dropcheck.device.load import load_profiles
from dropcheck.journey.model import Ending, Seen
from dropcheck.result import (
    Basis,
    Cause,
    Ceiling,
    DecisionKind,
    Escape,
    OutcomeKind,
    Owner,
    Severity,
)

KEEPS = with_terms(TO_APP, keeps=("utm_source",))
REFUSED = {"decision": DecisionKind.REFUSED, "status": None, "basis": Basis.MODELLED}


def _found(play, terms=TO_APP, profile="tiktok-ios", **more):
    on = errand(profile, **more)
    return findings_of(play, judge(play, on, terms), on, terms)


def _rules(play, terms=TO_APP, profile="tiktok-ios", **more):
    return [found.rule for found in _found(play, terms, profile, **more)]


JOURNEYS = {
    "trapped": playthrough(OutcomeKind.WEBVIEW, ceiling=Ceiling.BELOW),
    "web player": playthrough(OutcomeKind.WEBVIEW, url=TRACK),
    "guided": playthrough(
        OutcomeKind.WEBVIEW, escape=Escape.GUIDED, seen=[(Seen.GUIDE, {"words": "Open in browser"})]
    ),
    "wrong item": in_app(OTHER_TRACK),
    "wrong app": in_app("https://music.apple.com/us/song/1440833060", "apple_music"),
    "item unknown": in_app("spotify://"),
    "store": playthrough(OutcomeKind.STORE, app="spotify", url="market://details?id=com.spotify.music"),
    "browser, not app": playthrough(OutcomeKind.BROWSER, escape=Escape.TAP),
    "too many taps": in_app(taps=3),
    "contested": playthrough(OutcomeKind.WEBVIEW, contested=("tiktok-ios/x-safari",)),
    "banner": in_app(seen=[(Seen.BANNER_COVERED, {"banner": "Accept", "control": "Play"})]),
    "timer": playthrough(OutcomeKind.WEBVIEW, seen=[(Seen.TIMER_UNDER_SHEET, {"url": TRACK, "hop": 3})]),
    "script only": playthrough(
        OutcomeKind.WEBVIEW,
        hops=[hop(1, LINK), hop(2, "spotify:track:x", by=Cause.SCRIPT, gesture=False, **REFUSED)],
    ),
    **{
        f"ending {ending}": playthrough(OutcomeKind.DEAD_END, ending=ending)
        for ending in Ending
        if ending not in (Ending.HANDED_OVER, Ending.IN_BROWSER, Ending.STAYED)
    },
}


@pytest.mark.parametrize("profile", sorted(load_profiles()))
@pytest.mark.parametrize("play", JOURNEYS.values(), ids=JOURNEYS)
def test_every_finding_is_whole(play, profile):
    for terms, to in ((TO_APP, "app"), (TO_BROWSER, "browser")):
        for found in _found(play, terms, profile, to=to, opens=TRACK if to == "app" else None):
            rule = rulebook()[found.rule]
            assert found.basis in Basis
            assert found.title.strip()
            assert found.fix.strip()
            assert len(found.detail) > len(rule.why) - 40, "what was seen comes before why it matters"
            assert found.title in found.message
            assert found.fix in found.message
            assert found.rule in found.message
            for text in (found.title, found.detail, found.fix):
                assert "{" not in text
                assert "None" not in text


def test_a_verdict_that_is_no_pass_always_has_a_finding():
    for play in JOURNEYS.values():
        judged = judge(play, errand(), TO_APP)
        assert bool(judged.rules) or judged.verdict == "pass"
        assert [found.rule for found in _found(play)][: len(judged.rules)] == list(judged.rules)


def test_trapped_names_the_way_out_that_is_known_for_that_phone():
    trapped = JOURNEYS["trapped"]
    instagram = _found(trapped, profile="instagram-ios")[0]
    assert instagram.rule == "escape/trapped"
    assert "instagram://extbrowser/?url=" in instagram.fix
    android = _found(trapped, profile="instagram-android")[0]
    assert "intent:" in android.fix
    tiktok = _found(trapped, profile="tiktok-ios")[0]
    assert "from the app's menu" in tiktok.fix


def test_below_the_ceiling_a_better_way_is_named_once():
    below = in_app(ceiling=Ceiling.BELOW)
    assert _rules(below, profile="instagram-android").count("escape/below-ceiling") == 1
    # A trapped fan's finding names the technique already.
    assert "escape/below-ceiling" not in _rules(JOURNEYS["trapped"])


def test_at_the_ceiling_nothing_is_asked_of_anybody():
    assert _rules(in_app(f"{TRACK}?utm_source=tiktok", ceiling=Ceiling.REACHED)) == []


def test_x_safari_on_instagram_is_named_and_elsewhere_it_is_not():
    tried = playthrough(
        OutcomeKind.WEBVIEW, hops=[hop(1, LINK), hop(2, f"x-safari-{LINK}", gesture=True, **REFUSED)]
    )
    assert "escape/x-safari-on-instagram" in _rules(tried, profile="instagram-ios")
    assert "escape/x-safari-on-instagram" not in _rules(tried, profile="tiktok-ios")
    assert "escape/x-safari-on-instagram" not in _rules(tried, profile="instagram-android")


def test_a_scheme_without_a_finger_is_named_where_it_came_to_nothing():
    assert "escape/script-only" in _rules(JOURNEYS["script only"], profile="instagram-ios")
    tapped = playthrough(
        OutcomeKind.WEBVIEW, hops=[hop(1, LINK), hop(2, "spotify:track:x", gesture=True, **REFUSED)]
    )
    assert "escape/script-only" not in _rules(tapped, profile="instagram-ios")


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("intent:https://open.spotify.com/track/x#Intent;end", "escape/intent-dead-form"),
        ("intent://track/x#Intent;scheme=spotify;end", "escape/intent-without-fallback"),
        ("intent://track/x#Intent;scheme=spotify;package=com.spotify.music;end", None),
        ("intent://track/x#Intent;scheme=spotify;S.browser_fallback_url=https%3A%2F%2Fa.example;end", None),
        ("intent:#Intent;broken", None),
    ],
)
def test_an_intent_is_read_for_what_it_lacks(uri, rule):
    rules = _rules(playthrough(OutcomeKind.WEBVIEW, hops=[hop(1, uri)]), profile="instagram-android")
    assert [found for found in rules if found.startswith("escape/intent-")] == ([rule] if rule else [])


def test_a_lost_parameter_says_at_which_hop():
    way = [hop(1, LINK, by=Cause.APP), hop(2, f"{LINK}&x=1", by=Cause.REDIRECT), hop(3, TRACK)]
    lost = _found(in_app(hops=way), KEEPS)[0]
    assert (lost.rule, lost.severity) == ("escape/lost-parameters", Severity.ERROR)
    assert "utm_source" in lost.title
    assert "hop 3" in lost.fix


def test_too_many_taps_is_a_failure_only_where_the_suite_set_the_limit():
    named = with_terms(TO_APP, names_max_taps=True)
    assert _found(in_app(taps=3), named)[0].severity is Severity.ERROR
    assert _found(in_app(taps=3), TO_APP)[0].severity is Severity.WARNING


def test_what_a_person_confirmed_on_a_phone_is_told_so():
    confirmed = playthrough(OutcomeKind.WEBVIEW, hops=[hop(1, LINK, basis=Basis.CONFIRMED)])
    assert _found(confirmed)[0].basis is Basis.CONFIRMED


def test_an_association_file_that_could_not_be_used_is_told_with_its_host():
    noted = in_app(seen=[(Seen.ASSOCIATION_FAULT, {"host": "spotify.link", "fault": "not-json"})])
    told = next(found for found in _found(noted) if found.rule == "escape/association-fault")
    assert told.title == "The association file of spotify.link could not be used: not-json"


def test_without_the_app_a_refused_link_is_told_as_missing_its_fallback():
    stuck = playthrough(OutcomeKind.WEBVIEW, hops=[hop(1, LINK), hop(2, "spotify:track:x", **REFUSED)])
    assert _rules(stuck, installed=())[0] == "escape/no-app-no-store"
    assert _rules(stuck)[0] == "escape/trapped"


def test_what_is_our_fault_is_ours_to_mend():
    for ending in (Ending.ENGINE, Ending.TIMED_OUT, Ending.UNREACHABLE, Ending.REFUSED_ADDRESS):
        assert _found(playthrough(OutcomeKind.UNKNOWN, ending=ending))[0].owner is Owner.US


def test_hostile_text_of_a_page_stays_text():
    nasty = "{app.__class__} {0} <script>alert(1)</script>"
    guided = playthrough(
        OutcomeKind.WEBVIEW,
        escape=Escape.GUIDED,
        url=f"https://a.example/{nasty}",
        seen=[(Seen.GUIDE, {"words": nasty}), (Seen.TAPPED, {"text": nasty, "href": None})],
    )
    assert nasty in _found(guided)[0].detail
    assert "<class" not in _found(guided)[0].message


@pytest.mark.parametrize("profile", sorted(load_profiles()))
@pytest.mark.parametrize("terms", [TO_APP, TO_BROWSER], ids=["to app", "to browser"])
def test_the_best_way_out_is_a_sentence_on_every_phone(profile, terms):
    words = technique_words(errand(profile, to=terms.to, opens=None), terms)
    assert words.endswith(".")
    assert "  " not in words
