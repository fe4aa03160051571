"""From a file to a suite, and everything that can be wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dropcheck.check.options import EscapeOptions, builtin_registry
from dropcheck.suite import (
    Suite,
    SuiteError,
    find_suites,
    json_schema,
    load_file,
    load_suite,
    load_suites,
    looks_like_suite,
    parse_suite,
    plan,
)
from dropcheck.suite.model import DEFAULT_PROFILES

from .conftest import APPLE, SPOTIFY, outcome

FULL = f"""\
# yaml-language-server: $schema=./suite.schema.json
version: 1
suite: neon-hours
release:
  title: Neon Hours
  artists: [{{name: Mara Vale, spotify: 4Z8W4fKeB5YxbusRsdQVPb}}]
  isrc: QZABC2600001
  upc: "859712345678"
  released: 2026-11-20T00:00:00-05:00
  duration: "2:58"
  explicit: false
  spotify: {SPOTIFY}
  apple_music: {APPLE}
  tiktok_sound: https://www.tiktok.com/music/neon-hours-7300000000000000001
profiles: [tiktok-ios, tiktok-android, instagram-ios, instagram-android]
links:
  - name: bio
    url: https://bio.example/mara?utm_source=tiktok
    placement: tiktok-bio
    checks:
      - escape: {{to: app, app: spotify, opens: release.spotify, max_taps: 1, keeps: [utm_source]}}
  - name: presave
    url: https://smart.example/neon-hours
    checks:
      - escape: {{to: browser}}
      - presave: {{service: spotify, depth: anonymous, scopes: [user-library-modify]}}
checks:
  - metadata: {{sources: [spotify, deezer, apple_music]}}
  - sound_page: {{}}
"""


def test_the_suite_of_the_design_is_read(load):
    suite: Suite = load(FULL)
    assert suite.suite == "neon-hours"
    assert suite.release.duration == 178
    assert suite.release.upc == "859712345678"
    assert suite.release.released is not None
    assert suite.release.released.everywhere.isoformat() == "2026-11-20T00:00:00-05:00"
    assert [link.name for link in suite.links] == ["bio", "presave"]
    escape = suite.links[0].checks[0].options
    assert isinstance(escape, EscapeOptions)
    assert escape.keeps == ("utm_source",)
    assert escape.names_max_taps
    assert [call.check for call in suite.checks] == ["metadata", "sound_page"]


def test_a_wrong_check_digit_is_a_warning_and_stops_nothing(load):
    (warning,) = load(FULL).warnings
    assert (warning.line, warning.severity) == (8, "warning")


def test_six_lines_are_enough(load):
    suite = load(
        f"release:\n  spotify: {SPOTIFY}\nlinks:\n  - url: https://bio.example/mara\n", name="neon.yaml"
    )
    assert suite.suite == "neon"
    assert suite.profiles == ("tiktok-ios", "tiktok-android", "instagram-ios", "instagram-android")
    assert suite.links[0].name == "bio-example-mara"


def test_json_is_read_too(load):
    suite = load(
        '{"suite": "j", "release": {"upc": 12345678901231}, "links": [{"url": "https://a.example"}]}',
        name="s.json",
    )
    assert suite.release.upc == "12345678901231"


def test_what_yaml_would_misread_is_read_as_typed(load):
    suite = load(
        "release: {title: 1989, duration: 2:58, upc: 0859712345678, markets: [NO, GB], explicit: no}\n"
        "links: [{url: 'https://a.example'}]\n"
    )
    sheet = suite.release
    assert (sheet.title, sheet.duration, sheet.upc, sheet.markets, sheet.explicit) == (
        "1989",
        178.0,
        "0859712345678",
        ("NO", "GB"),
        False,
    )


def test_everything_wrong_in_a_file_is_told_at_once_from_top_to_bottom(refused):
    problems = refused(
        "suite: neon hours\n"
        "relase: {}\n"
        "release:\n"
        "  explicit: perhaps\n"
        "links:\n"
        "  - name: bio\n"
        "    checks:\n"
        "      - escpe\n"
        "      - escape: {max_tap: 1, to: ap}\n"
        "  - url: javascript:alert(1)\n"
    )
    assert [p.line for p in problems] == [1, 2, 4, 6, 8, 9, 9, 10]
    said = "\n".join(str(p) for p in problems)
    for expected in (
        "did you mean `release`?",
        "`url` is missing",
        "did you mean `escape`?",
        "did you mean `max_taps`?",
        "did you mean `app`?",
        "only http:// and https://",
    ):
        assert expected in said


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("spotify: https://open.spotify.com/track/x", "belongs under `release:`"),
        ("url: https://a.example", "belongs to a link"),
        ("linkz: []", "did you mean `links`?"),
    ],
)
def test_a_key_in_the_wrong_place_is_told_its_place(refused, line, hint):
    assert any(hint in p.hint for p in refused(f"{line}\nlinks: [{{url: 'https://a.example'}}]\n"))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "spotify:track:11dFghVXANMlKmJXsNCbNl",
        "intent://x#Intent;end",
        "data:text/html,x",
        "//bio.example/x",
        "bio.example/mara",
        "bio.example:443/mara",
        "https://",
        "https:bio.example",
        "https:///path",
        "https://user:pass@bio.example/",
        "https://bio.example\\@evil.example",
        "https://bio.example:99999/",
        "https://bio.example:0/",
        "https://[::1",
        "https://a..example/",
        "https://bio.example/a b",
        "https://bio.example/\\x00",
        "https://bio.example/" + "a" * 9000,
        "",
    ],
)
def test_nothing_but_web_addresses_gets_in(refused, url):
    quoted = '"' + url.replace("\\@", "\\\\@") + '"'
    problems = refused(f"links:\n  - url: {quoted}\n")
    assert problems[0].line == 2


@pytest.mark.parametrize(
    "url",
    [
        "https://bio.example/mara?utm_source=tiktok#top",
        "HTTP://BIO.example",
        "http://[2001:db8::1]:8080/",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/é",
        "https://my_host.example/",
    ],
)
def test_a_web_address_is_kept_as_published(load, url):
    assert load(f'links:\n  - url: "{url}"\n').links[0].url == url


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "a suite is a mapping"),
        ("just words", "a suite is a mapping"),
        ("", "empty"),
        ("suite: x", "nothing to check"),
        ("links: []", "nothing to check"),
        ("version: 2\nlinks: [{url: 'https://a.example'}]", "not known for `version`"),
        ("links: 3", "a list is expected"),
        ("links: {url: 'https://a.example'}", "a list is expected"),
        ("links: [https://a.example]", "a mapping of keys and values is expected"),
        ("links: [{url: [1]}]", "a text is expected, not a list"),
        ("profiles: []\nlinks: [{url: 'https://a.example'}]", "no profile is named"),
        ("links: [{url: 'https://a.example', name: a/b}]", "a name is letters"),
        ("links: [{url: 'https://a.example', tap: ['text=Listen', ' ']}]", "an empty selector"),
        (
            "links: [{url: 'https://a.example', name: a}, {url: 'https://b.example', name: a}]",
            "two links are called `a`",
        ),
        ("links: [{url: 'https://a.example', checks: {escape: {}}}]", "`checks` is a list"),
        ("links: [{url: 'https://a.example', checks: [metadata]}]", "checks the release, not a link"),
        ("links: [{url: 'https://a.example', checks: [escape, escape]}]", "stands here twice"),
        ("links: [{url: 'https://a.example', checks: [{escape: {}, name: x}]}]", "stands beside"),
        ("links: [{url: 'https://a.example', checks: [{escape: {}, presave: {}}]}]", "stands beside"),
        ("links: [{url: 'https://a.example', checks: [{escape: 3}]}]", "takes options as a mapping"),
        ("links: [{url: 'https://a.example', checks: [{}]}]", "this is not a check"),
        ("links:\n- url: https://a.example\n  checks:\n  - escape {to: app}", "a colon is missing"),
        (
            "links: [{url: 'https://a.example', checks: [escape: {opens: relase.spotify}]}]",
            "`release.spotify`?",
        ),
        ("links: [{url: 'https://a.example', checks: [escape: {opens: a.example}]}]", "https://a.example"),
        ("release: {spotify: 'spotify:track:11dFghVXANMlKmJXsNCbNl'}", SPOTIFY),
        (
            "links: [{url: 'https://a.example', checks: [{escape: {known: {rules: [a]}}}]}]",
            "`reason` is missing",
        ),
        ("release: {spotify: 'https://music.apple.com/us/song/1'}", "not an address of Spotify"),
        ("release: {released: 2026-11-20T00:00:00}", "no time zone"),
        ("release: {isrc: QZABC26OOOO1}", "letter O"),
        ("release: {upc: 59712345678}", "leading zeros"),
        ("release: {upc: 8.59712E+11}", "rounded number"),
        ("access: {a.example: {}}", "sends nothing"),
        ("access: {'https://a.example': {basic: {username: a, password: b}}}", "by host"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_word_about_it(refused, text, said):
    assert said in "\n".join(str(p) for p in refused(text))


def test_a_check_needs_no_options(load):
    suite = load(
        f"release: {{spotify: {SPOTIFY}}}\n"
        "links:\n  - url: https://a.example\n    checks: [escape, presave: ]\n"
    )
    assert [call.check for call in suite.links[0].checks] == ["escape", "presave"]


def test_variables_are_read_and_only_those_with_the_prefix(load, refused):
    text = "links:\n  - url: https://${DROPCHECK_VAR_HOST}/a\n    name: $${x}\n"
    environ = {"DROPCHECK_VAR_HOST": "a.example", "DROPCHECK_SPOTIFY_SECRET": "s3cret"}
    assert refused(text, environ)[0].line == 3  # "$${x}" means "${x}", which is no name
    assert load(text.replace("    name: $${x}\n", ""), environ).links[0].url == "https://a.example/a"
    (problem,) = refused("links:\n  - url: https://a.example/${DROPCHECK_SPOTIFY_SECRET}\n", environ)
    assert (problem.line, problem.column) == (2, 10)
    assert "cannot be read" in problem.message
    assert "s3cret" not in str(problem)


def test_an_unset_variable_is_one_error_with_its_name_and_line(refused):
    for environ in ({}, {"DROPCHECK_VAR_X": ""}):
        (problem,) = refused("links:\n  - url: ${DROPCHECK_VAR_X}\n", environ)
        assert problem.line == 2
        assert "DROPCHECK_VAR_X is not set" in problem.message


def test_the_value_of_a_variable_is_never_shown(refused):
    problems = refused(
        "release: {explicit: '${DROPCHECK_VAR_S}', upc: '${DROPCHECK_VAR_S}'}\n"
        "internet: ${DROPCHECK_VAR_S}\nlinks: [{url: 'https://a.example', name: '${DROPCHECK_VAR_S}'}]\n",
        {"DROPCHECK_VAR_S": "top/s3cret"},
    )
    assert len(problems) >= 3
    assert "s3cret" not in "\n".join(map(str, problems))


def test_passwords_of_access_stay_hidden(load, refused):
    suite = load(
        "access: {Preview.example: {basic: {username: me, password: '${DROPCHECK_VAR_P}'}}}\nlinks: [{url: 'https://preview.example'}]",
        {"DROPCHECK_VAR_P": "s3cret"},
    )
    assert "s3cret" not in repr(suite)
    assert suite.access["preview.example"].basic.password.get_secret_value() == "s3cret"
    problems = refused(
        "access: {h: {basic: {username: s3cret, pasword: s3cret}}}\nlinks: [{url: 'https://a.example'}]"
    )
    assert "s3cret" not in "\n".join(map(str, problems))


def test_an_include_gives_what_the_suite_leaves_out(load, tmp_path: Path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "_base.yaml").write_text(
        f"release: {{title: Base, spotify: '{SPOTIFY}'}}\nlinks: [{{name: first, url: 'https://a.example'}}]\n"
        "include: _more.yaml\nprofiles: [safari-ios]\n"
    )
    (tmp_path / "parts" / "_more.yaml").write_text("release: {label: More, title: No}\n")
    suite = load(
        "include: [parts/_base.yaml]\nrelease: {title: Own}\nlinks: [{name: second, url: 'https://b.example'}]\n"
    )
    assert (suite.release.title, suite.release.label, suite.release.spotify) == ("Own", "More", SPOTIFY)
    assert [link.name for link in suite.links] == ["first", "second"]
    assert suite.profiles == ("safari-ios",)


def test_a_problem_in_an_included_file_names_that_file(refused, tmp_path: Path):
    (tmp_path / "_base.yaml").write_text("release:\n  explicit: perhaps\n")
    (problem,) = refused("include: _base.yaml\nlinks: [{url: 'https://a.example'}]\n")
    assert problem.file.endswith("_base.yaml")
    assert problem.line == 2


def test_a_part_included_by_two_ways_counts_once(load, tmp_path: Path):
    (tmp_path / "_c.yaml").write_text("links: [{name: c, url: 'https://c.example'}]\n")
    (tmp_path / "_a.yaml").write_text("include: _c.yaml\n")
    (tmp_path / "_b.yaml").write_text("include: _c.yaml\n")
    assert [link.name for link in load("include: [_a.yaml, _b.yaml]\n").links] == ["c"]


TWIN = "suite: twin\nlinks: [{name: a, url: 'https://twin.example'}]\n"
OWN = "suite: own\nlinks: [{name: a, url: 'https://own.example'}]\n"


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder / f"{next(iter(files))}.yaml"


def test_an_included_file_with_its_own_suite_stands_alone(tmp_path: Path):
    file = written(tmp_path, own="include: [_twin.yaml]\n" + OWN, _twin=TWIN)
    own, twin = load_file(file, REGISTRY, {})
    assert (own.suite, [link.url for link in own.links]) == ("own", ["https://own.example"])
    assert (twin.suite, [link.url for link in twin.links]) == ("twin", ["https://twin.example"])
    assert twin.path == (tmp_path / "_twin.yaml").resolve()
    assert load_suite(file, REGISTRY, {}).links == own.links


def test_case_ids_of_included_suites_stay_unique(tmp_path: Path):
    file = written(tmp_path, own="include: [_twin.yaml]\n" + OWN, _twin=TWIN)
    (tmp_path / "_twin.yaml").write_text(TWIN.replace("suite: twin", "suite: own"))
    with pytest.raises(SuiteError, match="two suites are called `own`"):
        plan(load_file(file, REGISTRY, {}), DEFAULT_PROFILES, REGISTRY)


def test_a_suite_that_is_included_and_found_beside_it_is_loaded_once(tmp_path: Path):
    written(tmp_path, own="include: [twin.yaml]\n" + OWN, twin="include: [own.yaml]\n" + TWIN)
    assert [suite.suite for suite in load_suites([tmp_path], REGISTRY, {})] == ["own", "twin"]


def test_a_file_of_nothing_but_includes_gives_no_suite_of_its_own(tmp_path: Path):
    file = written(tmp_path, month="suite: month\ninclude: [own.yaml, twin.yaml]\n", own=OWN, twin=TWIN)
    assert [suite.suite for suite in load_suites([file], REGISTRY, {})] == ["own", "twin"]


def test_problems_of_an_included_suite_are_told_with_its_own_file(tmp_path: Path):
    file = written(tmp_path, own="include: [_twin.yaml]\n" + OWN, _twin=TWIN + "colour: red\n")
    with pytest.raises(SuiteError) as caught:
        load_file(file, REGISTRY, {})
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(tmp_path / "_twin.yaml"), 3)


@pytest.mark.parametrize(
    ("include", "said"),
    [
        ("_missing.yaml", "there is no file"),
        ("../outside.yaml", "outside the suite's folder"),
        ("/etc/passwd", "only files of its own folder"),
        ("C:\\secret.yaml", "only files of its own folder"),
        ("https://a.example/x.yaml", "an address, not a file"),
        ("link.yaml", "outside the suite's folder"),
        ("folder", "there is no file"),
        ("suite.yaml", "include each other"),
        ("_cycle.yaml", "include each other"),
        ("[[a]]", "a file name is expected"),
    ],
)
def test_an_include_that_cannot_be_is_refused(refused, tmp_path: Path, include, said):
    outside = tmp_path.parent / "outside.yaml"
    outside.write_text("suite: stolen\n")
    (tmp_path / "link.yaml").symlink_to(outside)
    (tmp_path / "folder").mkdir()
    (tmp_path / "_cycle.yaml").write_text("include: suite.yaml\n")
    problems = refused(f"include: {include}\nlinks: [{{url: 'https://a.example'}}]\n")
    assert said in problems[0].message
    assert problems[0].line == 1


def test_artwork_is_a_file_of_the_suites_folder(load, refused, tmp_path: Path):
    (tmp_path / "cover.jpg").write_bytes(b"x")
    text = "release: {artwork: %s}\nlinks: [{url: 'https://a.example'}]\n"
    suite = load(text % "cover.jpg")
    assert suite.release.artwork == "cover.jpg"
    assert suite.file("cover.jpg").read_bytes() == b"x"
    for name, said in (
        ("../../etc/passwd", "outside"),
        ("none.jpg", "there is no file"),
        ("https://a/b.jpg", "an address"),
    ):
        assert said in refused(text % name)[0].message


def test_artwork_of_an_included_part_is_found_beside_that_part(load, tmp_path: Path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "cover.jpg").write_bytes(b"x")
    (tmp_path / "parts" / "_base.yaml").write_text("release: {artwork: cover.jpg}\n")
    suite = load("include: parts/_base.yaml\nlinks: [{url: 'https://a.example'}]\n")
    assert suite.release.artwork == "parts/cover.jpg"


def test_nameless_links_are_named_by_their_address_and_stay_apart(load):
    suite = load("links:\n  - url: https://a.example/x\n  - url: https://a.example/x?b=1\n")
    assert [link.name for link in suite.links] == ["a-example-x", "a-example-x-2"]


def test_suites_of_a_folder_are_found_without_their_parts(tmp_path: Path):
    link = "links: [{url: 'https://a.example'}]\n"
    (tmp_path / "b.yaml").write_text("suite: b\n" + link)
    (tmp_path / "a.json").write_text('{"links": [{"url": "https://a.example"}]}')
    (tmp_path / "_part.yaml").write_text(link)
    (tmp_path / "other.yaml").write_text("jobs: {links: 1}\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "c.yaml").write_text(link)
    assert [file.name for file in find_suites(tmp_path)] == ["a.json", "b.yaml"]
    assert [suite.suite for suite in load_suites([tmp_path], builtin_registry(), {})] == ["a", "b"]
    assert not looks_like_suite(tmp_path / "other.yaml")


def test_the_problems_of_all_files_are_told_together(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("links: 1\n")
    (tmp_path / "b.yaml").write_text("links: 2\n")
    with pytest.raises(SuiteError) as caught:
        load_suites([tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "c.yaml"], builtin_registry(), {})
    assert [Path(p.file).name for p in caught.value.problems] == ["a.yaml", "b.yaml", "c.yaml"]


def test_a_thousand_like_problems_are_cut(refused):
    problems = refused("links:\n" + "  - {urk: x}\n" * 1000)
    assert len(problems) <= 101
    assert "more problems" in problems[-1].message


REGISTRY = builtin_registry()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_are_a_suite_or_a_suite_error(tmp_path: Path, raw: bytes):
    file = tmp_path / "fuzz.yaml"
    file.write_bytes(raw)
    assert outcome(lambda: load_suite(file, REGISTRY, {}))


LINES = FULL.splitlines()
SNIPPETS = (
    *("'", '"', ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "<<: ", "!", "${", "${DROPCHECK_VAR_X}", "\t"),
    *("null", "\x85", "9" * 30, "include: x", "links_from: x", "known: ", "expect: {a: b}", "💿", "\u202e"),
    *("\ufeff", "nan", "-1", "release.spotify", "1e999"),
)


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_suite_is_a_suite_or_a_suite_error(data: st.DataObject):
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(lines) - 1))
        line = lines[number]
        start = data.draw(st.integers(0, len(line)))
        end = data.draw(st.integers(start, len(line)))
        lines[number] = line[:start] + data.draw(st.sampled_from(SNIPPETS) | st.text(max_size=3)) + line[end:]
    assert outcome(lambda: parse_suite("\n".join(lines), REGISTRY, {"DROPCHECK_VAR_X": "x"}))


values = st.recursive(
    st.none() | st.text(max_size=8) | st.integers() | st.sampled_from(SNIPPETS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    "version",
    "suite",
    "include",
    "release",
    "profiles",
    "links",
    "links_from",
    "checks",
    "tags",
    "internet",
    "access",
)
SHEET = (
    "title",
    "artists",
    "isrc",
    "upc",
    "released",
    "duration",
    "explicit",
    "artwork",
    "spotify",
    "tracks",
    "identities",
)
LINK = ("url", "name", "placement", "profiles", "checks", "tags", "tap", "variants", "phones", "until")


@given(
    st.dictionaries(st.sampled_from(KEYS), values, max_size=4),
    st.dictionaries(st.sampled_from(SHEET), values, max_size=4),
    st.dictionaries(st.sampled_from(LINK), values, max_size=4),
    st.sampled_from(["escape", "presave", "metadata", "funnel"]),
    values,
)
def test_wrong_values_anywhere_are_a_suite_error(top, sheet, link, check, options):
    document = {"release": sheet, "links": [{**link, "checks": [{check: options}]}], **top}
    assert outcome(lambda: parse_suite(json.dumps(document), REGISTRY, {}))


def test_the_schema_beside_suites_is_no_suite(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(OWN)
    (tmp_path / "suite.schema.json").write_text(json.dumps(json_schema(REGISTRY), indent=2))
    (tmp_path / "b.json").write_text(json.dumps({"suite": "b", "links": [{"url": "https://b.example"}]}))
    assert [file.name for file in find_suites(tmp_path)] == ["a.yaml", "b.json"]


def test_a_link_that_leads_in_circles_is_one_clear_error(tmp_path: Path):
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    with pytest.raises(SuiteError, match=r"a\.yaml: (cannot be read|there is no such file)"):
        load_suites([tmp_path / "a.yaml"], REGISTRY, {})
