"""dropcheck's pytest plugin: the same suites, one item per case.

``pytest suites/`` collects YAML files with a top-level ``suite:`` or ``links:``. The cases of one process go
through one concurrent runner in a thread of its own; an item waits for the result of its case. Heavy imports
wait until there is a suite, because every pytest of an environment loads this module.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from dropcheck.result import CaseResult, Results
    from dropcheck.run.background import BackgroundRun
    from dropcheck.run.custom_checks import Checks
    from dropcheck.suite import Case, Suite

_SESSION = pytest.StashKey["_Session"]()
_LISTS = {
    "profile": "only these phones (`tiktok-*`)",
    "resolve": "HOST:PORT:ADDRESS[:PORT]: reach a host at this address",
    "engine": "KIND=ENGINE: what shows the pages",
    "checks": "a Python file with checks of your own",
}


class DropcheckWarning(pytest.PytestWarning):
    """A link works but loses fans on the way."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run; they mean what they mean for ``dropcheck run``."""
    group = parser.getgroup("dropcheck", "suites of links (dropcheck)")
    for name, text in _LISTS.items():
        group.addoption(
            f"--dropcheck-{name}", action="append", default=[], metavar="VALUE", help=f"{text} (repeatable)"
        )
    group.addoption(
        "--dropcheck-insecure", action="store_true", help="accept certificates of the hosts that are mapped"
    )
    group.addoption(
        "--dropcheck-trace",
        action="store_true",
        help="keep a Playwright trace of each case, scrubbed, in --dropcheck-out (Chromium only; slower)",
    )
    group.addoption("--dropcheck-send-analytics", action="store_true", help="let analytics and ad pixels out")
    group.addoption("--dropcheck-out", metavar="DIR", help="folder for results, screenshots and the report")
    group.addoption(
        "--dropcheck-jobs",
        type=int,
        metavar="N",
        help="phones held at once (left out: by what the processors can do)",
    )
    group.addoption(
        "--dropcheck-account", metavar="FILE", help="a Playwright storage state of a test account"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the session's run; nothing of it is loaded before there is a suite."""
    if config.getoption("dropcheck_trace") and not _keeps_files(config):
        raise pytest.UsageError("--dropcheck-trace needs a folder for the traces: add --dropcheck-out DIR.")
    _refuse_bad_options(config)
    config.stash[_SESSION] = _Session(config)


def _refuse_bad_options(config: pytest.Config) -> None:
    """What every case would stumble over is told once, before any."""
    jobs, account = config.getoption("dropcheck_jobs"), config.getoption("dropcheck_account")
    if jobs is not None and jobs < 1:
        raise pytest.UsageError(f"--dropcheck-jobs {jobs}: at least one phone must be held.")
    if account and not Path(account).is_file():
        raise pytest.UsageError(f"--dropcheck-account {account}: there is no such file.")
    resolve, engines = config.getoption("dropcheck_resolve"), config.getoption("dropcheck_engine")
    if not resolve and not engines:
        return
    from dropcheck.engine.select import EngineChoice, EngineChoiceError
    from dropcheck.network import ResolveError, ResolveMap

    try:
        ResolveMap.parse(resolve)
        EngineChoice.parse(engines)
    except (ResolveError, EngineChoiceError) as error:
        raise pytest.UsageError(re.sub(r"--(?=resolve|engine)", "--dropcheck-", str(error))) from None


def _keeps_files(config: pytest.Config) -> bool:
    return bool(config.getoption("dropcheck_out") or config.getoption("allure_report_dir", None))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SuiteFile | None:
    """Collect suites; files whose name begins with `_` or `.` are parts of suites."""
    if file_path.suffix.lower() not in (".yaml", ".yml") or file_path.name.startswith(("_", ".")):
        return None
    from dropcheck.suite import looks_like_suite

    return SuiteFile.from_parent(parent, path=file_path) if looks_like_suite(file_path) else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the run and keep its results."""
    session.config.stash[_SESSION].finish()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist how items are dealt out, which it can't see by itself."""
    node.workerinput["dropcheck_dist"] = node.config.getoption("dist", "load")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take the results of a worker that ended."""
    text = getattr(node, "workeroutput", {}).get("dropcheck_results")
    if text:
        node.config.stash[_SESSION].take_share(text)


class SuiteFile(pytest.File):
    """One suite, and the suites it includes."""

    def collect(self) -> Iterator[CaseItem]:
        """Yield an item for each case, in the order of the plan.

        A suite that is also collected as a file of its own is left to whichever came first.
        """
        from dropcheck.device.load import ProfileError
        from dropcheck.run.errors import RunError
        from dropcheck.run.plan_files import plan_files
        from dropcheck.suite import Selection, SuiteError

        session = self.config.stash[_SESSION]
        try:
            selection = Selection(profiles=tuple(session.words("profile")))
            plan = plan_files([self.path], session.checks, selection)
        except (SuiteError, RunError, ProfileError) as error:
            raise self.CollectError(str(error)) from None
        suites = {suite.suite: suite for suite in plan.suites if session.add_suite(suite, self)}
        for case in plan.cases:
            if case.suite not in suites:
                continue
            suite = suites[case.suite]
            own = suite.path == self.path.resolve()
            name = case.id.removeprefix(f"{case.suite}/") if own else case.id
            item: CaseItem = CaseItem.from_parent(
                self, name=name, case=case, place=(suite.path or self.path, _line(suite, case.link))
            )
            yield item


def _line(suite: Suite, link: str | None) -> int:
    """The line of a link, counted from 0."""
    numbers = [number for number, one in enumerate(suite.links) if one.name == link]
    return max(0, suite.problem(("links", numbers[0], "url"), "").line - 1) if numbers else 0


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, place: tuple[Path, int], **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        self._place = place
        self.result: CaseResult | None = None
        for word in (*case.tags, case.check, case.profile or ""):
            mark = re.sub(r"\W", "_", word)
            if mark.isidentifier():
                self.config.addinivalue_line("markers", f"{mark}: a tag, check or phone of a dropcheck suite")
                self.add_marker(mark)

    def setup(self) -> None:
        """Wait for the case's result; what kept it from being decided is an error, not a failure."""
        from dropcheck.result import Verdict
        from dropcheck.run.errors import RunError

        try:
            result = self.result = self.config.stash[_SESSION].result_of(self)
        except RunError as error:
            pytest.fail(str(error), pytrace=False)
        self.user_properties += [
            ("dropcheck_case", result.id),
            ("dropcheck_verdict", result.verdict.value),
            ("dropcheck_engine", result.engine or ""),
        ]
        if result.verdict is Verdict.ERROR:
            _fail(result)

    def runtest(self) -> None:
        """Turn the verdict into pytest's words."""
        from dropcheck.report.headline import accepted
        from dropcheck.result import Verdict

        result = self.result
        assert result is not None
        self.config.stash[_SESSION].tell_allure(result)
        if result.verdict in (Verdict.BLOCKED, Verdict.PENDING, Verdict.SKIPPED):
            raise pytest.skip.Exception(f"{result.verdict.value}: {result.reason}", _use_item_location=True)
        if result.known is not None and result.known.expired:
            _fail(result)
        if accepted(result) and result.verdict is Verdict.FAIL:
            pytest.xfail(f"known: {result.known.reason}" if result.known is not None else "known")
        if result.known is not None and result.known.unexpected_pass:
            self.warn(
                DropcheckWarning(f"{result.id}: works now; its known entry ({result.known.reason}) can go")
            )
        if result.verdict is Verdict.FAIL:
            _fail(result)
        if result.verdict is Verdict.WARN and not accepted(result):
            self.warn(DropcheckWarning(f"{result.id}: {result.reason}"))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the suite's file, the line of the link (counted from 0) and the case."""
        return *self._place, self.case.id


def _fail(result: CaseResult) -> NoReturn:
    from dropcheck.report.case_text import case_text

    pytest.fail(case_text(result), pytrace=False)


class _Session:
    """The run behind one pytest process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._checks: Checks | None = None
        self._suites: dict[str, Suite] = {}
        self._files: dict[str, Path] = {}
        self._run: BackgroundRun | None = None
        self._cases: list[Case] = []
        self._unfinished: set[str] = set()
        self._shares: list[Results] = []
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def words(self, option: str) -> list[str]:
        """The values of a repeatable option; names may stand together with commas between them."""
        values: list[str] = self._config.getoption(f"dropcheck_{option}")
        if option != "profile":
            return values
        return [word.strip() for value in values for word in value.split(",") if word.strip()]

    @property
    def checks(self) -> Checks:
        """The checks that suites may name; raises `CustomCheckError`."""
        if self._checks is None:
            from dropcheck.run.custom_checks import load_checks

            self._checks = load_checks(self.words("checks"))
        return self._checks

    def add_suite(self, suite: Suite, file: SuiteFile) -> bool:
        """Take a suite in; return whether its cases belong to `file`, not to another that includes it.

        Two suites of one name would have the same cases, so the second is an error.
        """
        known = self._suites.setdefault(suite.suite, suite)
        if known.path != suite.path:
            raise file.CollectError(
                f"{suite.path}: two suites are called `{suite.suite}`; the other is {known.path}; rename one"
            )
        return self._files.setdefault(suite.suite, file.path) == file.path

    def result_of(self, item: CaseItem) -> CaseResult:
        """Return the result of an item's case, having put this process's share of cases to work."""
        if self._run is None:
            self._run = self._started(item.session)
        self._run.submit(one.case for one in self._share(item))
        return self._run.result(item.case)

    def finish(self) -> None:
        """End the run; write the results, or hand them to the process that deals out the work."""
        results: Results | None = None
        if self._run is not None:
            from dropcheck.run.api import as_planned

            run, self._run = self._run, None
            results = as_planned(run.finish(interrupted=bool(self._unfinished)), self._cases)
        output = getattr(self._config, "workeroutput", None)
        if results is not None and output is not None:
            output["dropcheck_results"] = results.to_json(indent=None)
        elif output is None:
            self._write([*self._shares, *([results] if results is not None else [])])
        if self._temporary is not None:
            self._temporary.cleanup()

    def take_share(self, text: str) -> None:
        """Take what one worker found."""
        from dropcheck.report.reading import parse

        self._shares.append(parse(text, "a worker's results"))

    def tell_allure(self, result: CaseResult) -> None:
        """Show hops as steps and attach screenshots, where allure-pytest is writing."""
        if self._config.getoption("allure_report_dir", None):
            from dropcheck.pytest_allure import tell

            tell(result, self._folder())

    def _folder(self) -> Path | None:
        named = self._config.getoption("dropcheck_out")
        if named:
            return Path(named)
        if not self._config.getoption("allure_report_dir", None):
            return None
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="dropcheck-")
        return Path(self._temporary.name)

    def _started(self, session: pytest.Session) -> BackgroundRun:
        from dropcheck.device.load import load_profiles
        from dropcheck.engine.select import EngineChoice, make_engine
        from dropcheck.run.background import BackgroundRun
        from dropcheck.run.evidence import prepare_folder
        from dropcheck.run.options import RunOptions, default_jobs
        from dropcheck.run.runner import Runner

        option = self._config.getoption
        folder, account = self._folder(), option("dropcheck_account")
        workers = getattr(self._config, "workerinput", {}).get("workercount", 1)
        options = RunOptions(
            jobs=option("dropcheck_jobs") or (max(2, default_jobs() // workers) if workers > 1 else None),
            engines=tuple(self.words("engine")),
            resolve=tuple(self.words("resolve")),
            insecure=option("dropcheck_insecure"),
            out=prepare_folder(folder) if folder is not None else None,
            trace=option("dropcheck_trace"),
            send_analytics=option("dropcheck_send_analytics"),
            account=Path(account) if account else None,
        )
        items = (item for item in session.items if isinstance(item, CaseItem))
        # Every file has a plan of its own; this is the order of all of them, the same in every process.
        cases = [replace(item.case, number=number) for number, item in enumerate(items, start=1)]
        profiles = tuple(dict.fromkeys(case.profile for case in cases if case.profile is not None))
        suites = [self._suites[name] for name in dict.fromkeys(case.suite for case in cases)]

        def make_runner() -> Runner:
            return Runner(
                suites,
                self.checks.functions(),
                load_profiles(),
                options,
                choose=EngineChoice.parse(options.engines),
                make=make_engine,
            )

        run = BackgroundRun(make_runner)
        run.start(cases, profiles)
        self._cases, self._unfinished = cases, {case.id for case in cases}
        return run

    def _share(self, item: CaseItem) -> Iterable[CaseItem]:
        """This item and those that this process is known to run after it."""
        items = item.session.items
        indices = _dealt_to_this_worker(self._config)
        ahead: Iterable[pytest.Item] = items if indices is None else (items[index] for index in indices)
        self._unfinished.discard(item.case.id)
        return [item, *(one for one in ahead if isinstance(one, CaseItem))]

    def _write(self, shares: list[Results]) -> None:
        folder = self._config.getoption("dropcheck_out")
        if not shares or not folder:
            return
        from dropcheck.report.html import write_html
        from dropcheck.report.merging import merge
        from dropcheck.run.results_file import NAME, write_results

        out = Path(folder)
        results = merge(shares) if len(shares) > 1 else shares[0]
        write_results(results, out / NAME)
        write_html(results, out / "report", evidence=out)


def _dealt_to_this_worker(config: pytest.Config) -> list[int] | None:
    """The indices of items that pytest-xdist has already dealt to this worker; None without xdist.

    Nothing public tells them, so what can't be read is left out: the items then only start one by one.
    """
    if not hasattr(config, "workerinput"):
        return None
    dealer = next((one for one in config.pluginmanager.get_plugins() if hasattr(one, "torun")), None)
    dealt = [getattr(dealer, "nextitem_index", None)]
    # Work that another worker may still steal must not be begun here.
    if config.workerinput.get("dropcheck_dist") != "worksteal":
        with suppress(AttributeError, TypeError), dealer.torun.lock() as waiting:  # type: ignore[union-attr]
            dealt += list(waiting)
    return [index for index in dealt if isinstance(index, int)]
