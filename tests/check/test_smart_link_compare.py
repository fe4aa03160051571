"""A smart-link page held against a release sheet."""

import pytest

from dropcheck import apps
from dropcheck.catalog.smart_link import read_smart_link
from dropcheck.check.smart_link_compare import SmartLinkTerms, compare, verdict_of_page
from dropcheck.result import Verdict

SPOTIFY = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
OTHER = "https://open.spotify.com/track/2vkLQJtftdhTwK6YzxuySx"
APPLE = "https://music.apple.com/us/song/1440833060"


def terms(mode="live", services=(), **items):
    links = {name: (apps.resolve_target(url),) for name, url in (items or {"spotify": SPOTIFY}).items()}
    return SmartLinkTerms("Smart", mode, links, tuple(services))


def judged(source, what, dead=()):
    found = compare(read_smart_link("https://smart.example/n", source), what, dict(dead))
    rules = {finding.rule.removeprefix("smart_link/") for finding in found}
    return verdict_of_page(found), rules - {"visits", "choice", "attribution"}


def test_a_service_without_known_markup_is_read_by_the_generic_rule_and_says_so():
    page = read_smart_link("https://distrokid.com/hyperfollow/mara/neon", anchor(SPOTIFY))
    found = {finding.rule for finding in compare(page, terms(), {})}
    assert "smart_link/generic-rule" in found
    linkfire = read_smart_link("https://mara.lnk.to/neon", anchor(SPOTIFY))
    assert "smart_link/markup-unknown" in {finding.rule for finding in compare(linkfire, terms(), {})}


def anchor(url, text="Play"):
    return f'<a href="{url}">{text}</a>'


def test_the_right_buttons_pass():
    source = anchor(SPOTIFY) + anchor(APPLE)
    assert judged(source, terms(spotify=SPOTIFY, apple_music=APPLE)) == (Verdict.PASS, set())


@pytest.mark.parametrize(
    ("source", "verdict", "rule"),
    [
        (anchor(OTHER), Verdict.FAIL, "wrong-item"),
        (anchor("https://shop.example/x"), Verdict.FAIL, "no-offers"),
        (
            anchor("https://open.spotify.com/prerelease/11dFghVXANMlKmJXsNCbNl"),
            Verdict.FAIL,
            "pre-release-address",
        ),
        (anchor("https://open.spotify.com/search/neon"), Verdict.WARN, "search-address"),
        (anchor(SPOTIFY) + "<button>Pre-save</button>", Verdict.FAIL, "still-presave"),
        (anchor("https://t.example/9", "Play on Spotify"), Verdict.PASS, "target-unclear"),
    ],
)
def test_each_defect_after_release_day_has_its_own_finding(source, verdict, rule):
    assert judged(source, terms()) == (verdict, {rule})


def test_a_list_may_hold_other_items_beside_the_right_one():
    assert judged(anchor(SPOTIFY) + anchor(OTHER), terms()) == (Verdict.PASS, set())


def test_a_live_page_before_the_release_fails():
    assert judged(anchor(SPOTIFY), terms("presave")) == (Verdict.FAIL, {"already-live"})


def test_a_service_the_suite_lists_is_missed_harder_than_one_of_the_sheet():
    assert judged(anchor(APPLE), terms(services=["spotify"])) == (Verdict.FAIL, {"service-missing"})
    listed = terms(spotify=SPOTIFY, apple_music=APPLE)
    assert judged(anchor(SPOTIFY), listed) == (Verdict.WARN, {"service-missing"})


def test_another_order_than_the_suites_is_a_warning():
    both = anchor(APPLE) + anchor(SPOTIFY)
    what = terms(services=["spotify", "apple_music"], spotify=SPOTIFY, apple_music=APPLE)
    assert judged(both, what) == (Verdict.WARN, {"service-order"})


def test_a_button_whose_store_page_is_gone_fails():
    assert judged(anchor(SPOTIFY), terms(), {SPOTIFY: 404}) == (Verdict.FAIL, {"dead-target"})


def test_affiliate_parameters_are_named_and_cost_nothing():
    page = read_smart_link("https://smart.example/n", anchor(f"{APPLE}?at=1001l&ct=LFV_x"))
    found = compare(page, terms(apple_music=APPLE), {})
    title = next(finding.title for finding in found if finding.rule == "smart_link/attribution")
    # A wrong affiliate token is lost income, so it is printed; a visitor's hash is not.
    assert "at=1001l (Apple Music)" in title
    assert "LFV_x" not in title
    assert verdict_of_page(found) is Verdict.PASS


@pytest.mark.parametrize(
    ("escape", "visits"),
    [
        ("x-safari-https://smart.example/n", "two"),
        ("instagram://extbrowser/?url=https%3A%2F%2Fsmart.example%2Fn", "two"),
        ("intent://open.spotify.com/track/1#Intent;scheme=https;package=com.spotify.music;end", "one"),
        ("", "one"),
    ],
)
def test_a_page_that_leaves_by_itself_is_counted_twice(escape, visits):
    page = read_smart_link("https://smart.example/n", anchor(SPOTIFY) + anchor(escape, "Open in browser"))
    found = compare(page, terms(), {})
    assert any(f"{visits} visit" in finding.title for finding in found)


def test_a_pre_save_that_only_a_script_starts_is_an_offer():
    named = "<button>Pre-save on Spotify</button><button>Pre-save on Deezer</button>"
    page = read_smart_link("https://smart.example/n", named)
    assert (page.services, page.mode) == (("spotify", "deezer"), "presave")
    assert judged(named, terms("presave")) == (Verdict.PASS, set())
    assert judged("<button>Pre-save now</button>", terms("presave")) == (Verdict.PASS, set())
