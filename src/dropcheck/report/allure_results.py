"""Allure results through Allure's own model and writer: a step per hop, screenshots attached."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, cast

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import LabelType, LinkType
from allure_commons.utils import uuid4

from dropcheck.report.errors import ReportError
from dropcheck.report.inert import markdown, one_line, plain_text, web_address, xml_text
from dropcheck.report.journeys import host_of, title_of_case
from dropcheck.report.redact import redact_picture, redact_results
from dropcheck.report.wording import wording
from dropcheck.result import CaseResult, DecisionKind, Finding, Hop, ProfileUsed, Results, Severity, Verdict

# Allure ships these without types.
_logger = cast(Any, AllureFileLogger)
_uuid = cast(Any, uuid4)

#: What allure-playwright calls a trace; Allure's report opens such an attachment in Playwright's viewer.
TRACE_TYPE = "application/vnd.allure.playwright-trace"

_STATUS = {
    Verdict.PASS: Status.PASSED,
    Verdict.WARN: Status.PASSED,
    Verdict.FAIL: Status.FAILED,
    Verdict.BLOCKED: Status.BROKEN,
    Verdict.ERROR: Status.BROKEN,
    Verdict.PENDING: Status.SKIPPED,
    Verdict.SKIPPED: Status.SKIPPED,
}


def write_allure(results: Results, destination: Path, *, evidence: Path | None = None) -> Path:
    """Write `results` into the folder `destination` for ``allure generate`` and return it.

    `evidence` is the folder of the results file, where screenshots are looked up; missing ones are left out.
    ``historyId`` and ``testCaseId`` come from the case's id, so that a history survives from run to run.
    """
    clean = redact_results(results)
    try:
        logger = _logger(str(destination))
        start = int(clean.run.started.timestamp() * 1000)
        for case in clean.cases:
            logger.report_result(_result(case, clean.profiles, start, logger, evidence))
        versions = {"dropcheck": clean.run.version, **clean.run.engines}
        lines = (f"{one_line(name)}={one_line(version)}" for name, version in versions.items())
        (destination / "environment.properties").write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{destination}: can't be written: {error.strerror or error}.") from None
    return destination


def _result(
    case: CaseResult,
    profiles: list[ProfileUsed],
    start: int,
    logger: Any,
    evidence: Path | None,
) -> TestResult:
    say = wording()
    identity = hashlib.sha256(case.id.encode()).hexdigest()[:32]
    phone = say.phone(case.profile, profiles)
    name = " · ".join(filter(None, (case.link, phone, title_of_case(case, say))))
    made = TestResult(
        uuid=_uuid(),
        historyId=identity,
        testCaseId=identity,
        fullName=_text(case.id),
        name=_text(name),
        status=_STATUS[case.verdict],
        statusDetails=_details(case),
        description="\n\n".join(map(_description, case.findings)),
        start=start,
        stop=start + round(case.duration_s * 1000),
        steps=[_step(hop, start, logger, evidence) for hop in case.hops],
        labels=[Label(name=label, value=_text(value)) for label, value in _labels(case, phone)],
        # Allure 3 takes parameters into a result's history id unless they are excluded; these change from run to run.
        parameters=[
            Parameter(name=key, value=_text(value), excluded=True) for key, value in _parameters(case)
        ],
        links=[],
    )
    address = web_address(case.url)
    trace = _beside(case.data.get("trace"), evidence)
    if trace is not None:
        made.attachments.append(_attached("trace", trace.read_bytes(), TRACE_TYPE, "zip", logger))
    if address:
        made.links.append(Link(type=LinkType.LINK, url=address, name=_text(case.link or host_of(address))))
    return made


def _details(case: CaseResult) -> StatusDetails:
    title = case.findings[0].title if case.findings else ""
    trace = "\n\n".join(map(_plainly, case.findings))
    known = case.known is not None
    return StatusDetails(
        known=known,
        flaky=case.attempts > 1,
        message=_text(case.reason or title) if case.verdict is not Verdict.PASS else "",
        trace=_text(trace),
    )


def _labels(case: CaseResult, phone: str) -> list[tuple[str, str]]:
    worst = min((finding.severity for finding in case.findings), key=list(Severity).index, default=None)
    severity = {
        Severity.ERROR: "critical",
        Severity.WARNING: "normal",
        Severity.INFO: "minor",
        None: "normal",
    }[worst]
    labels = [
        (LabelType.PARENT_SUITE, case.suite),
        (LabelType.SUITE, case.link or "release"),
        (LabelType.SUB_SUITE, phone),
        (LabelType.FEATURE, case.check),
        (LabelType.SEVERITY, severity),
        (LabelType.FRAMEWORK, "dropcheck"),
        (LabelType.TAG, case.verdict.value),
    ]
    labels += [("owner", case.findings[0].owner.value)] if case.findings else []
    return [(str(label), value) for label, value in labels if value]


def _parameters(case: CaseResult) -> list[tuple[str, str]]:
    found = [
        ("phone", case.profile),
        ("placement", case.placement),
        ("url", case.url),
        ("verdict", case.verdict.value),
    ]
    if case.outcome:
        found += [("ends", wording().ending(case.outcome)), ("ceiling", case.outcome.ceiling.value)]
    return [(name, value) for name, value in found if value]


def _step(hop: Hop, start: int, logger: Any, evidence: Path | None) -> TestStepResult:
    at = start + hop.t_ms
    parameters = {
        "where": hop.where.value,
        "by": hop.by.value,
        "gesture": str(hop.gesture).lower(),
        "decision": hop.decision.value,
        "rule": hop.rule,
        "basis": hop.basis.value,
        "url": hop.url,
        "status": str(hop.status or ""),
    }
    status = Status.FAILED if hop.decision is DecisionKind.REFUSED else Status.PASSED
    made = TestStepResult(
        name=_text(f"{hop.n}. {hop.by.value} → {hop.decision.value}: {host_of(hop.url)}"),
        status=status,
        start=at,
        stop=at,
        parameters=[Parameter(name=name, value=_text(value)) for name, value in parameters.items() if value],
    )
    picture = _picture(hop.screenshot, evidence)
    if picture:
        made.attachments.append(_attached(f"step {hop.n}", picture, "image/png", "png", logger))
    return made


def _attached(name: str, content: bytes, kind: str, ending: str, logger: Any) -> Attachment:
    source = f"{_uuid()}-attachment.{ending}"
    logger.report_attached_data(content, source)
    return Attachment(name=name, source=source, type=kind)


def _picture(name: str | None, evidence: Path | None) -> bytes | None:
    file = _beside(name, evidence)
    try:
        return redact_picture(file.read_bytes()) if file is not None else None
    except (OSError, ValueError):
        return None


def _beside(name: object, evidence: Path | None) -> Path | None:
    """The file called `name` in the folder of the results, and nowhere else."""
    if not isinstance(name, str) or not name or evidence is None:
        return None
    try:
        root = evidence.resolve()
        file = (root / name).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except (OSError, ValueError):
        return None


def _description(finding: Finding) -> str:
    """A finding as Markdown, which is what Allure reads descriptions as."""
    owner = finding.owner.value
    return f"**{markdown(finding.title)}**\n\n{markdown(finding.detail)}\n\n*Fix ({owner}):* {markdown(finding.fix)}"


def _plainly(finding: Finding) -> str:
    return f"{finding.title}\n{finding.detail}\nFix ({finding.owner.value}): {finding.fix}"


def _text(text: str) -> str:
    return plain_text(xml_text(text))
