"""The report opened in a real browser: readable by everyone, quiet, offline, and deaf to hostile text."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from tests.report.example_results import case, cases, hostile_results, many_cases, outcome, release, results

from dropcheck.report import Edition, ReportWarning, write_html, write_index
from dropcheck.result import Results

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


@dataclass
class Opened:
    """A page with everything it said and asked for."""

    page: Page
    noise: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def open_page(reader: Browser, path: Path, size: ViewportSize, query: str = "", **context: object) -> Opened:
    page = reader.new_context(viewport=size, reduced_motion="reduce", **context).new_page()  # type: ignore[arg-type]
    opened = Opened(page)
    page.on("console", lambda message: opened.noise.append(message.text))
    page.on("pageerror", lambda error: opened.noise.append(str(error)))
    page.on("dialog", lambda dialog: opened.noise.append(f"dialog {dialog.message}"))
    page.on("request", lambda request: opened.requests.append(request.url))
    page.goto(path.as_uri() + query)
    return opened


def two_releases() -> Results:
    """A healthy release and its broken twin in one run."""
    healthy = [
        case("bio", "tiktok-ios", "escape", "pass", suite="healthy", outcome=outcome("app", "auto")),
        case(None, None, "metadata", "pass", suite="healthy"),
    ]
    return results(cases=[*cases(), *healthy], releases=[release(), {**release(), "suite": "healthy"}])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, evidence: Path) -> dict[str, Path]:
    """Every kind of page, written once."""
    folder = tmp_path_factory.mktemp("reports")
    old = results(cases=[one for one in cases() if one["verdict"] != "error"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReportWarning)
        label = Edition(label=True, client="Nightjar Records", notes="One.\n\nTwo.", language="de")
        pages = {
            "folder": write_html(results(), folder / "site", evidence=evidence, previous=old),
            "single": write_html(results(), folder / "one.html", evidence=evidence, single_file=True),
            "label": write_html(results(), folder / "label", evidence=evidence, edition=label),
            "hostile": write_html(hostile_results(), folder / "hostile", evidence=evidence),
            "releases": write_html(two_releases(), folder / "releases", evidence=evidence),
            "empty": write_html(results(cases=[], releases=[], profiles=[]), folder / "empty"),
        }
    pages["phone"] = pages["folder"].with_name("on-your-phone.html")
    links = {"site/index.html": results(), "hostile/index.html": hostile_results()}
    pages["index"] = write_index(links, folder / "index.html")
    return pages


KINDS = ("folder", "single", "label", "hostile", "releases", "empty", "phone", "index")


LOOKS = [
    *((kind, DESK, "light") for kind in KINDS),
    *((kind, PHONE, "light") for kind in ("folder", "hostile", "phone", "releases", "index")),
    *((kind, DESK, "dark") for kind in ("folder", "index")),
]


@pytest.mark.parametrize(
    ("kind", "size", "scheme"),
    LOOKS,
    ids=lambda look: str(look.get("width")) if isinstance(look, dict) else look,
)
def test_axe_finds_no_violation(
    reader: Browser, made: dict[str, Path], kind: str, size: ViewportSize, scheme: str
) -> None:
    axe_playwright = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is missing: pip install axe-playwright-python"
    )
    opened = open_page(reader, made[kind], size, color_scheme=scheme)
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = axe_playwright.Axe().run(opened.page)
    problems = [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found.response["violations"]
    ]
    opened.page.context.close()
    assert problems == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_quiet_offline_and_never_wider_than_the_screen(
    reader: Browser, made: dict[str, Path], kind: str, size: ViewportSize
) -> None:
    opened = open_page(reader, made[kind], size, offline=True)
    width = opened.page.evaluate("document.documentElement.scrollWidth")
    broken = opened.page.evaluate(
        "[...document.images].filter(one => !one.naturalWidth).map(one => one.src.slice(0, 80))"
    )
    opened.page.context.close()
    assert opened.noise == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert width <= size["width"]
    assert broken == []


def test_hostile_text_becomes_no_element_no_link_and_no_picture(
    reader: Browser, made: dict[str, Path]
) -> None:
    page = open_page(reader, made["hostile"], DESK).page
    assert page.locator("main script, main img[src=x], [onerror], [onclick], [onload]").count() == 0
    addresses = page.evaluate(
        "[...document.querySelectorAll('[href],[src]')]"
        ".map(one => one.getAttribute('href') ?? one.getAttribute('src'))"
    )
    assert [one for one in addresses if one.startswith(("javascript:", "data:text", "/etc"))] == []
    assert page.locator("h1").count() == 1
    assert "مارا فالي" in page.locator(".kicker").first.inner_text()
    page.context.close()


def test_a_file_outside_the_results_folder_is_never_shown(made: dict[str, Path]) -> None:
    text = made["hostile"].read_text(encoding="utf-8")
    assert "root:" not in text
    assert "{{7*7}}" in text
    assert "Picture missing" in text


def test_the_page_says_everything_without_its_script(reader: Browser, made: dict[str, Path]) -> None:
    page = open_page(reader, made["folder"], DESK, java_script_enabled=False).page
    assert page.locator("h1").inner_text() == "2 things are broken."
    for heading in (
        "What to do",
        "Every link, every phone",
        "What the stores show",
        "TikTok Sound Page",
        "From view to stream",
    ):
        assert page.get_by_role("heading", name=heading, exact=True).count() == 1
    assert page.locator("form.filter").is_hidden()
    assert page.locator(".cell", has_text="Stuck inside the app").count() == 1
    page.context.close()


def test_both_branches_of_a_contested_journey_are_told_apart(reader: Browser, made: dict[str, Path]) -> None:
    page = open_page(reader, made["folder"], DESK).page
    journey = page.locator("details.journey", has_text="Sources disagree")
    assert journey.locator(".film-wrap").count() == 2
    assert [" ".join(text.split()) for text in journey.locator(".branch").all_inner_texts()] == [
        "Works but loses fans If the phone behaves at its worst",
        "Works If it behaves at its best",
    ]
    assert journey.locator(".b-modelled").count() >= 2
    assert journey.locator(".b-observed").count() >= 2
    page.context.close()


def test_a_filter_narrows_the_journeys_and_is_kept_in_the_address(
    reader: Browser, made: dict[str, Path]
) -> None:
    page = open_page(reader, made["folder"], DESK).page
    page.get_by_role("radio", name="Broken").check()
    shown = page.locator("details.journey:visible")
    assert {one.get_attribute("data-word") for one in shown.all()} == {"broken"}
    assert "show=broken" in page.url
    page.reload()
    assert page.get_by_role("radio", name="Broken").is_checked()
    assert {one.get_attribute("data-word") for one in page.locator("details.journey:visible").all()} == {
        "broken"
    }
    page.context.close()


def test_a_matrix_cell_opens_its_journey_with_the_keyboard_alone(
    reader: Browser, made: dict[str, Path]
) -> None:
    page = open_page(reader, made["folder"], DESK).page
    cell = page.get_by_role("link", name="The real browser opens once the fan says yes")
    target = str(cell.get_attribute("href"))
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("id => document.getElementById(id).open", arg=target[1:])
    page.context.close()


def test_a_message_carries_its_evidence_but_none_of_the_tools_own_words(
    reader: Browser, made: dict[str, Path]
) -> None:
    page = open_page(reader, made["folder"], DESK).page
    letter = page.locator(".advice", has_text="Deezer shows another ISRC").locator("pre").text_content() or ""
    assert "please correct the ISRC on Deezer" in letter
    assert letter.endswith("Evidence:\nExpected: QZABC2600001\nFound: QZABC2600009\n")
    page.context.close()


def test_the_sound_pages_tick_is_remembered(reader: Browser, made: dict[str, Path]) -> None:
    page = open_page(reader, made["phone"], PHONE).page
    page.get_by_label("I saw the button in the app").check()
    page.reload()
    assert page.get_by_label("I saw the button in the app").is_checked()
    page.context.close()


def test_two_thousand_cases_open_folded_and_scroll_short(reader: Browser, tmp_path: Path) -> None:
    page = open_page(reader, write_html(many_cases(2000), tmp_path), DESK).page
    assert page.locator("details.journey").count() == 2000
    assert page.evaluate("document.documentElement.scrollHeight") < 60_000
    page.locator("input[name=q]").fill("link-97 instagram")
    page.wait_for_function("document.querySelector('form.filter output').textContent === '2 shown'")
    page.context.close()


def test_label_mode_has_no_tool_words_and_speaks_its_language(reader: Browser, made: dict[str, Path]) -> None:
    page = open_page(reader, made["label"], DESK).page
    text = page.locator("body").inner_text()
    assert "dropcheck" not in text
    assert "Nightjar Records" in text
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("h1").inner_text() == "2 Dinge sind kaputt."
    assert page.locator(".tech").count() == 0
    page.context.close()
