import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.handoff import intent_uri
from dropcheck.handoff.intent_uri import IntentUri, IntentUriError

VECTORS = Path(__file__).parent.parent / "vectors" / "intent_uri.json"
CASES = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
READ = [case for case in CASES if "error" not in case["expected"]]
REFUSED = [case for case in CASES if "error" in case["expected"]]
ROUND_TRIPS = [case for case in READ if case.get("note", "").startswith("round-trips")]

SPOTIFY = (
    "intent://open.spotify.com/track/1#Intent;scheme=https;package=com.spotify.music;"
    "S.browser_fallback_url=https%3A%2F%2Fopen.spotify.com%2Ftrack%2F1;end"
)

_PIECES = re.findall(
    r"\S+",
    """intent: android-app:// android-app: // / #Intent; # end ; = SEL; scheme= action= category= type=
    package= component= launchFlags= identifier= sourceBounds= S. B. b. c. d. f. i. l. s. 0x7f -1 1e9 NaN
    true %41 % %ff a com.x com.x/.Y https: http é : . ?q=1""",
)
uris = st.text() | st.lists(st.sampled_from(_PIECES), max_size=24).map("".join)
fragments = st.lists(st.sampled_from(_PIECES), max_size=12).map(
    lambda pieces: "intent:x#Intent;" + "".join(pieces) + ";end"
)
app_uris = st.lists(st.sampled_from(_PIECES), max_size=8).map(
    lambda pieces: "android-app://com.x/" + "".join(pieces) + "#Intent;SEL;action=a;end"
)


def _ids(cases: list[dict[str, Any]]) -> list[str]:
    return [case["id"] for case in cases]


def _described(intent: IntentUri, fields: dict[str, Any]) -> dict[str, Any]:
    described = {name: getattr(intent, name) for name in fields if name != "selector"}
    if "selector" in fields:
        assert intent.selector is not None
        described["selector"] = _described(intent.selector, fields["selector"])
    return described


@pytest.mark.parametrize("case", READ, ids=_ids(READ))
def test_reads_what_android_reads(case: dict[str, Any]) -> None:
    assert _described(intent_uri.parse(case["uri"]), case["expected"]) == case["expected"]


@pytest.mark.parametrize("case", REFUSED, ids=_ids(REFUSED))
def test_refuses_what_android_refuses(case: dict[str, Any]) -> None:
    with pytest.raises(IntentUriError) as refused:
        intent_uri.parse(case["uri"])
    assert refused.value.error == case["expected"]["error"]


@pytest.mark.parametrize("case", ROUND_TRIPS, ids=_ids(ROUND_TRIPS))
def test_writes_what_android_writes(case: dict[str, Any]) -> None:
    assert intent_uri.format(intent_uri.parse(case["uri"])) == case["uri"]


@pytest.mark.parametrize(
    ("uri", "package", "action", "data"),
    [
        ("android-app://com.myapp", "com.myapp", intent_uri.ACTION_MAIN, None),
        ("android-app://com.myapp/", "com.myapp", intent_uri.ACTION_MAIN, None),
        ("android-app://com.myapp/http/host/path", "com.myapp", intent_uri.ACTION_VIEW, "http://host/path"),
        ("android-app://com.myapp/http/host", "com.myapp", intent_uri.ACTION_VIEW, "http:"),
        ("android-app://com.myapp/#Intent;scheme=mailto;end", "com.myapp", intent_uri.ACTION_VIEW, "mailto:"),
        ("android-app://com.myapp#Intent;scheme=mailto;end", "com.myapp", intent_uri.ACTION_MAIN, None),
        ("android-app:com.myapp", None, intent_uri.ACTION_VIEW, None),
    ],
)
def test_reads_every_length_of_the_app_form(uri: str, package: str, action: str, data: str | None) -> None:
    intent = intent_uri.parse(uri)
    assert (intent.package, intent.action, intent.data) == (package, action, data)


@pytest.mark.parametrize("uri", ["android-app:", "android-app:/"])
def test_refuses_the_app_form_cut_before_its_package(uri: str) -> None:
    with pytest.raises(IntentUriError):
        intent_uri.parse(uri)


def test_text_without_an_intent_fragment_is_an_intent_to_view_it() -> None:
    assert intent_uri.parse("https://a.example/x#top").data == "https://a.example/x#top"
    assert intent_uri.parse("intent://example.com").data == "intent://example.com"


@pytest.mark.parametrize(
    "uri", ["intent:https://a.example/#Intent;end", "intent:HTTP://a.example/", "intent:https:x"]
)
def test_recognises_the_dead_form(uri: str) -> None:
    assert intent_uri.parse(uri).dead_form


@pytest.mark.parametrize("uri", [SPOTIFY, "intent://https/#Intent;scheme=x;end", "https://a.example/"])
def test_living_forms_are_not_called_dead(uri: str) -> None:
    assert not intent_uri.parse(uri).dead_form


def test_the_browser_url_is_the_data_where_a_browser_can_load_it() -> None:
    assert intent_uri.parse(SPOTIFY).browser_url == "https://open.spotify.com/track/1"
    assert intent_uri.parse("intent:track:1#Intent;scheme=spotify;end").browser_url is None


def test_a_fallback_that_is_no_web_address_is_an_extra_but_no_fallback() -> None:
    intent = intent_uri.parse("intent:x#Intent;S.browser_fallback_url=javascript%3Aalert(1);end")
    assert intent.extras == {"browser_fallback_url": "javascript:alert(1)"}
    assert intent.fallback_url is None


def test_a_package_drops_the_selector_as_android_does() -> None:
    assert intent_uri.parse("intent:#Intent;package=com.x;SEL;action=a;end").selector is None


def test_a_class_named_from_its_package_is_given_in_full() -> None:
    assert intent_uri.parse("intent:#Intent;component=com.x/.Y;end").component == "com.x/com.x.Y"


@pytest.mark.parametrize(
    ("flags", "value"), [("0x20", 32), ("%23ff", 255), ("010", 8), ("-0x10", -16), ("0", 0)]
)
def test_launch_flags_are_read_in_every_base_java_reads(flags: str, value: int) -> None:
    assert intent_uri.parse(f"intent:#Intent;launchFlags={flags};end").flags == value


@pytest.mark.parametrize(
    "item",
    [
        "launchFlags=0xffffffff",
        "launchFlags=",
        "b.x=128",
        "s.x=99999",
        "l.x=1e3",
        "d.x=ten",
        "f.x=",
        "i.x= 1",
    ],
)
def test_numbers_java_refuses_are_number_format_exceptions(item: str) -> None:
    with pytest.raises(IntentUriError) as refused:
        intent_uri.parse(f"intent:#Intent;{item};end")
    assert refused.value.error == "NumberFormatException"


@pytest.mark.parametrize(
    "uri",
    [
        "intent:#Intent;scheme=mailto;package=com.myapp;d.double=10.4",
        "android-app://com.myapp/mailto#Intent;d.double=10.4",
        "intent:x#Intent;",
        "intent:x#Intent;c.x=;end",
        "intent:x#Intent;c.%;end",
    ],
)
def test_a_fragment_cut_short_is_a_syntax_error(uri: str) -> None:
    with pytest.raises(IntentUriError) as refused:
        intent_uri.parse(uri)
    assert refused.value.error == "URISyntaxException"


@given(uris | fragments | app_uris)
def test_parse_raises_nothing_but_its_own_error(uri: str) -> None:
    try:
        intent_uri.parse(uri)
    except IntentUriError:
        return


@given(uris | fragments | app_uris)
def test_what_is_read_is_written_and_read_again_unchanged(uri: str) -> None:
    try:
        intent = intent_uri.parse(uri)
    except IntentUriError:
        return
    written = intent_uri.format(intent)
    again = intent_uri.parse(written)
    assert intent_uri.format(again) == written
    if not any(isinstance(value, float) and math.isnan(value) for value in intent.extras.values()):
        assert again == intent
