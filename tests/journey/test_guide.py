"""A guide counts when it shows the way: in view, for this system, and no link of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.journey.page import control, survey

from dropcheck.device.model import Os
from dropcheck.journey.guide import recognise_guide

BOTH = [
    "Tap the dots, then Open in browser",
    "Select “Open in external browser”.",
    "Choose Open in system browser to continue",
    "Tippe auf die Punkte und wähle „Im Browser öffnen“",
    "Ouvrir dans le navigateur",
    "Abrir en el navegador",
    "Abrir no navegador",
    "Apri nel browser",
    "Openen in browser",
    "右上の「…」をタップして「ブラウザで開く」を選んでください",
    "오른쪽 위 점 세 개를 누르고 ‘브라우저에서 열기’를 선택하세요",
    "点击右上角的三个点，选择“在浏览器中打开”",
    "點選右上角的三個點，選擇「在瀏覽器中開啟」",
    "Нажмите на три точки и выберите «Открыть в браузере»",
    "Stuknij trzy kropki i wybierz „Otwórz w przeglądarce”",
    "Sağ üstteki üç noktaya dokun ve “Tarayıcıda aç”ı seç",
    "Ketuk titik tiga lalu pilih “Buka di browser”",
    "Tryck på de tre prickarna och välj ”Öppna i webbläsare”",
    "اضغط على النقاط الثلاث ثم اختر «فتح في المتصفح»",
    "Copy this link and paste it into your browser",
    "Choose\nOpen\nin\nbrowser",
]


@pytest.mark.parametrize("words", BOTH)
@pytest.mark.parametrize("os", Os)
def test_a_menu_entry_that_names_any_browser_counts_on_both_systems(words, os):
    assert recognise_guide(survey(view_text=f"Neon Hours\n{words}"), os)


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("Open in Safari", Os.IOS),
        ("Open Safari", Os.IOS),
        ("In Safari öffnen", Os.IOS),
        ("Open in Chrome", Os.ANDROID),
        ("Ouvrir dans Chrome", Os.ANDROID),
    ],
)
def test_a_browser_the_phone_does_not_have_is_no_guide(words, right):
    wrong = Os.ANDROID if right is Os.IOS else Os.IOS
    assert recognise_guide(survey(view_text=words), right) == words
    assert recognise_guide(survey(view_text=words), wrong) is None


def test_words_below_the_first_view_are_no_guide():
    assert recognise_guide(survey(text="Open in browser", view_text="Neon Hours"), Os.IOS) is None


def test_the_label_of_a_control_is_a_link_and_no_guide():
    page = survey(view_text="Open in browser", controls=(control("Open in  Browser"),))
    assert recognise_guide(page, Os.IOS) is None


@pytest.mark.parametrize(
    "words",
    [
        "Neon Hours",
        "Do not open in browser",
        "Play on Spotify",
        "My browser history",
        "This browser is not supported",
        "Open now",
    ],
)
def test_other_sentences_are_no_guide(words):
    assert recognise_guide(survey(view_text=words), Os.IOS) is None


@given(st.text(max_size=300))
def test_no_page_breaks_it(text):
    words = recognise_guide(survey(view_text=text), Os.ANDROID)
    assert words is None or len(words) <= 200
