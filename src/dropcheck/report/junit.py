"""JUnit XML for CI: a case that could not be checked is an error there, never a silent skip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from dropcheck.report.headline import accepted
from dropcheck.report.inert import one_line, plain_text, xml_text
from dropcheck.report.redact import redact_results
from dropcheck.report.writing import write_text
from dropcheck.result import CaseResult, Finding, Results, Verdict


def junit_xml(results: Results) -> str:
    """Return `results` as JUnit XML: one test suite per suite, one test case per case.

    fail is a failure, and so is a `known` entry that expired; error and blocked are errors; pending and skipped
    are skipped with their reason, and so is a failure accepted as known; warn passes with its findings in
    ``system-out``.
    """
    clean = redact_results(results)
    root = ElementTree.Element("testsuites", {"name": "dropcheck", **_counts(clean.cases)})
    for suite in dict.fromkeys(case.suite for case in clean.cases):
        cases = [case for case in clean.cases if case.suite == suite]
        started = clean.run.started.replace(tzinfo=None).isoformat(timespec="seconds")
        counts = _counts(cases)
        element = ElementTree.SubElement(
            root, "testsuite", {"name": _attribute(suite), "timestamp": started, **counts}
        )
        for case in cases:
            _case(element, case)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def write_junit(results: Results, destination: Path) -> Path:
    """Write `junit_xml` to `destination`; raises `ReportError` when it can't be written."""
    return write_text(destination, junit_xml(results))


def _counts(cases: Sequence[CaseResult]) -> dict[str, str]:
    tags = [_tag(case) for case in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
        "time": f"{sum(case.duration_s for case in cases):.3f}",
    }


def _tag(case: CaseResult) -> str | None:
    if case.verdict in (Verdict.ERROR, Verdict.BLOCKED):
        return "error"
    if case.known is not None and case.known.expired:
        return "failure"
    if case.verdict is Verdict.FAIL:
        return "skipped" if accepted(case) else "failure"
    return "skipped" if case.verdict in (Verdict.PENDING, Verdict.SKIPPED) else None


def _case(suite: ElementTree.Element, case: CaseResult) -> None:
    place = ".".join(part for part in (case.suite, case.link or "release", case.profile) if part)
    element = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_attribute(place),
        name=_attribute(case.id),
        time=f"{case.duration_s:.3f}",
    )
    properties = ElementTree.SubElement(element, "properties")
    for name, value in _properties(case):
        ElementTree.SubElement(properties, "property", name=name, value=_attribute(value))
    tag = _tag(case)
    if tag is not None:
        reason = _reason(case)
        kind = case.findings[0].rule if case.findings else case.verdict.value
        problem = ElementTree.SubElement(element, tag, type=_attribute(kind), message=_attribute(reason))
        problem.text = xml_text("\n\n".join([reason, *map(_finding, case.findings)]))
    elif case.findings:
        out = ElementTree.SubElement(element, "system-out")
        out.text = xml_text("\n\n".join(map(_finding, case.findings)))


def _reason(case: CaseResult) -> str:
    if case.verdict is Verdict.FAIL and accepted(case) and case.known:
        until = f" until {case.known.until}" if case.known.until else ""
        return f"known failure{until}: {case.known.reason}"
    if case.known and case.known.expired:
        return f"known until {case.known.until}, which has passed: {case.reason or case.known.reason}"
    title = case.findings[0].title if case.findings else ""
    return case.reason or title or f"{case.verdict.value}, no reason given"


def _properties(case: CaseResult) -> list[tuple[str, str]]:
    found: list[tuple[str, str | None]] = [
        ("verdict", case.verdict.value),
        ("link", case.link),
        ("url", case.url),
        ("profile", case.profile),
        ("engine", case.engine),
        ("attempts", str(case.attempts)),
    ]
    if case.outcome:
        outcome = case.outcome
        found += [
            ("outcome", outcome.kind.value),
            ("escape", outcome.escape.value),
            ("ceiling", outcome.ceiling.value),
        ]
    return [(name, value) for name, value in found if value]


def _finding(finding: Finding) -> str:
    lines = (
        f"{finding.severity.value}: {finding.title} [{finding.rule}, {finding.basis.value}]",
        finding.detail,
        f"Fix ({finding.owner.value}): {finding.fix}",
    )
    return plain_text("\n".join(lines))


def _attribute(text: str) -> str:
    return one_line(xml_text(text), 1000)
