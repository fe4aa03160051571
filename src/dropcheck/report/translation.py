"""Says what a run found in a report's language, and for a client without the words of the tool.

Results are written in English. A finding of a rule is said anew from the rule's texts in the strings file
(``[rule]``), filled in with the finding's own values; whole sentences and parts of them are looked up in
``[phrase]``. What neither knows stays English. ``[plain]`` then takes out what only the tool's user can use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from dropcheck.report.wording import Wording, wording
from dropcheck.result import CaseResult, Finding, ProfileUsed, Release, Results

_PLACE = re.compile(r"\{(\w+)\}")
#: Longer texts are pages' own; no sentence of ours is.
_LONGEST = 2_000
#: The parts of a release that carry sentences.
_NOTED = ("note", "expectation", "notes", "why")


def in_words_of(results: Results, say: Wording, *, plain: bool) -> Results:
    """Return `results` as the report's language says them; `plain` is for a client."""
    if say.code == wording().code and not plain:
        return results
    made = _Translation(say, results.profiles, plain=plain)
    run = results.run.model_copy(update={"not_checked": [made.text(one) for one in results.run.not_checked]})
    return results.model_copy(
        update={
            "run": run,
            "cases": [made.case(case) for case in results.cases],
            "releases": [made.release(release) for release in results.releases],
        }
    )


class _Translation:
    def __init__(self, say: Wording, profiles: Iterable[ProfileUsed], *, plain: bool) -> None:
        self._say = say
        self._phrases = _patterns(say.code, "phrase")
        self._plain = _patterns(say.code, "plain") if plain else ()
        english = wording()
        names = {english.phone(one.name, [one]): say.phone(one.name, [one]) for one in profiles}
        self._phones = {one: other for one, other in names.items() if one and one != other}

    def case(self, case: CaseResult) -> CaseResult:
        titles: dict[str, str] = {}
        changes: dict[str, Any] = {"findings": [self._finding(one, titles) for one in case.findings]}
        if case.otherwise is not None:
            found = [self._finding(one, titles) for one in case.otherwise.findings]
            changes["otherwise"] = case.otherwise.model_copy(update={"findings": found})
        changes["reason"] = self._without_tool(self._translated(case.reason, titles))
        return case.model_copy(update=changes)

    def release(self, release: Release) -> Release:
        parts = ("fields", "artwork", "sound", "funnel")
        return release.model_copy(update={part: self._notes(getattr(release, part)) for part in parts})

    def text(self, text: str) -> str:
        return self._without_tool(self._translated(text, {}))

    def _notes(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._notes(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        return {key: self._each(one) if key in _NOTED else self._notes(one) for key, one in value.items()}

    def _each(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._each(one) for one in value]
        return self.text(value) if isinstance(value, str) else self._notes(value)

    def _finding(self, finding: Finding, titles: dict[str, str]) -> Finding:
        rule = self._say.rule(finding.rule)
        values = {name: self._translated(value, {}) for name, value in finding.values.items()}
        title = self._filled(rule.get("title"), values, finding.title)
        fix = self._filled(rule.get("fix"), values, finding.fix)
        titles[finding.title] = title
        detail, message = finding.detail, finding.message
        if finding.seen and "why" in rule:
            seen = self._translated(finding.seen, {})
            detail = f"{seen} {self._filled(rule['why'], values, '')}"
            if message:
                message = self._say("page.message_body", title=title, seen=seen, fix=fix, rule=finding.rule)
        texts = {"title": title, "detail": detail, "fix": fix, "message": message}
        changes: dict[str, Any] = {name: self._without_tool(text) for name, text in texts.items()}
        changes["evidence"] = {
            key: self._without_tool(value) if isinstance(value, str) else value
            for key, value in finding.evidence.items()
        }
        return finding.model_copy(update=changes)

    def _filled(self, template: str | None, values: Mapping[str, str], english: str) -> str:
        """The rule's text with its places filled; the English one where the finding doesn't say with what."""
        if template is None or set(_PLACE.findall(template)) - values.keys():
            return self._named(english)
        return _fill(template, values)

    def _translated(self, text: str, titles: Mapping[str, str]) -> str:
        if text in titles:
            return titles[text]
        if len(text) <= _LONGEST:
            for pattern, template in self._phrases:
                found = pattern.fullmatch(text)
                if found:
                    parts = {name: self._translated(part, titles) for name, part in found.groupdict().items()}
                    return _fill(template, parts)
        return self._named(text)

    def _named(self, text: str) -> str:
        for english, here in self._phones.items():
            text = text.replace(english, here)
        return text

    def _without_tool(self, text: str) -> str:
        for pattern, template in self._plain:
            text = pattern.sub(_filler(template), text)
        return text


def _filler(template: str) -> Callable[[re.Match[str]], str]:
    return lambda found: _fill(template, found.groupdict())


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill in names only: what a page wrote must never be read as a template."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


@lru_cache
def _patterns(language: str, section: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The entries of `section`, each with its ``{names}`` standing for any text on one line."""
    made = []
    for english, here in wording(language).entries(section).items():
        parts = _PLACE.split(english)
        expression = "".join(
            f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
        )
        made.append((re.compile(expression), here))
    return tuple(made)
