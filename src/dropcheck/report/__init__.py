"""Everything a run's results are turned into; made from the results document and from nothing else."""

from typing import TYPE_CHECKING

from dropcheck._lazy import lazy

if TYPE_CHECKING:
    from dropcheck.report.allure_results import write_allure
    from dropcheck.report.case_table import cases_csv, write_cases_csv
    from dropcheck.report.comparison import (
        Comparison,
        compare,
        comparison_markdown,
        comparison_text,
        worse_than,
    )
    from dropcheck.report.errors import ReportError, ReportWarning
    from dropcheck.report.github import github_annotations
    from dropcheck.report.html import Edition, write_html
    from dropcheck.report.index_page import write_index
    from dropcheck.report.junit import junit_xml, write_junit
    from dropcheck.report.markdown import append_step_summary, markdown_report, write_markdown
    from dropcheck.report.merging import merge
    from dropcheck.report.ndjson import NdjsonListener
    from dropcheck.report.pdf import write_pdf
    from dropcheck.report.reading import load, notices
    from dropcheck.report.wording import languages

__all__ = [
    "Comparison",
    "Edition",
    "NdjsonListener",
    "ReportError",
    "ReportWarning",
    "append_step_summary",
    "cases_csv",
    "compare",
    "comparison_markdown",
    "comparison_text",
    "github_annotations",
    "junit_xml",
    "languages",
    "load",
    "markdown_report",
    "merge",
    "notices",
    "worse_than",
    "write_allure",
    "write_cases_csv",
    "write_html",
    "write_index",
    "write_junit",
    "write_markdown",
    "write_pdf",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Comparison": "comparison",
        "Edition": "html",
        "NdjsonListener": "ndjson",
        "ReportError": "errors",
        "ReportWarning": "errors",
        "append_step_summary": "markdown",
        "cases_csv": "case_table",
        "compare": "comparison",
        "comparison_markdown": "comparison",
        "comparison_text": "comparison",
        "github_annotations": "github",
        "junit_xml": "junit",
        "languages": "wording",
        "load": "reading",
        "markdown_report": "markdown",
        "merge": "merging",
        "notices": "reading",
        "worse_than": "comparison",
        "write_allure": "allure_results",
        "write_cases_csv": "case_table",
        "write_html": "html",
        "write_index": "index_page",
        "write_junit": "junit",
        "write_markdown": "markdown",
        "write_pdf": "pdf",
    },
)
