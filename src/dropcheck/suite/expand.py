"""From suites to cases: every check of every link on every phone, selected and in a stable order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from pydantic import BaseModel

from .case import Case, Plan, ProfileFacts, face
from .checks import link_calls
from .errors import Problem, SuiteError, suggestion
from .model import CheckCall, CheckExtras, Expectation, Link, Suite
from .registry import CheckOptions, CheckRegistry, CheckSpec, UnresolvedOptionError
from .select import Selection, matches, refuse_unknown, tag_test


def plan(
    suites: Sequence[Suite],
    profiles: Iterable[ProfileFacts | str],
    registry: CheckRegistry,
    selection: Selection | None = None,
) -> Plan:
    """Expand suites into cases.

    `profiles` are all device profiles there are, as facts or bare names. Raises `SuiteError` for unknown
    profiles, variants or phones, for two suites of one name and for what the sheet lacks, `SelectionError`
    for a selection that names nothing.
    """
    chosen = selection or Selection()
    facts = {fact.name: fact for fact in map(_facts, profiles)}
    takes_tags = tag_test(chosen.tags)
    refuse_unknown("--profile", chosen.profiles, facts)
    refuse_unknown("--check", chosen.checks, _check_words(suites, registry))
    refuse_unknown(
        "--link",
        chosen.links,
        [name for suite in suites for link in suite.links for name in _link_words(suite, link)],
    )
    problems = _twins(suites)
    cases: list[Case] = []
    for suite in suites:
        expansion = _Expansion(suite, facts, registry, chosen.profiles)
        cases += expansion.cases()
        problems += expansion.problems
    if problems:
        raise SuiteError(problems)
    cases = [replace(case, number=number) for number, case in enumerate(cases, start=1)]
    taken = tuple(case for case in cases if _selected(case, chosen) and takes_tags(case.tags))
    selected = len(taken)
    if chosen.shard is not None:
        share = chosen.shard.of(case.journey_key for case in taken)
        taken = tuple(case for case in taken if case.journey_key in share)
    used = tuple(dict.fromkeys(case.profile for case in taken if case.profile is not None))
    return Plan(tuple(suites), taken, len(cases), used, selected)


def _facts(profile: ProfileFacts | str) -> ProfileFacts:
    return ProfileFacts.named(profile) if isinstance(profile, str) else profile


def _selected(case: Case, chosen: Selection) -> bool:
    if chosen.profiles and (case.profile is None or not matches(case.profile, chosen.profiles)):
        return False
    if chosen.links and (
        case.link is None
        or not (matches(case.link, chosen.links) or matches(f"{case.suite}/{case.link}", chosen.links))
    ):
        return False
    return not chosen.checks or (
        matches(case.check, chosen.checks) or (case.name is not None and matches(case.name, chosen.checks))
    )


def _link_words(suite: Suite, link: Link) -> tuple[str, str]:
    return link.name, f"{suite.suite}/{link.name}"


def _check_words(suites: Sequence[Suite], registry: CheckRegistry) -> set[str]:
    words = set(registry.names())
    for suite in suites:
        for calls in (suite.checks, *(link.checks for link in suite.links)):
            words |= {call.extras.name for call in calls if call.extras.name is not None}
    return words


def _twins(suites: Sequence[Suite]) -> list[Problem]:
    first: dict[str, Suite] = {}
    problems: list[Problem] = []
    for suite in suites:
        earlier = first.setdefault(suite.suite, suite)
        if earlier is not suite:
            message = f"two suites are called `{suite.suite}`"
            problems.append(suite.problem(("suite",), message, f"the other is {earlier.label}; rename one"))
    return problems


class _Expansion:
    """One suite's cases."""

    def __init__(
        self, suite: Suite, facts: dict[str, ProfileFacts], registry: CheckRegistry, wanted: tuple[str, ...]
    ) -> None:
        self._suite, self._facts, self._registry, self._wanted = suite, facts, registry, wanted
        self.problems: list[Problem] = []

    def cases(self) -> list[Case]:
        suite = self._suite
        found: list[Case] = []
        default = self._known(suite.profiles, ("profiles",), suite.names_profiles)
        for calls in (suite.checks, *(link.checks for link in suite.links)):
            for call in calls:
                self._refuse_unknown_mentions(call)
        for number, link in enumerate(suite.links):
            found += self._of_link(link, number, default)
        for call in link_calls(suite.checks, self._registry, "release"):
            found += self._of_release(call)
        return found

    def _known(self, names: Sequence[str], path: tuple[str | int, ...], given: bool) -> list[ProfileFacts]:
        """The profiles of a list; one that the command line names stands in for those nobody named."""
        if not given and self._wanted:
            return [fact for fact in self._facts.values() if matches(fact.name, self._wanted)]
        found: dict[str, ProfileFacts] = {}
        for number, name in enumerate(names):
            matched = [fact for fact in self._facts.values() if fnmatchcase(fact.name, name)]
            if not matched:
                hint = suggestion(name, sorted(self._facts))
                self.problems.append(
                    self._suite.problem((*path, number), f"there is no profile `{name[:60]}`", hint)
                )
            found.update((fact.name, fact) for fact in matched)
        return list(found.values())

    def _of_link(self, link: Link, number: int, default: list[ProfileFacts]) -> Iterator[Case]:
        path: tuple[str | int, ...] = ("links", number)
        profiles = default if link.profiles is None else self._known(link.profiles, (*path, "profiles"), True)
        self._refuse_unknown_faces(link, path, profiles)
        for call in self._calls(link, path):
            spec = self._registry.get(call.check)
            options = self._resolved(call)
            if spec is None or options is None:
                continue
            for profile in profiles:
                for variant, phone in _faces(link, profile):
                    yield self._case(link, profile, variant, phone, call, spec, options)

    def _calls(self, link: Link, path: tuple[str | int, ...]) -> list[CheckCall]:
        if link.checks:
            return list(link.checks)
        shared = list(link_calls(self._suite.checks, self._registry, "link"))
        if shared:
            return shared
        escape = self._registry.get("escape")
        return [CheckCall("escape", escape.options(), CheckExtras(), path)] if escape is not None else []

    def _resolved(self, call: CheckCall) -> BaseModel | None:
        if not isinstance(call.options, CheckOptions):
            return call.options
        try:
            return call.options.resolved(self._suite.release)
        except UnresolvedOptionError as lack:
            path = (*call.path, lack.option) if lack.option is not None else call.path
            problem = self._suite.problem(path, lack.message, lack.hint)
            if problem not in self.problems:
                self.problems.append(problem)
            return None

    def _case(
        self,
        link: Link,
        profile: ProfileFacts,
        variant: str | None,
        phone: str | None,
        call: CheckCall,
        spec: CheckSpec,
        options: BaseModel,
    ) -> Case:
        suite, extras = self._suite, call.extras
        suffix = face(variant, phone)
        return Case(
            id=f"{suite.suite}/{link.name}/{profile.name}/{_label(call)}{suffix}",
            suite=suite.suite,
            check=call.check,
            options=options,
            release=suite.release,
            link=link.name,
            url=link.url,
            placement=link.placement or profile.placement,
            profile=profile.name,
            variant=variant,
            phone=phone,
            name=extras.name,
            tap=link.tap,
            tags=tuple(dict.fromkeys((*suite.tags, *link.tags))),
            known=extras.known,
            expect=_expected(extras, profile.name, suffix),
            until=link.until,
            pending_until=self._pending_until(spec),
            folder=suite.folder,
        )

    def _of_release(self, call: CheckCall) -> Iterator[Case]:
        spec = self._registry.get(call.check)
        options = self._resolved(call)
        if spec is None or options is None:
            return
        suite, extras = self._suite, call.extras
        yield Case(
            id=f"{suite.suite}/release/{_label(call)}",
            suite=suite.suite,
            check=call.check,
            options=options,
            release=suite.release,
            name=extras.name,
            tags=suite.tags,
            known=extras.known,
            expect=_expected(extras, "", ""),
            pending_until=self._pending_until(spec),
            folder=suite.folder,
        )

    def _pending_until(self, spec: CheckSpec) -> dt.datetime | None:
        released = self._suite.release.released
        return released.everywhere if spec.store and released is not None else None

    def _refuse_unknown_mentions(self, call: CheckCall) -> None:
        """An `expect` or `known` for a profile that doesn't exist would never be looked at."""
        mentions: list[tuple[tuple[str | int, ...], str]] = [
            (("expect", key), key) for key in call.extras.expect
        ]
        for number, known in enumerate(call.extras.known):
            mentions += [(("known", number, "profiles", i), name) for i, name in enumerate(known.profiles)]
        for path, name in mentions:
            wanted = re.split(r"[+@]", name)[0]
            if not any(fnmatchcase(profile, wanted) for profile in self._facts):
                hint = suggestion(wanted, sorted(self._facts))
                message = f"there is no profile `{wanted[:60]}`"
                self.problems.append(self._suite.problem((*call.path, *path), message, hint))

    def _refuse_unknown_faces(
        self, link: Link, path: tuple[str | int, ...], profiles: list[ProfileFacts]
    ) -> None:
        for kind, names in (("variants", link.variants), ("phones", link.phones)):
            known: set[str] = set()
            for profile in profiles:
                own = profile.variants if kind == "variants" else profile.phones
                if own is None:
                    break
                known |= own
            else:
                for number, name in enumerate(names):
                    if name not in known and profiles:
                        message = f"no profile of this link has the {kind[:-1]} `{name}`"
                        self.problems.append(
                            self._suite.problem(
                                (*path, kind, number), message, suggestion(name, sorted(known))
                            )
                        )


def _label(call: CheckCall) -> str:
    return f"{call.check}:{call.extras.name}" if call.extras.name is not None else call.check


def _faces(link: Link, profile: ProfileFacts) -> Iterator[tuple[str | None, str | None]]:
    """The usual case, then one for each variant, then one for each phone, as far as the profile has them."""
    yield None, None
    for variant in dict.fromkeys(link.variants):
        if profile.variants is None or variant in profile.variants:
            yield variant, None
    for phone in dict.fromkeys(link.phones):
        if profile.phones is None or phone in profile.phones:
            yield None, phone


def _expected(extras: CheckExtras, profile: str, suffix: str) -> Expectation | None:
    """The entry of the exact case, else of its profile, else the first pattern that fits."""
    for key in (f"{profile}{suffix}", profile):
        if key in extras.expect:
            return extras.expect[key]
    return next((entry for key, entry in extras.expect.items() if fnmatchcase(profile, key)), None)
