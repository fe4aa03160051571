"""The app's own link service between the tap and the artist's page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.device.load import load_profiles
from dropcheck.journey.first_hop import first_address, with_parameters

PROFILES = load_profiles()
LINK = "https://bio.example/mara?utm_source=tiktok"


def test_tiktok_starts_at_its_link_service_which_answers_302():
    begins = first_address(LINK, PROFILES["tiktok-ios"], None)
    start = urlsplit(begins.start)
    assert start.hostname == "www.tiktok.com"
    assert parse_qs(start.query)["target"] == [LINK]
    answer = begins.answers[begins.start]
    assert (answer.status, answer.headers["location"]) == (302, LINK)


def test_instagram_adds_its_parameters_but_never_over_the_artists_own():
    begins = first_address(LINK, PROFILES["instagram-ios"], None)
    query = parse_qs(urlsplit(begins.target).query)
    assert query["utm_source"] == ["tiktok"]
    assert query["utm_medium"] == ["social"]
    assert "fbclid" in query


def test_a_real_browser_starts_at_the_link_itself():
    begins = first_address(LINK, PROFILES["safari-ios"], None)
    assert (begins.start, begins.answers, begins.target) == (LINK, {}, LINK)


@pytest.mark.parametrize(
    ("variant", "kind", "has_button"),
    [("interstitial", "normal", True), ("warning", "suspicious", True), ("blocked", "malicious", False)],
)
def test_tiktoks_pages_have_a_button_unless_the_link_is_blocked(variant, kind, has_button):
    begins = first_address(LINK, PROFILES["tiktok-ios"], variant)
    page = begins.answers[begins.start]
    assert page.status == 200
    assert f'class="{kind}"' in page.body
    assert ('id="continue-button"' in page.body) is has_button


def test_a_hostile_link_stays_text_on_tiktoks_page():
    begins = first_address(
        'https://a.example/?x="><script>1</script>', PROFILES["tiktok-ios"], "interstitial"
    )
    assert "<script>" not in begins.answers[begins.start].body


def test_instagrams_old_form_arrives_without_tls():
    begins = first_address(LINK, PROFILES["instagram-ios"], "http")
    assert begins.target.startswith("http://bio.example/mara?")


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=6), max_size=4),
    st.text(alphabet="abc=&%2B+", max_size=20),
)
def test_added_parameters_arrive_and_the_query_before_them_is_untouched(adds, query):
    url = f"https://bio.example/mara?{query}" if query else "https://bio.example/mara"
    arrived = urlsplit(with_parameters(url, adds))
    assert arrived.query.startswith(query)
    values = parse_qs(arrived.query, keep_blank_values=True)
    for name in adds:
        assert name in values
    assert with_parameters(with_parameters(url, adds), adds) == with_parameters(url, adds)
