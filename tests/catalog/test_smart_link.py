"""Smart-link pages: each service's markup, the generic rule, and what hides behind a button."""

import base64
import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.catalog.smart_link import attribution_of, read_smart_link, recognise, smart_link_services
from dropcheck.catalog.smart_link_readers import unwrapped

SPOTIFY = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
APPLE = "https://music.apple.com/us/song/1440833060?at=1001l&ct=LFV_abc&itsct=catchall_p1&app=music"
TRACK = "11dFghVXANMlKmJXsNCbNl"


def blob(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://mara.lnk.to/neon", "linkfire"),
        ("https://lnk.to/neon/spotify", "linkfire"),
        ("https://ffm.to/neon", "feature_fm"),
        ("https://onerpm.link/neon", "feature_fm"),
        ("https://distrokid.com/hyperfollow/mara/neon", "hyperfollow"),
        ("https://hypeddit.com/track/abc", "hypeddit"),
        ("https://mara.fanlink.to/neon", "toneden"),
        ("https://show.co/AbCdEf1", "show_co"),
        ("https://song.link/s/11dFghVXANMlKmJXsNCbNl", "odesli"),
        ("https://linktr.ee/mara", "linktree"),
        ("https://songwhip.com/mara/neon", "songwhip"),
        ("https://distrokid.com/news", None),
        ("https://evil-lnk.to/neon", None),
        ("https://smart.example/neon", None),
        ("https://[", None),
    ],
)
def test_a_link_is_recognised_by_its_host(url, service):
    found = recognise(url)
    assert (found.id if found else None) == service


def test_songwhip_is_known_to_be_gone():
    assert smart_link_services()["songwhip"].gone


LINKFIRE = f"""<title>Neon Hours</title><meta property="og:image" content="https://img.example/n.jpg">
<nav class="music-service-list">
<a class="music-service-list__link js-redirect" href="{SPOTIFY}" data-label="spotify"><img alt="Spotify"></a>
<a class="music-service-list__link js-redirect" href="{APPLE.replace("&", "&amp;")}" data-label="applemusic">Play</a>
<a class="music-service-list__link js-redirect" href="https://r.example/x" data-label="tidal">Play</a></nav>
<a href="https://www.linkfire.com">Made with Linkfire</a>"""


def test_linkfires_targets_are_read_without_a_click():
    page = read_smart_link("https://mara.lnk.to/neon", LINKFIRE)
    assert (page.read_by, page.fell_back, page.mode) == ("linkfire", False, "live")
    assert page.services == ("spotify", "apple_music", "tidal")
    assert [link.id for link in page.links("spotify")] == [TRACK]
    assert page.og_image == "https://img.example/n.jpg"
    assert attribution_of(page.offers[1].url)["ct"] == "LFV_abc"


def test_a_known_service_with_unknown_markup_falls_back_and_says_so():
    page = read_smart_link("https://mara.lnk.to/neon", f'<a href="{SPOTIFY}">Play</a>')
    assert (page.read_by, page.fell_back) == ("generic", True)
    assert page.services == ("spotify",)


def test_feature_fms_targets_come_out_of_their_blob_without_the_visitors_address():
    click = blob({"destUrl": SPOTIFY, "srvc": "spotify", "ip": "203.0.113.7"})
    ask = blob({"destUrl": "", "srvc": "deezer", "isAuthorizationRequired": True, "ip": "203.0.113.7"})
    page = read_smart_link(
        "https://ffm.to/neon",
        f'<a href="https://api.ffm.to/sl/e/c/neon?cd={click}">Play</a>'
        f'<a href="https://api.ffm.to/sl/e/ps/neon?cd={ask}">Pre-Save</a>',
    )
    assert page.read_by == "feature_fm"
    assert [(offer.service, offer.is_presave) for offer in page.offers] == [
        ("spotify", False),
        ("deezer", True),
    ]
    assert page.mode == "presave"
    assert "203.0.113.7" not in repr(page)
    assert ask not in repr(page)


def test_linktrees_links_are_read_from_its_state():
    state = {
        "props": {
            "pageProps": {
                "account": {
                    "links": [
                        {"title": "Neon Hours", "url": SPOTIFY},
                        {"title": "Shop", "url": "https://shop.example"},
                    ]
                }
            }
        }
    }
    source = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    page = read_smart_link("https://linktr.ee/mara", source)
    assert (page.read_by, [offer.url for offer in page.offers]) == ("linktree", [SPOTIFY])


def test_a_songlink_page_tells_its_platforms():
    state = {
        "props": {"page": {"linksByPlatform": {"spotify": {"url": SPOTIFY}, "appleMusic": {"url": APPLE}}}}
    }
    source = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    page = read_smart_link(f"https://song.link/s/{TRACK}", source)
    assert page.services == ("spotify", "apple_music")


@pytest.mark.parametrize(
    ("source", "how"),
    [
        (f'<a href="{SPOTIFY}">Play</a>', "link"),
        (f'<div data-url="{SPOTIFY}">Play</div>', "data"),
        (f'<a href="https://t.example/c?d={blob({"destUrl": SPOTIFY})}">Play</a>', "base64"),
        (f'<a href="https://gate.sc/?url={quote(SPOTIFY, safe="")}&token=x">Play</a>', "parameter"),
        (f"<button onclick=\"window.open('{SPOTIFY}')\">Play</button>", "script"),
        (f"<script>function go(){{window.open('{SPOTIFY}')}}</script>", "script"),
        (f'<script>var links = ["{SPOTIFY.replace("/", chr(92) + "/")}"];</script>', "script"),
        (f'<script type="application/json">{json.dumps({"a": [{"b": SPOTIFY}]})}</script>', "json"),
    ],
)
def test_the_generic_rule_finds_a_target_wherever_it_hides(source, how):
    page = read_smart_link("https://smart.example/neon", source)
    assert [(offer.service, offer.target and offer.target.id, offer.how) for offer in page.offers] == [
        ("spotify", TRACK, how)
    ]


def test_a_label_alone_is_no_offer():
    page = read_smart_link("https://smart.example/neon", '<a href="#">Play on Spotify</a><p>Spotify</p>')
    assert page.offers == ()


def test_a_tracker_that_tells_nothing_still_names_its_service():
    page = read_smart_link("https://smart.example/n", '<a href="https://t.example/9">Play on Spotify</a>')
    assert [(o.service, o.target) for o in page.offers] == [("spotify", None)]


def test_a_login_behind_a_button_makes_a_pre_save_page():
    ask = urlencode({"client_id": "1", "response_type": "code", "redirect_uri": "https://s.example/cb"})
    page = read_smart_link(
        "https://s.example/n", f'<a href="https://accounts.spotify.com/authorize?{ask}">Save</a>'
    )
    assert (page.mode, page.services) == ("presave", ("spotify",))


def test_addresses_from_before_the_release_and_searches_are_marked():
    page = read_smart_link(
        "https://s.example/n",
        '<a href="https://open.spotify.com/prerelease/11dFghVXANMlKmJXsNCbNl">Go</a>'
        '<a href="https://open.spotify.com/search/neon">Go</a>',
    )
    assert [(o.is_prerelease, o.is_search) for o in page.offers] == [(True, False), (False, True)]


def test_a_page_that_knows_a_way_out_says_so():
    source = f"<script>location='x-safari-https://s.example'</script><a href='{SPOTIFY}'>Play</a>"
    assert read_smart_link("https://s.example/n", source).escapes


@given(st.text(max_size=400))
def test_no_page_is_too_broken_to_read(source):
    read_smart_link("https://smart.example/n", source)
    read_smart_link("https://linktr.ee/n", f'<a data-x="https://{source}" href="{source}">{source}')
    unwrapped(f"https://t.example/?u={source}")


def test_hypeddits_gate_to_spotify_is_a_pre_save():
    gate = '<a class="btn" id="login_to_sp" href="#">Connect</a><a id="skipper_sp" href="#">Skip</a>'
    page = read_smart_link("https://hypeddit.com/mara/neon", gate)
    assert (page.read_by, page.mode, page.services) == ("hypeddit", "presave", ("spotify",))
    wrapped = f'<a href="https://gate.sc/?url={quote(SPOTIFY, safe="")}&token=x">Listen</a>'
    live = read_smart_link("https://hypeddit.com/mara/neon", wrapped)
    assert (live.read_by, [link.id for link in live.links("spotify")]) == ("generic", [TRACK])


def test_a_button_inside_a_link_gives_the_link_its_words():
    source = '<a href="https://go.example/c/1"><button><img alt="Spotify"> Play</button></a>'
    (offer,) = read_smart_link("https://smart.example/n", source).offers
    assert (offer.service, offer.url, offer.target) == ("spotify", "https://go.example/c/1", None)


def test_what_a_script_writes_is_no_link_of_the_page():
    written = f"<script>const shop = '<a href=\"{SPOTIFY}\">Spotify</a>';</script>"
    page = read_smart_link("https://smart.example/n", f'{written}<a href="{APPLE}">Apple Music</a>')
    assert page.services == ("apple_music",)
