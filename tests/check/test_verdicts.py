"""The verdict table of `escape` as the design's section 2 writes it, row by row."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.journeys import (
    LINK,
    OTHER_TRACK,
    TO_APP,
    TO_BROWSER,
    TRACK,
    errand,
    in_app,
    playthrough,
    with_terms,
)

from dropcheck.check.verdicts import both_ways, judge, lost_parameters, parameters_of
from dropcheck.journey.model import Ending, Seen
from dropcheck.result import Escape, OutcomeKind, Verdict

PASS, WARN, FAIL, BLOCKED, ERROR = (
    Verdict.PASS,
    Verdict.WARN,
    Verdict.FAIL,
    Verdict.BLOCKED,
    Verdict.ERROR,
)
BROWSER, WEBVIEW, STORE, DEAD = (
    OutcomeKind.BROWSER,
    OutcomeKind.WEBVIEW,
    OutcomeKind.STORE,
    OutcomeKind.DEAD_END,
)
STORE_PAGE = "https://apps.apple.com/us/app/spotify/id324684580"

#: (row of the table, the journey, the phone's apps, verdict for `to: app`, verdict for `to: browser`)
TABLE = [
    ("right app, right item", in_app(), None, PASS, FAIL),
    ("right app, right item by its scheme", in_app("spotify:track:11dFghVXANMlKmJXsNCbNl"), None, PASS, FAIL),
    ("right app, after a question", in_app(escape=Escape.PROMPT), None, PASS, FAIL),
    ("right app, by itself", in_app(escape=Escape.AUTO, taps=0), None, PASS, FAIL),
    ("right app, wrong item", in_app(OTHER_TRACK), None, FAIL, FAIL),
    (
        "right app, wrong kind",
        in_app("https://open.spotify.com/album/11dFghVXANMlKmJXsNCbNl"),
        None,
        FAIL,
        FAIL,
    ),
    (
        "other app",
        in_app("https://music.apple.com/us/song/1440833060", "apple_music"),
        None,
        FAIL,
        FAIL,
    ),
    ("right app, item not to be seen", in_app("spotify://"), None, WARN, FAIL),
    ("real browser", playthrough(BROWSER, escape=Escape.TAP), None, FAIL, PASS),
    ("real browser after a question", playthrough(BROWSER, escape=Escape.PROMPT), None, FAIL, PASS),
    ("store, app installed", playthrough(STORE, app="spotify", url=STORE_PAGE), None, FAIL, FAIL),
    ("store, app not installed", playthrough(STORE, app="spotify", url=STORE_PAGE), (), PASS, FAIL),
    ("another app's store page", playthrough(STORE, app="deezer", url=STORE_PAGE), (), FAIL, FAIL),
    ("webview, guided", playthrough(WEBVIEW, escape=Escape.GUIDED), None, WARN, WARN),
    ("webview, no way out", playthrough(WEBVIEW), None, FAIL, FAIL),
    ("webview, the web player", playthrough(WEBVIEW, url=TRACK), None, FAIL, FAIL),
    *(
        (f"dead end: {ending.value}", playthrough(DEAD, ending=ending), None, FAIL, FAIL)
        for ending in (
            Ending.HTTP_ERROR,
            Ending.BLANK,
            Ending.LOOP,
            Ending.BAD_CERTIFICATE,
            Ending.ERROR_PAGE,
            Ending.REFUSED,
            Ending.DOWNLOAD,
            Ending.CLOSED,
            Ending.CRASHED,
        )
    ),
    *(
        (f"ours: {ending.value}", playthrough(OutcomeKind.UNKNOWN, ending=ending), None, ERROR, ERROR)
        for ending in (Ending.UNREACHABLE, Ending.TIMED_OUT, Ending.ENGINE, Ending.REFUSED_ADDRESS)
    ),
    ("a wall", playthrough(OutcomeKind.UNKNOWN, ending=Ending.BLOCKED), None, BLOCKED, BLOCKED),
]


@pytest.mark.parametrize(
    ("journey", "installed", "to_app", "to_browser"),
    [pytest.param(*row[1:], id=row[0]) for row in TABLE],
)
def test_the_table(journey, installed, to_app, to_browser):
    apps = ("spotify", "apple_music") if installed is None else installed
    assert judge(journey, errand(installed=apps), TO_APP).verdict is to_app
    assert judge(journey, errand(to="browser", opens=None, installed=apps), TO_BROWSER).verdict is to_browser


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_has_a_verdict_and_only_arrivals_pass(ending):
    arrivals = {Ending.HANDED_OVER: OutcomeKind.APP, Ending.IN_BROWSER: OutcomeKind.BROWSER}
    kind = arrivals.get(ending, WEBVIEW if ending is Ending.STAYED else DEAD)
    journey = playthrough(kind, ending=ending, app="spotify", url=TRACK)
    verdicts = {judge(journey, errand(), TO_APP).verdict, judge(journey, errand(), TO_BROWSER).verdict}
    assert (PASS in verdicts) is (ending in arrivals)


@pytest.mark.parametrize(
    ("taps", "most", "named", "verdict"),
    [
        (1, 1, False, PASS),
        (1, 1, True, PASS),
        (2, 1, False, WARN),
        (2, 1, True, FAIL),
        (2, 2, True, PASS),
        (1, 0, True, FAIL),
        (0, 0, True, PASS),
    ],
)
def test_taps_beyond_the_limit_fail_only_where_the_suite_names_it(taps, most, named, verdict):
    judged = judge(in_app(taps=taps), errand(), with_terms(TO_APP, max_taps=most, names_max_taps=named))
    assert judged.verdict is verdict
    assert ("escape/too-many-taps" in judged.rules) is (taps > most)


def test_a_named_address_without_a_readable_item_is_never_a_plain_pass():
    """`opens: https://open.spotify.com/prerelease/…` names no song that could be compared."""
    named = with_terms(TO_APP, names_item=True)
    plain = errand(opens=None, url="https://bio.example/mara")
    judged = judge(in_app(TRACK), plain, named)
    assert (judged.verdict, judged.rules) == (WARN, ("escape/item-unknown",))
    assert judge(in_app(TRACK), plain, TO_APP).verdict is PASS


def test_taps_of_a_fan_who_arrived_nowhere_are_not_counted_against_the_page():
    judged = judge(playthrough(WEBVIEW, taps=4), errand(), TO_APP)
    assert judged.rules == ("escape/trapped",)


def test_a_lost_parameter_fails_and_a_kept_one_passes():
    keeps = with_terms(TO_APP, keeps=("utm_source",))
    assert judge(in_app(TRACK), errand(), keeps).verdict is FAIL
    assert judge(in_app(f"{TRACK}?utm_source=tiktok"), errand(), keeps).verdict is PASS
    assert judge(in_app(f"{TRACK}?utm_source=other"), errand(), keeps).verdict is FAIL


def test_a_lost_campaign_parameter_that_the_suite_does_not_name_is_only_told():
    judged = judge(in_app(TRACK), errand(), TO_APP)
    assert (judged.verdict, judged.rules) == (PASS, ("escape/lost-parameters",))


def test_an_ads_click_id_counts_on_a_page_and_not_in_an_app():
    ad = errand(url="https://bio.example/mara?ttclid=1")
    in_browser = judge(playthrough(BROWSER, url="https://bio.example/landing"), ad, TO_BROWSER)
    assert in_browser.rules == ("escape/lost-parameters",)
    assert judge(playthrough(BROWSER, url=ad.url), ad, TO_BROWSER).rules == ()
    assert judge(in_app(TRACK), ad, TO_APP).rules == ()


def test_a_parameter_that_was_never_there_cannot_be_lost():
    keeps = with_terms(TO_APP, keeps=("fbclid",))
    assert judge(in_app(TRACK), errand(), keeps).verdict is PASS


def test_a_price_never_mends_a_failure():
    keeps = with_terms(TO_APP, keeps=("utm_source",), max_taps=0)
    judged = judge(in_app(OTHER_TRACK, taps=3), errand(), keeps)
    assert judged.verdict is FAIL
    assert judged.rules == ("escape/wrong-item", "escape/too-many-taps", "escape/lost-parameters")


def test_a_banner_over_the_button_is_told_beside_a_pass():
    covered = in_app(seen=[(Seen.BANNER_COVERED, {"banner": "Accept", "control": "Play"})])
    judged = judge(covered, errand(url="https://bio.example/mara"), TO_APP)
    assert (judged.verdict, judged.rules) == (WARN, ("escape/cookie-banner-covers",))


@pytest.mark.parametrize(
    ("address", "parameters"),
    [
        ("https://bio.example/?a=1&b=", {"a": "1", "b": ""}),
        ("spotify:track:x?utm_source=tiktok", {"utm_source": "tiktok"}),
        ("intent://track/x?a=1#Intent;scheme=spotify;end", {"a": "1"}),
        ("intent:nonsense", {}),
        ("https://[broken/?a=1", {}),
        ("https://bio.example/?a=1&a=2", {"a": "2"}),
        ("https://bio.example/?q=a%20b%26c", {"q": "a b&c"}),
    ],
)
def test_parameters_are_read_from_every_kind_of_address(address, parameters):
    assert parameters_of(address) == parameters


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_address_breaks_the_comparison_of_parameters(original, final):
    assert set(lost_parameters(original, final, ("utm_source", ""))) <= {"utm_source", ""}


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=5), max_size=4))
def test_an_address_loses_nothing_to_itself(parameters):
    from urllib.parse import urlencode

    url = f"https://bio.example/?{urlencode(parameters)}"
    assert lost_parameters(url, url, tuple(parameters)) == ()
    assert set(lost_parameters(url, LINK.partition("?")[0], tuple(parameters))) == set(parameters)


@pytest.mark.parametrize(("first", "second"), list(product(Verdict, Verdict)))
def test_only_two_passes_pass_and_only_two_failures_fail(first, second):
    verdict = both_ways(first, second)
    assert (verdict is Verdict.PASS) is (first is Verdict.PASS and second is Verdict.PASS)
    assert (verdict is Verdict.FAIL) is (first is Verdict.FAIL and second is Verdict.FAIL)
    assert verdict is both_ways(second, first)
    if first is second:
        assert verdict is first


@pytest.mark.parametrize("other", [Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.BLOCKED])
def test_what_this_machine_could_not_see_is_never_a_verdict_on_the_link(other):
    assert both_ways(Verdict.ERROR, other) is Verdict.ERROR
