"""The files that run a suite in CI, on a schedule and on every change."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from dropcheck import __version__

_GITHUB = """\
# Runs the suite on every change, and every six hours.
name: dropcheck
on:
  push:
  pull_request:
  schedule:
    - cron: "17 */6 * * *"
  workflow_dispatch:
permissions:
  contents: read
jobs:
  links:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.12"
      # PyPI doesn't have it yet: put the address of your copy here.
      - run: pip install "git+https://github.com/YOUR-ORG/dropcheck@v{version}"
      - run: dropcheck install
      - run: dropcheck run {suite} --github --junit reports/junit.xml
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        if: always()
        with:
          name: dropcheck-report
          path: reports
"""
_GITLAB = """\
# Runs the suite on every change; add a schedule under Build → Pipeline schedules for the 48 hours.
dropcheck:
  image: python:3.12
  timeout: 30 minutes
  script:
    # PyPI doesn't have it yet: put the address of your copy here.
    - pip install "git+https://github.com/YOUR-ORG/dropcheck@v{version}"
    - dropcheck install
    - dropcheck run {suite} --junit reports/junit.xml
  artifacts:
    when: always
    paths: [reports]
    reports:
      junit: reports/junit.xml
"""


def ci_file(kind: str, suite: Path) -> tuple[Path, str]:
    """Return the file of a CI service (``github`` or ``gitlab``) and what stands in it."""
    import shlex

    name = shlex.quote(str(PurePosixPath(*suite.parts)))
    place = {"github": Path(".github/workflows/dropcheck.yml"), "gitlab": Path(".gitlab-ci.yml")}[kind]
    text = {"github": _GITHUB, "gitlab": _GITLAB}[kind]
    return place, text.format(suite=name, version=__version__)
