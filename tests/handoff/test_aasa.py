"""Universal links: the vectors, Apple's documented rules one by one, and properties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.handoff import aasa

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "aasa.json").read_text("utf-8"))["cases"]
CASES = [case for case in VECTORS if not case.get("disputed")]

APP = "ABCDE12345.com.example.app"
OTHER = "ABCDE12345.com.example.other"
SITE = "https://www.example.com"


def document(*components: dict[str, Any], **applinks: Any) -> dict[str, Any]:
    return {"applinks": {"details": [{"appIDs": [APP], "components": list(components)}]} | applinks}


def paths(*entries: str) -> dict[str, Any]:
    return {"applinks": {"apps": [], "details": [{"appID": APP, "paths": list(entries)}]}}


def result(of: Any, url: str, app_id: str | None = APP) -> str:
    return str(aasa.match(of, SITE + url, app_id).result)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_vector_is_answered(case: dict[str, Any]) -> None:
    forms = [case["aasa_raw"]] if "aasa_raw" in case else [case["aasa"], json.dumps(case["aasa"])]
    for form in [*forms, forms[-1].encode()]:
        answer = aasa.match(form, case["url"], case.get("app_id"))
        assert answer.result == case["expected"], answer.reason


def test_app_ids_are_all_apps_offered_the_url_in_file_order() -> None:
    both = {"applinks": {"details": [{"appIDs": [OTHER, APP], "components": [{"/": "/a"}]}]}}
    assert aasa.match(both, f"{SITE}/a", APP).app_ids == (OTHER, APP)
    assert aasa.match(both, f"{SITE}/a").app_ids == (OTHER, APP)
    assert aasa.match(both, f"{SITE}/b").app_ids == ()


def test_without_an_app_one_offer_outweighs_another_apps_exclusion() -> None:
    details = [
        {"appID": OTHER, "components": [{"/": "/a", "exclude": True}]},
        {"appID": APP, "components": [{"/": "/a"}]},
    ]
    answer = aasa.match({"applinks": {"details": details}}, f"{SITE}/a")
    assert (answer.result, answer.app_ids) == (aasa.AasaResult.MATCH, (APP,))


def test_appids_replace_appid() -> None:
    entry = {"appID": OTHER, "appIDs": [APP], "components": [{"/": "*"}]}
    both = {"applinks": {"details": [entry]}}
    assert result(both, "/", OTHER) == "no-match"
    assert result(both, "/", APP) == "match"


def test_components_replace_paths_even_when_empty() -> None:
    entry = {"appID": APP, "paths": ["*"], "components": []}
    assert result({"applinks": {"details": [entry]}}, "/") == "no-match"


def test_the_first_detail_that_decides_for_an_app_wins() -> None:
    details = [
        {"appID": APP, "components": [{"/": "/a", "exclude": True}]},
        {"appID": APP, "components": [{"/": "*"}]},
    ]
    assert result({"applinks": {"details": details}}, "/a") == "excluded"
    assert result({"applinks": {"details": details}}, "/b") == "match"


def test_details_may_be_an_object_with_one_key_for_each_app() -> None:
    old = {"applinks": {"details": {APP: {"paths": ["/music/*"]}, OTHER: {"paths": ["NOT /music/*", "*"]}}}}
    assert result(old, "/music/1") == "match"
    assert result(old, "/music/1", OTHER) == "excluded"


@pytest.mark.parametrize(
    ("entries", "url", "expected"),
    [
        (["*"], "/", "match"),
        (["/"], "", "match"),
        (["NOT *"], "/a", "excluded"),
        (["NOT /a", "/a"], "/a", "excluded"),
        (["/a", "NOT /a"], "/a", "match"),
        (["not /a", "*"], "/a", "match"),
        (["/a/"], "/a", "no-match"),
        (["/201?/x"], "/2015/x", "match"),
        (["/201?/x"], "/201/x", "no-match"),
        (["/a*z"], "/a/b/z", "match"),
        (["/a?b"], "/a?b", "no-match"),
        ([], "/", "no-match"),
    ],
)
def test_legacy_paths(entries: list[str], url: str, expected: str) -> None:
    assert result(paths(*entries), url) == expected


@pytest.mark.parametrize(
    ("query", "url", "expected"),
    [
        ("", "/", "match"),
        ("", "/?", "match"),
        ("", "/?a", "no-match"),
        ("a=*", "/?a=1&b=2", "match"),
        ("a=?", "/?a=12", "no-match"),
        ({}, "/?x=1", "match"),
        ({"a": "*"}, "/", "match"),
        ({"a": ""}, "/?a=", "match"),
        ({"a": "1"}, "/?b=2&a=1", "match"),
        ({"a": "1"}, "/?a=1&a=2", "no-match"),
        ({"a": "?"}, "/?a=1&a=2", "match"),
        ({"a": "1=2"}, "/?a=1=2", "match"),
        ({"A": "1"}, "/?a=1", "no-match"),
    ],
)
def test_query_patterns(query: Any, url: str, expected: str) -> None:
    assert result(document({"?": query}), url) == expected


@pytest.mark.parametrize(
    ("component", "url", "expected"),
    [
        ({"/": "/caf%C3%A9"}, "/caf%C3%A9", "match"),
        ({"/": "/caf%C3%A9"}, "/café", "match"),
        ({"/": "/café"}, "/caf%C3%A9", "no-match"),
        ({"/": "/café", "percentEncoded": False}, "/caf%C3%A9", "match"),
        ({"/": "/a b", "percentEncoded": False}, "/a%20b", "match"),
        ({"/": "/a%20b", "percentEncoded": False}, "/a%20b", "no-match"),
        ({"?": {"q": "a&b"}, "percentEncoded": False}, "/?q=a%26b", "match"),
        ({"?": {"q": "a b"}}, "/?q=a%20b", "no-match"),
        ({"#": "é", "percentEncoded": False}, "/#%C3%A9", "match"),
        ({"/": "/%FF", "percentEncoded": False}, "/%FF", "match"),
        ({"/": "/???"}, "/%C3%A9", "no-match"),
        ({"/": "/?", "percentEncoded": False}, "/%C3%A9", "match"),
    ],
)
def test_percent_encoding(component: dict[str, Any], url: str, expected: str) -> None:
    assert result(document(component), url) == expected


def test_the_nearest_setting_wins() -> None:
    entry = {
        "appID": APP,
        "defaults": {"caseSensitive": True},
        "components": [{"/": "/a"}, {"/": "/b", "caseSensitive": False}],
    }
    nested = {"applinks": {"defaults": {"caseSensitive": False}, "details": [entry]}}
    assert result(nested, "/A") == "no-match"
    assert result(nested, "/B") == "match"


def test_all_parts_of_a_component_have_to_match() -> None:
    rule = document({"/": "/a/*", "?": {"x": "1"}, "#": "f?"})
    assert result(rule, "/a/b?x=1#f2") == "match"
    for url in ("/b?x=1#f2", "/a/b?x=2#f2", "/a/b?x=1#f", "/a/b?x=1"):
        assert result(rule, url) == "no-match"


@pytest.mark.parametrize(
    ("pattern", "url", "expected"),
    [
        ("/$(lang)-$(region)/", "/pt-BR/", "match"),
        ("/$(lang)-$(region)/", "/pt-br/", "no-match"),
        ("/$(region)", "/QQ", "no-match"),
        ("/$(genre)/*", "/synth-pop/1", "match"),
        ("/$(genre)/*", "/house/1", "match"),
        ("/$(genre)/*", "/jazz/1", "no-match"),
        ("/$(Genre)/*", "/house/1", "no-match"),
        ("/$(upper)$(lower)$(alnum)$(xdigit)", "/Ab1F", "match"),
        ("/$(two words)", "/yes", "match"),
        ("/$(none)", "/", "no-match"),
        ("/$(unknown)", "/$(unknown)", "match"),
        ("/$(genre", "/$(genre", "match"),
        ("/$5", "/$5", "match"),
    ],
)
def test_substitution_variables(pattern: str, url: str, expected: str) -> None:
    variables = {"genre": ["house", "synth*"], "two words": ["yes"], "none": []}
    assert result(document({"/": pattern}, substitutionVariables=variables), url) == expected


def test_variables_fold_case_where_the_component_does_but_their_names_never_do() -> None:
    folded = {"/": "/$(genre)/$(upper)", "caseSensitive": False}
    variables = {"genre": ["House"]}
    assert result(document(folded, substitutionVariables=variables), "/hOUSE/x") == "match"
    named = {"/": "/$(GENRE)", "caseSensitive": False}
    assert result(document(named, substitutionVariables=variables), "/house") == "no-match"


def test_a_variables_value_does_not_name_another_variable() -> None:
    rule = document({"/": "/$(a)"}, substitutionVariables={"a": ["$(digit)"]})
    assert result(rule, "/1") == "no-match"


@pytest.mark.parametrize(
    "url", ["spotify:track:1", "ftp://www.example.com/a", "/a", "", "https:/example.com"]
)
def test_only_web_addresses_can_be_universal_links(url: str) -> None:
    answer = aasa.match(document({"/": "*"}), url, APP)
    assert (answer.result, answer.reason) == (
        aasa.AasaResult.NO_MATCH,
        "only http and https URLs can be universal links",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        ("<!doctype html><title>Log in</title>", "web page"),
        ('{"applinks": NaN}', "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        (b"\xff\xfe\xfa", "not valid JSON"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        (None, "no JSON object"),
        ('{"applinks": []}', "applinks is not an object"),
        ('{"applinks": {"details": "x"}}', "applinks.details"),
        (
            '{"applinks": {"details": [], "defaults": {"caseSensitive": "no"}}}',
            "applinks.defaults",
        ),
        ('{"applinks": {"substitutionVariables": {"a": "b"}}}', "substitutionVariables"),
        (json.dumps({"pad": "x" * 131_072}), "128 KB"),
    ],
)
def test_a_file_apple_cannot_use_is_invalid_and_says_why(content: Any, reason: str) -> None:
    answer = aasa.match(content, f"{SITE}/", APP)
    assert answer.result is aasa.AasaResult.INVALID
    assert reason in answer.reason


def test_a_file_of_exactly_128_kilobytes_is_read() -> None:
    text = json.dumps(document({"/": "*"}))
    assert result(text + " " * (128 * 1024 - len(text)), "/") == "match"
    assert result(text + " " * (128 * 1024 - len(text) + 1), "/") == "invalid"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_the_unicode_encodings_of_json_are_read(codec: str) -> None:
    assert result(json.dumps(document({"/": "/a"})).encode(codec), "/a") == "match"


def test_a_malformed_entry_is_reported_but_does_not_undo_another_apps_entry() -> None:
    details = [{"appID": OTHER, "components": [{"/": 5}]}, {"appID": APP, "components": [{"/": "/a"}]}]
    sloppy = {"applinks": {"details": details}}
    assert aasa.match(sloppy, f"{SITE}/a", APP).result is aasa.AasaResult.MATCH
    assert aasa.match(sloppy, f"{SITE}/a").app_ids == (APP,)
    assert "details[0].components[0]['/']" in aasa.match(sloppy, f"{SITE}/a", APP).faults[0]
    assert result(sloppy, "/b", APP) == "no-match"
    assert result(sloppy, "/a", OTHER) == "invalid"


@pytest.mark.parametrize(
    "entry",
    [
        "x",
        {"appID": 5, "components": [{"/": "*"}]},
        {"appIDs": APP, "components": [{"/": "*"}]},
        {"appID": APP, "components": {"/": "*"}},
        {"appID": APP, "components": ["/*"]},
        {"appID": APP, "components": [{"/": "*", "exclude": "true"}]},
        {"appID": APP, "components": [{"?": 1}]},
        {"appID": APP, "components": [{"?": {"a": 1}}]},
        {"appID": APP, "paths": "*"},
        {"appID": APP, "defaults": [], "components": [{"/": "*"}]},
    ],
)
def test_an_entry_of_the_wrong_shape_is_invalid(entry: Any) -> None:
    assert result({"applinks": {"details": [entry]}}, "/") == "invalid"


def test_unknown_keys_and_comments_are_ignored() -> None:
    rule = {"/": "/a", "comment": ["any", 5], "since": "2026"}
    assert result(document(rule) | {"webcredentials": {"apps": [APP]}}, "/a") == "match"


def test_the_reason_names_the_rule_that_decided() -> None:
    answer = aasa.match(document({"/": "/a"}, {"/": "/b", "exclude": True}), f"{SITE}/b", APP)
    assert answer.reason == 'applinks.details[0].components[1] ({"/": "/b"}) excludes it'


def test_an_app_the_file_does_not_name_is_said_so() -> None:
    assert aasa.match(document({"/": "*"}), f"{SITE}/", OTHER).reason == f"the file does not name {OTHER}"


WORDS = st.sampled_from(
    "applinks details appID appIDs components paths defaults / ? # * exclude caseSensitive percentEncoded "
    f"substitutionVariables /$(lang) {APP}".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner, max_size=4),
    max_leaves=20,
)
URLS = st.text() | st.text().map(lambda rest: f"{SITE}/{rest}")


@given(content=JSON | st.text() | st.binary(), url=URLS, app_id=st.none() | st.text())
def test_no_input_makes_matching_raise(content: Any, url: str, app_id: str | None) -> None:
    answer = aasa.match(content, url, app_id)
    assert answer.reason
    if answer.result is aasa.AasaResult.MATCH:
        assert answer.app_ids


@given(applinks=st.dictionaries(WORDS, JSON, max_size=4), url=URLS)
def test_no_applinks_value_makes_matching_raise(applinks: dict[str, Any], url: str) -> None:
    answer = aasa.match({"applinks": applinks}, url)
    assert answer == aasa.match({"applinks": applinks}, url)


@given(content=st.binary(max_size=200))
def test_no_signed_looking_bytes_make_matching_raise(content: bytes) -> None:
    wrapper = bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080".replace(" ", ""))
    assert aasa.match(wrapper + content, f"{SITE}/").result in set(aasa.AasaResult)


@given(path=st.text(st.characters(codec="ascii", exclude_characters="?#*$"), max_size=20))
def test_a_star_matches_every_path_and_a_path_matches_itself_unless_it_is_encoded(path: str) -> None:
    assert result(document({"/": "*"}), f"/{path}") == "match"
    if path.replace("/", "").isalnum() or not path:
        assert result(document({"/": f"/{path}"}), f"/{path}") == "match"
