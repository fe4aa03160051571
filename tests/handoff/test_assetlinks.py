"""Digital Asset Links, against Google's compatibility cases and Chromium's, and by properties."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.handoff import assetlinks

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "assetlinks.json").read_text("utf-8"))["cases"]
CASES = [case for case in VECTORS if not case.get("disputed")]
# `verifies` sees one document; the cases with included ones are `check`'s.
VERIFIED = [
    case
    for case in CASES
    if "app_link_verified" in case["expected"] and "include" not in str(case["documents"])
]

SITE = "https://example.com"
LIST_URL = f"{SITE}/.well-known/assetlinks.json"
FINGERPRINT = ":".join(["AB"] * 32)
APP = {"android_app": {"package_name": "com.example.app", "sha256_fingerprint": FINGERPRINT}}


def statement(**changes: Any) -> dict[str, Any]:
    target = {
        "namespace": "android_app",
        "package_name": "com.example.app",
        "sha256_cert_fingerprints": [FINGERPRINT],
    }
    return {"relation": [assetlinks.HANDLE_ALL_URLS], "target": target | changes}


def check(documents: dict[str, Any], target: Any = APP) -> assetlinks.LinkCheck:
    return assetlinks.check(documents, {"web": SITE}, assetlinks.HANDLE_ALL_URLS, target)


@pytest.mark.parametrize("case", [c for c in CASES if c["query"]["kind"] == "check"], ids=lambda c: c["id"])
def test_check_answers_as_the_reference_suites_do(case: dict[str, Any]) -> None:
    query, expected = case["query"], case["expected"]
    answer = assetlinks.check(case["documents"], query["source"], query["relation"], query["target"])
    assert answer.linked is expected["linked"], answer.reason
    if "outcome" in expected:
        assert answer.outcome == expected["outcome"], answer.reason
        assert set(expected["error_codes"]) <= set(answer.error_codes)


@pytest.mark.parametrize("case", [c for c in CASES if c["query"]["kind"] == "list"], ids=lambda c: c["id"])
def test_list_statements_answers_as_the_reference_suite_does(case: dict[str, Any]) -> None:
    query, expected = case["query"], case["expected"]
    answer = assetlinks.list_statements(case["documents"], query["source"], query["relation"])
    listed = sorted(json.dumps(found.as_dict(), sort_keys=True) for found in answer.statements)
    assert listed == sorted(json.dumps(found, sort_keys=True) for found in expected["statements"])
    assert answer.outcome == expected["outcome"], answer.reason
    assert set(expected["error_codes"]) <= set(answer.error_codes)


@pytest.mark.parametrize("case", VERIFIED, ids=lambda c: c["id"])
def test_verifies_agrees_with_app_link_verification(case: dict[str, Any]) -> None:
    source, app = case["query"]["source"]["web"], case["query"]["target"]["android_app"]
    document = case["documents"].get(f"{source}/.well-known/assetlinks.json", "")
    verified = assetlinks.verifies(document, app["package_name"], app["sha256_fingerprint"])
    assert verified is case["expected"]["app_link_verified"]


def test_a_document_that_is_not_served_is_a_fetch_error() -> None:
    answer = check({})
    assert (answer.linked, answer.outcome) == (False, "FETCH_ERROR")
    assert answer.error_codes == (assetlinks.ErrorCode.FETCH_ERROR,)
    assert LIST_URL in answer.reason


def test_an_apps_own_statements_cannot_be_fetched_from_documents() -> None:
    answer = assetlinks.check({}, APP, assetlinks.HANDLE_ALL_URLS, {"web": SITE})
    assert answer.outcome == "FETCH_ERROR"


def test_a_file_included_twice_is_read_once_and_is_no_error() -> None:
    include = {"include": f"{SITE}/more.json"}
    documents = {LIST_URL: json.dumps([include, include]), f"{SITE}/more.json": json.dumps([statement()])}
    answer = check(documents)
    assert (answer.linked, answer.outcome) == (True, "SUCCESS")


def test_a_file_that_includes_itself_exhausts_the_budget() -> None:
    answer = check({LIST_URL: json.dumps([{"include": LIST_URL}, statement()])})
    assert (answer.linked, answer.outcome) == (True, "FETCH_ERROR")
    assert answer.error_codes == (assetlinks.ErrorCode.FETCH_BUDGET_EXHAUSTED,)


def test_a_long_chain_of_includes_exhausts_the_budget() -> None:
    urls = [LIST_URL, *(f"{SITE}/{n}.json" for n in range(30))]
    documents: dict[str, Any] = {
        url: json.dumps([{"include": following}]) for url, following in pairwise(urls)
    }
    documents[urls[-1]] = json.dumps([statement()])
    answer = check(documents)
    assert answer.linked is False
    assert assetlinks.ErrorCode.FETCH_BUDGET_EXHAUSTED in answer.error_codes


def test_a_missing_include_leaves_the_other_statements_standing() -> None:
    answer = check({LIST_URL: json.dumps([{"include": f"{SITE}/gone.json"}, statement()])})
    assert (answer.linked, answer.outcome) == (True, "FETCH_ERROR")


@pytest.mark.parametrize("url", ["HTTPS://Example.COM:443/.well-known/assetlinks.json", LIST_URL])
def test_documents_are_found_whatever_the_spelling_of_their_host_and_port(url: str) -> None:
    assert check({url: json.dumps([statement()])}).linked


@pytest.mark.parametrize("body", ["", "null", "[NaN]", "[" * 100_000, b"\xff\xfe\x00", '[{"relation": 1}]'])
def test_content_that_cannot_be_read_is_malformed(body: str | bytes) -> None:
    answer = check({LIST_URL: body})
    assert answer.error_codes == (assetlinks.ErrorCode.MALFORMED_CONTENT,)


def test_the_browser_wants_every_certificate_in_one_statement() -> None:
    other = ":".join(["CD"] * 32)
    app = {"android_app": {"package_name": "com.example.app", "sha256_fingerprints": [FINGERPRINT, other]}}
    apart = [statement(), statement(sha256_cert_fingerprints=[other])]
    together = [statement(sha256_cert_fingerprints=[other, FINGERPRINT])]
    assert check({LIST_URL: json.dumps(apart)}, app).linked is False
    assert check({LIST_URL: json.dumps(together)}, app).linked is True


def test_the_browser_compares_a_webapk_manifest_as_it_is_written() -> None:
    relation = "delegate_permission/common.query_webapk"
    manifest = "https://example2.com/manifest.json"
    documents = {
        LIST_URL: json.dumps([{"relation": [relation], "target": {"namespace": "web", "site": manifest}}])
    }
    assert assetlinks.check(documents, {"web": SITE}, relation, {"web": manifest}).linked
    assert not assetlinks.check(documents, {"web": SITE}, relation, {"web": f"{manifest}?v=2"}).linked


@pytest.mark.parametrize("spelling", [FINGERPRINT, FINGERPRINT.lower(), FINGERPRINT.replace(":", ""), None])
def test_verifies_takes_a_fingerprint_in_any_common_spelling(spelling: str | None) -> None:
    assert assetlinks.verifies([statement()], "com.example.app", spelling)


@pytest.mark.parametrize(
    ("document", "package", "fingerprint"),
    [
        ([statement()], "com.example.other", None),
        ([statement()], "com.example.app", ":".join(["CD"] * 32)),
        ([statement()], "com.example.app", "AB:CD"),
        ([statement(sha256_cert_fingerprints=[FINGERPRINT.lower()])], "com.example.app", None),
        (
            [statement() | {"relation": ["delegate_permission/common.get_login_creds"]}],
            "com.example.app",
            None,
        ),
        ("<html>", "com.example.app", None),
    ],
)
def test_verifies_refuses(document: Any, package: str, fingerprint: str | None) -> None:
    assert assetlinks.verifies(document, package, fingerprint) is False


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["relation", "target", "include", "namespace", "site", "web", "android_app"])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(body=JSON | st.text() | st.binary(), source=JSON, relation=st.none() | st.text(), target=JSON)
def test_no_input_makes_a_query_raise(body: Any, source: Any, relation: Any, target: Any) -> None:
    documents = {LIST_URL: body}
    assetlinks.check(documents, source, relation, target)
    assetlinks.list_statements(documents, source, relation)
    assert check(documents, target).linked in (True, False)
    assert assetlinks.verifies(body, "com.example.app") in (True, False)


@given(st.text())
def test_no_site_makes_a_query_raise(site: str) -> None:
    assert not assetlinks.check({site: "[]"}, {"web": site}, assetlinks.HANDLE_ALL_URLS, {"web": site}).linked
