"""A site map that can't be served is refused with its file, its line and the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.localnet import LocalInternet, SiteMapError
from dropcheck.localnet.message import Request
from dropcheck.localnet.site_map import Site, When, load_sites


def write(folder, text, host="one.example"):
    file = folder / "sites" / host / "site.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("routes:\n  /a: {txt: hello}\n", r"one\.example/site\.yaml:2: .*txt"),
        ("routes:\n  /a: {text: a, file: b}\n", r":2: .*one body, not file and text"),
        ("routes:\n  a: {text: a}\n", r":1: .*begins with a slash, 'a' doesn't"),
        ("tls: rotten\n", r":1: tls"),
        ("routes:\n  /a: {when: {user_agent: '('}, text: a}\n", r":2: .*not a regular expression"),
        ("routes:\n  /a: {file: missing.html}\n", r"/a: no such file: missing\.html"),
        ("routes:\n  /a: {file: ../../../secret}\n", r"outside the fixtures"),
        ("routes:\n  /a: {template: missing.html}\n", r"/a: no such template: missing\.html"),
        ("routes:\n  /a: {fault: tired}\n", r"/a: no fault 'tired' in faults\.yaml"),
        ("routes: [\n", r":2: not valid YAML"),
        ("- a\n", r":1: expected a mapping, found list"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, text, says):
    write(tmp_path, text)
    with pytest.raises(SiteMapError, match=says):
        LocalInternet(tmp_path)


def test_two_sites_can_not_answer_for_one_host(tmp_path):
    write(tmp_path, "aliases: [two.example]\n")
    write(tmp_path, "routes: {}\n", "two.example")
    with pytest.raises(SiteMapError, match=r"two\.example is answered by .*one\.example/site\.yaml already"):
        load_sites(tmp_path)


def test_a_folder_without_sites_is_told(tmp_path):
    with pytest.raises(SiteMapError, match="sites: no such folder"):
        LocalInternet(tmp_path)


def test_a_literal_route_wins_over_one_with_parameters(tmp_path):
    site = Site.model_validate(
        {
            "host": "a",
            "folder": tmp_path,
            "routes": {"/{x}": {"text": "any"}, "/b": {"text": "b"}, "/c/{r:path}": {"text": "c"}},
        }
    )
    assert site.find("/b") == ("/b", {})
    assert site.find("/z") == ("/{x}", {"x": "z"})
    assert site.find("/c/d/e") == ("/c/{r:path}", {"r": "d/e"})
    assert site.find("/y/z") is None


@given(st.integers(1, 5), st.integers(1, 10))
def test_the_first_n_requests_are_the_first_n(first, visit):
    request = Request("https", "a.example", "GET", "/")
    assert When(first=first).holds(request, visit) == (visit <= first)


@given(st.text(st.characters(codec="ascii", exclude_characters=" #\r\n"), max_size=40))
def test_a_request_never_raises_on_its_target(target):
    request = Request("https", "a.example", "GET", "/" + target)
    assert request.path.startswith("/")
    assert isinstance(request.parameters, dict)
