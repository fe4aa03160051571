"""Which engine a profile runs on, and what its results must say about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropcheck.device.load import load_profiles
from dropcheck.device.model import Profile
from dropcheck.engine.select import (
    CHROMIUM,
    COSTUME_NOTE,
    WEBKIT,
    WEBKITGTK,
    EngineChoice,
    EngineChoiceError,
    make_engine,
)
from dropcheck.network import Dialler, EgressProxy


@pytest.fixture(scope="module")
def phones() -> dict[str, Profile]:
    return dict(load_profiles())


@pytest.fixture
def without(tmp_path: Path) -> dict[str, str]:
    return {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}


@pytest.fixture
def with_webkit(tmp_path: Path) -> dict[str, str]:
    program = tmp_path / "webkit-2311" / "pw_run.sh"
    program.parent.mkdir()
    program.touch(mode=0o755)
    return {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}


def test_iphones_run_on_the_systems_webkit_where_playwrights_is_missing(
    phones: dict[str, Profile], without: dict[str, str]
) -> None:
    assert EngineChoice().engine_of(phones["tiktok-ios"], without) == WEBKITGTK
    assert EngineChoice().engine_of(phones["safari-ios"], without) == WEBKITGTK


def test_iphones_run_on_playwrights_webkit_where_it_is_installed(
    phones: dict[str, Profile], with_webkit: dict[str, str]
) -> None:
    assert EngineChoice().engine_of(phones["tiktok-ios"], with_webkit) == WEBKIT


@pytest.mark.parametrize(
    ("choice", "engine"), [("webkit=playwright", WEBKIT), ("webkit=WebKitGTK", WEBKITGTK)]
)
def test_a_webkit_can_be_named(
    phones: dict[str, Profile], with_webkit: dict[str, str], choice: str, engine: str
) -> None:
    assert EngineChoice.parse([choice]).engine_of(phones["instagram-ios"], with_webkit) == engine


def test_android_always_runs_on_chromium(phones: dict[str, Profile]) -> None:
    for choices in ([], ["webkit=webkitgtk"], ["ios=chromium"]):
        assert EngineChoice.parse(choices).engine_of(phones["tiktok-android"]) == CHROMIUM
        assert EngineChoice.parse(choices).note_of(phones["tiktok-android"]) is None


def test_an_iphone_on_chromium_says_so(phones: dict[str, Profile]) -> None:
    choice = EngineChoice.parse(["ios=chromium"])
    assert choice.engine_of(phones["tiktok-ios"]) == CHROMIUM
    assert choice.note_of(phones["tiktok-ios"]) == COSTUME_NOTE
    assert EngineChoice().note_of(phones["tiktok-ios"]) is None


def test_the_last_choice_of_a_subject_wins(phones: dict[str, Profile], without: dict[str, str]) -> None:
    choice = EngineChoice.parse(["ios=chromium", "ios=webkit"])
    assert choice.engine_of(phones["tiktok-ios"], without) == WEBKITGTK


@pytest.mark.parametrize("text", ["webkit", "webkit=chromium", "android=webkit", "firefox=auto", "", "ios="])
def test_a_choice_that_cannot_be_read_names_what_it_could_be(text: str) -> None:
    with pytest.raises(EngineChoiceError, match="--engine"):
        EngineChoice.parse([text])


@pytest.mark.parametrize("name", [CHROMIUM, WEBKIT, WEBKITGTK])
def test_every_engine_can_be_made_without_starting_it(name: str) -> None:
    assert make_engine(name, EgressProxy(Dialler())).name == name


def test_an_app_whose_agent_webkitgtk_refuses_runs_on_chromium_and_says_so() -> None:
    choice = EngineChoice.parse(["webkit=webkitgtk"])
    facebook, tiktok = load_profiles()["facebook-ios"], load_profiles()["tiktok-ios"]
    assert choice.engine_of(facebook) == "chromium"
    assert "user agent" in (choice.note_of(facebook) or "")
    assert (choice.engine_of(tiktok), choice.note_of(tiktok)) == ("webkitgtk", None)


@pytest.mark.parametrize(
    ("agent", "engine"),
    [
        ("Safari/10.0 (a (nested) comment; [x]) App/1", WEBKITGTK),
        ("Safari", WEBKITGTK),
        ("Safari/10.0 App/", CHROMIUM),
        ("Safari/10.0 a;b", CHROMIUM),
        ("Safari/10.0 (open", CHROMIUM),
        ("Safari/10.0 Käfer/1", CHROMIUM),
    ],
)
def test_webkitgtk_wears_what_http_calls_a_user_agent(agent: str, engine: str) -> None:
    phone = load_profiles()["tiktok-ios"]
    identity = phone.identity.model_copy(update={"user_agent": agent})
    phone = phone.model_copy(update={"identity": identity})
    assert EngineChoice.parse(["webkit=webkitgtk"]).engine_of(phone) == engine
