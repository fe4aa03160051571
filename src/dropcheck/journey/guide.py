"""Recognises a page that shows the fan how to open it in the real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dropcheck.device.model import Os
from dropcheck.engine.base import PageSurvey

_NAMED = "safari|chrome"
# The menu entry as in-app browsers name it, in the languages their overlays are seen in: "Open in browser",
# "Open in external browser", "Open in Safari". `…` stands for a few other words of the same sentence.
# Source: guided overlays 2024-26 (reference on in-app browsers, 2.2 to 2.5 and 3.2). The wording of languages
# other than English is an assumption.
_ENTRIES = tuple(
    re.compile(
        entry.replace("…", r"[^.!?。！？\n]{0,24}?").replace("BROWSER", f"(?P<browser>{words}|{_NAMED})"),
        re.IGNORECASE,
    )
    for entry, words in (
        (r"(?<!not )(?<!n't )(?<!n’t )\b(?:open|view|continue)\b…\b(?:in|with)\b…\bBROWSER\b", "browser"),
        (r"\bopen\s+(?P<browser>safari|chrome)\b", ""),
        (r"\bpaste\b…\b(?:in|into)\b…\bBROWSER\b", "browser"),
        (r"\bi[mn]\b…\bBROWSER\b[^.!?\n]{0,12}?\böffnen", "browser"),
        (r"\bBROWSER\b[^.!?\n]{0,6}\böffnen", "browser"),
        (r"\böffn(?:e|et|en)\b…\bi[mn]\b…\bBROWSER\b", "browser"),
        (r"\bouvr(?:ir|ez|e)\b…\bdans\b…\bBROWSER\b", "navigateur"),
        (r"\babr(?:ir|e|a|í)\b…\b(?:en|no|na|num)\b…\bBROWSER\b", "navegador"),
        (r"\bapr(?:i|ire|ite)\b…\b(?:nel|in|con)\b…\bBROWSER\b", "browser"),
        (r"\bopenen\b…\bin\b…\bBROWSER\b", "browser"),
        (r"\böppna\b…\bi\b…\bBROWSER", "webbläsare|browser"),
        (r"\b(?:åbn|åpne)\b…\bi\b…\bBROWSER", "browser|nettleser"),
        (r"\bavaa\b…\bBROWSER", "selaime|selain"),
        (r"\bBROWSER\w*…\bmegnyit", "böngésző"),
        (r"\bmegnyit\w*…\bBROWSER", "böngésző"),
        (r"\botw[óo]r\w*\b…\bw\b…\bBROWSER", "przeglądar"),
        (r"\bote(?:vř|vr)\w*\b…\bve?\b…\bBROWSER", "prohlížeč"),
        (r"\botvor\w*\b…\b(?:v|u)\b…\bBROWSER", "prehliadač|pregledač|preglednik"),
        (r"\bdeschide\w*\b…\b[îi]n\b…\bBROWSER", "browser"),
        (r"(?:άνοιγμα|ανοίξτε|άνοιξε)…\bσ\w{1,3}\b…BROWSER", "πρόγραμμα περιήγησης|browser"),
        (r"\bоткр\w+\b…\bв\b…BROWSER", "браузер"),
        (r"\bвідкр\w+\b…\b[ув]\b…BROWSER", "браузер"),
        (r"\bBROWSER[\w'’]*\s+aç", "tarayıcı"),
        (r"\bbuka\b…\b(?:di|dengan|dalam|lewat)\b…\bBROWSER\b", "browser|peramban|penyemak imbas"),
        (r"\bmở\b…\b(?:trong|bằng)\b…BROWSER", "trình duyệt"),
        (r"เปิด[^\n]{0,8}?(?:ใน|ด้วย)[^\n]{0,12}?BROWSER", "เบราว์เซอร์|บราวเซอร์"),
        (r"BROWSER\s*(?:में|से)\s*खोल", "ब्राउज़र|ब्राउज़र|ब्राउजर"),
        (r"(?:فتح|افتح)…(?:في|عبر|باستخدام)…BROWSER", "متصفح"),
        (r"(?:פתח|פתיחה|לפתוח|פתחו)…BROWSER", "דפדפן"),
        (r"BROWSER\s*ー?\s*(?:で|から)\s*開", "ブラウザ"),
        (r"BROWSER\s*(?:에서|으로|로)\s*열", "브라우저|사파리|크롬"),
        (r"[在用以][^。！？\n]{0,8}?BROWSER[^。！？\n]{0,4}?(?:打开|打開|開啟|开启)", "浏览器|瀏覽器"),
    )
)
_WRONG_BROWSER = {Os.IOS: "chrome", Os.ANDROID: "safari"}


def recognise_guide(survey: PageSurvey, os: Os) -> str | None:
    """Return the words on screen that show the way to the real browser, or None.

    They count when they are visible without scrolling, are not the label of a control (that would be a link,
    not a guide) and name no browser that this phone's system doesn't have by default.
    """
    labels = {_squeezed(control.text).lower() for control in survey.controls if control.text}
    lines = [line for line in map(_squeezed, survey.view_text.splitlines()) if line]
    for line in lines:
        if line.lower() not in labels and any(_entries(line, os)):
            return line[:200]
    # Emphasis cuts a sentence into several lines: “Choose <b>Open</b> in <b>browser</b>”.
    sentence = " ".join(line for line in lines if line.lower() not in labels)
    for entry in _entries(sentence, os):
        if not any(entry.lower() in label for label in labels):
            return entry[:200]
    return None


def _entries(words: str, os: Os) -> Iterator[str]:
    for pattern in _ENTRIES:
        for match in pattern.finditer(words):
            if (match["browser"] or "").lower() != _WRONG_BROWSER[os]:
                yield match[0]


def _squeezed(text: str) -> str:
    return " ".join(text.split())
