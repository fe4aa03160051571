"""Shows a case inside the test that allure-pytest is recording: hops as steps, pictures attached."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import allure

from dropcheck.report.allure_results import TRACE_TYPE
from dropcheck.report.case_text import hop_line
from dropcheck.report.inert import plain_text
from dropcheck.result import CaseResult, Severity, Verdict

_SEVERITIES = {
    Severity.ERROR: allure.severity_level.CRITICAL,
    Severity.WARNING: allure.severity_level.NORMAL,
    Severity.INFO: allure.severity_level.MINOR,
}


def tell(result: CaseResult, folder: Path | None) -> None:
    """Add `result` to the running test; `folder` is what screenshots are named from."""
    allure.dynamic.parent_suite(result.suite)
    if result.link is not None:
        allure.dynamic.suite(result.link)
        allure.dynamic.feature(result.link)
    if result.profile is not None:
        allure.dynamic.parameter("phone", result.profile)
    allure.dynamic.story(result.check)
    if result.url is not None and result.url.startswith(("http://", "https://")):
        allure.dynamic.link(result.url, name="the link")
    if result.findings:
        order = list(Severity)
        worst = min((finding.severity for finding in result.findings), key=order.index)
        allure.dynamic.severity(_SEVERITIES[worst])
    for hop in result.hops:
        with allure.step(hop_line(hop)):
            picture = _file(hop.screenshot, folder)
            if picture is not None:
                allure.attach(picture, name=f"hop {hop.n}", attachment_type=allure.attachment_type.PNG)
    for finding in result.findings:
        text = f"{finding.detail}\n\nHow to fix it: {finding.fix}\n\n{finding.rule}, {finding.basis.value}"
        allure.attach(
            plain_text(text), name=plain_text(finding.title), attachment_type=allure.attachment_type.TEXT
        )
    trace = _file(result.data.get("trace"), folder)
    if trace is not None:
        allure.attach(trace, name="trace", attachment_type=TRACE_TYPE, extension="zip")
    if result.verdict is not Verdict.PASS:
        allure.dynamic.description(plain_text(result.reason))


def _file(name: object, folder: Path | None) -> bytes | None:
    if not isinstance(name, str) or not name or folder is None:
        return None
    with suppress(OSError):
        return (folder / name).read_bytes()
    return None
