"""What a run found, in another language and without the tool's words."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from tests.report.example_results import case, finding, results
from tests.report.source_words import nowhere_written
from tests.report.translated_from import english, recorded, stale

from dropcheck.check.options import builtin_registry
from dropcheck.check.rulebook import finding as found_by_rule
from dropcheck.check.rulebook import rulebook
from dropcheck.report import Edition, write_html
from dropcheck.report.translation import in_words_of
from dropcheck.report.wording import languages, wording
from dropcheck.result import Basis, CaseResult

STRINGS = resources.files("dropcheck.report") / "strings"
OTHERS = [one for one in languages() if one != "en"]
TOOL = re.compile(
    r"(?i)dropcheck|(?<!\S)--[a-z]|storage state|access:|`|\bhops?\b|\bsuite\b"
    r"|alternate_|code_ends|callback_hosts|_localized|\b(?:depth|role|within|posted|authorised|scopes|released):"
)


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def strings(language: str) -> dict[str, Any]:
    return tomllib.loads((STRINGS / f"{language}.toml").read_text(encoding="utf-8"))


def translated(of: dict[str, Any], language: str, *, plain: bool = False) -> CaseResult:
    return in_words_of(results(cases=[of]), wording(language), plain=plain).cases[0]


def a_case(rule: str, seen: str, **values: object) -> dict[str, Any]:
    made = found_by_rule(rule, seen, Basis.OBSERVED, **values)
    return case(
        "bio", "tiktok-ios", "escape", "fail", reason=made.title, findings=[made.model_dump(mode="json")]
    )


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("rule", rulebook().values(), ids=lambda rule: rule.id)
def test_every_rule_is_said_in_every_language_with_the_same_places(language: str, rule: Any) -> None:
    texts = wording(language).rule(rule.id)
    assert texts, f"add {rule.id} to [rule] in report/strings/{language}.toml"
    for name in ("title", "why", "fix"):
        assert places(texts[name]) == places(getattr(rule, name)), f"{language}, {rule.id}: {name}"


@pytest.mark.parametrize("language", languages())
def test_every_check_has_a_heading_and_no_other_has_one(language: str) -> None:
    assert strings(language)["area"].keys() == set(builtin_registry().names())


@pytest.mark.parametrize("language", OTHERS)
def test_no_language_has_rules_that_the_rulebook_doesnt_know(language: str) -> None:
    assert strings(language)["rule"].keys() - rulebook().keys() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_older_than_the_english_it_was_made_from(language: str) -> None:
    told = [
        f"{key} now reads: {text}\n  Bring report/strings/{language}.toml up to date, then:"
        f" python -m tests.report.translated_from {key}"
        for key, text in stale(language).items()
    ]
    assert not told, "\n".join(told)
    assert recorded()[language].keys() == english().keys(), "python -m tests.report.translated_from"


def test_a_changed_english_sentence_makes_its_translations_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {**english(), "page.title": "{name} · another title"}
    monkeypatch.setattr("tests.report.translated_from.english", lambda: changed)
    assert stale("de") == {"page.title": "{name} · another title"}


@pytest.mark.parametrize("language", OTHERS)
def test_a_phrase_fills_in_only_what_the_english_one_leaves_open(language: str) -> None:
    for section in ("phrase", "plain"):
        for phrase, here in strings(language).get(section, {}).items():
            assert places(here) <= places(phrase), phrase


@pytest.mark.parametrize("language", OTHERS)
def test_a_phrase_that_is_translated_is_one_that_dropcheck_writes(language: str) -> None:
    told = [
        f"{phrase!r}: nothing writes {', '.join(map(repr, gone))}"
        for phrase in strings(language)["phrase"]
        if (gone := nowhere_written(phrase))
    ]
    assert not told, "its English changed, bring [phrase] up to date:\n" + "\n".join(told)


@pytest.mark.parametrize("language", languages())
def test_what_a_client_isnt_shown_is_something_that_would_be_said(language: str) -> None:
    sections = strings(language)
    said = [
        " ".join(str(text).split())
        for section, entries in sections.items()
        if section != "plain" and isinstance(entries, dict)
        for text in entries.values()
    ]
    for phrase in sections["plain"]:
        parts = [part for part in re.split(r"\{\w+\}", " ".join(phrase.split())) if len(part) > 3]
        of_an_address = phrase[0] in "?&"
        english_too = language == "en" and not nowhere_written(phrase)
        assert of_an_address or english_too or any(all(part in text for part in parts) for text in said), (
            phrase
        )


def test_a_phrase_whose_english_was_reworded_is_noticed() -> None:
    assert not nowhere_written("{url}: the phone opened an app")
    assert nowhere_written("{url}: the phone started an app") == ["the phone started an app"]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("rule", rulebook().values(), ids=lambda rule: rule.id)
def test_a_client_reads_no_word_of_the_tool_in_any_finding(language: str, rule: Any) -> None:
    values = dict.fromkeys(rule.places, "Spotify")
    made = found_by_rule(rule.id, "It was seen.", Basis.OBSERVED, **values).model_dump(mode="json")
    read = translated(case("bio", "tiktok-ios", "escape", "fail", findings=[made]), language, plain=True)
    for text in (
        read.findings[0].title,
        read.findings[0].detail,
        read.findings[0].fix,
        read.findings[0].message,
    ):
        assert not TOOL.search(text), text


def test_a_finding_is_said_anew_with_its_own_values_and_its_phones_name() -> None:
    read = translated(
        a_case(
            "escape/trapped",
            "After 1 tap ('Play') the page https://bio.example/x was still inside TikTok on iPhone:"
            " nothing led out within 8 seconds.",
            app="TikTok on iPhone",
            goal="Spotify",
            technique="No technique is known that leads out of TikTok on iPhone today.",
        ),
        "de",
    )
    one = read.findings[0]
    assert one.title == "Fans bleiben in TikTok auf iPhone hängen und erreichen Spotify nie"
    assert one.fix == "Heute ist kein Weg bekannt, der aus TikTok auf iPhone hinausführt."
    assert one.detail.startswith(
        "Nach einmal Tippen ('Play') war die Seite https://bio.example/x noch immer in"
    )
    assert "Was zu sehen war: Nach einmal Tippen" in one.message
    assert read.reason == one.title


def test_a_reason_made_of_a_title_is_translated_with_what_was_put_behind_it() -> None:
    given = a_case("escape/blank-page", "Nothing showed.")
    given["reason"] += " — or not: the phone rule it hangs on is contested"
    assert translated(given, "de").reason.startswith("Die Seite bleibt leer – oder auch nicht")


def test_what_no_strings_file_knows_stays_as_it_is() -> None:
    given = case(
        "bio", "tiktok-ios", "escape", "fail", reason="Own words", findings=[finding("short_enough/long")]
    )
    assert translated(given, "de").findings[0].title == finding()["title"]
    assert translated(given, "de").reason == "Own words"


def test_a_finding_of_an_older_run_without_its_values_stays_english_where_it_must() -> None:
    given = a_case("escape/wrong-app", "It opened.", opened="Deezer", expected="Spotify")
    for key in ("seen", "values"):
        del given["findings"][0][key]
    one = translated(given, "de").findings[0]
    assert one.title == "The link opens Deezer instead of Spotify"
    assert one.detail == given["findings"][0]["detail"]


def test_what_a_page_wrote_is_never_read_as_a_template() -> None:
    given = a_case("escape/wrong-app", "It opened.", opened="{expected}", expected="{opened}{__class__}")
    assert translated(given, "de").findings[0].title == "Der Link öffnet {expected} statt {opened}{__class__}"


def test_english_for_the_tools_own_user_is_left_alone() -> None:
    given = results()
    assert in_words_of(given, wording("en"), plain=False) is given


def test_a_german_report_for_a_client_says_the_findings_in_german(tmp_path: Path) -> None:
    given = results(cases=[a_case("presave/button-dead", "The button did nothing.")], releases=[])
    page = write_html(given, tmp_path, edition=Edition(language="de", label=True, client="Nachtbus"))
    text = page.read_text("utf-8")
    assert "Der Pre-Save-Knopf tut nichts" in text
    assert "The pre-save button does nothing" not in text
