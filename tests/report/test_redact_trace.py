"""A trace joined and scrubbed: what may stay, what is replaced, what is left out."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dropcheck.report import redact_trace as module
from dropcheck.report.redact import MARK
from dropcheck.report.redact_trace import redact_trace

MAIL = "planted.fan@mail.example"
SECRET = "planted-secret-0123456789"


def raw_trace(file: Path, members: dict[str, bytes | str | list[Any]]) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            lines = (
                "".join(f"{json.dumps(one)}\n" for one in content) if isinstance(content, list) else content
            )
            archive.writestr(name, lines)
    return file


def scrubbed(
    tmp_path: Path, members: dict[str, Any], environment: dict[str, str] | None = None
) -> dict[str, bytes]:
    raw = raw_trace(tmp_path / "raw.zip", members)
    target = tmp_path / "out" / "case.zip"
    assert redact_trace({"01-in-app": raw}, target, environment or {})
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def request(**more: Any) -> dict[str, Any]:
    request = {"method": "GET", "url": "https://a.example/", "cookies": [], "headers": [], **more}
    return {"type": "resource-snapshot", "snapshot": {"request": request}}


@pytest.mark.parametrize(
    "event",
    [
        request(url=f"https://a.example/?access_token={SECRET}"),
        request(queryString=[{"name": "token", "value": SECRET}]),
        request(cookies=[{"name": "any-name", "value": SECRET}]),
        request(headers=[{"name": "Cookie", "value": f"any-name={SECRET}"}]),
        request(headers=[{"name": "Authorization", "value": f"Bearer {SECRET}"}]),
        request(headers=[{"name": "X-Our-Own-Door", "value": SECRET}]),
        {"type": "before", "params": {"body": "cGxhbnRlZA==" + SECRET, "isBase64": True}},
        {"type": "before", "params": {"storageState": {"origins": [SECRET]}}},
        {"type": "after", "error": {"message": "no", "stack": f"at /home/{SECRET}/x.py"}},
        {"type": "console", "text": f"password={SECRET}", "args": [{"preview": f"Bearer {SECRET}"}]},
        {"snapshot": {"html": ["BODY", {}, ["INPUT", {"__playwright_value_": SECRET, "value": SECRET}]]}},
        {"snapshot": {"html": ["BODY", {}, ["TEXTAREA", {}, SECRET]]}},
        {"snapshot": {"html": ["META", {"name": "csrf-token", "content": SECRET}]}},
        {"version": f"https://a.example/?token={SECRET}", "basis": f"token={SECRET}"},
        {"snapshot": {"html": ["A", {"href": f"data:text/html;base64,{SECRET}"}]}},
    ],
)
def test_a_secret_leaves_in_no_part_of_an_event(tmp_path: Path, event: dict[str, Any]) -> None:
    members = scrubbed(tmp_path, {"trace.trace": [event], "trace.network": [event]})
    assert set(members) == {"01-in-app.trace", "01-in-app.network"}
    for content in members.values():
        assert SECRET.encode() not in content
        assert json.loads(content)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("resources/0.html", f"<script>console.log('token={SECRET}')</script>{MAIL}"),
        ("resources/1.html", f"<p>{MAIL}</p><input type=hidden name=x value='{SECRET}'>"),
        (
            "resources/2.html",
            f'<meta name="csrf-token" content="{SECRET}"><textarea>{SECRET}</textarea>{MAIL}',
        ),
        ("resources/3.json", json.dumps({"refresh_token": SECRET, "version": MAIL})),
        ("resources/4.txt", f"password={SECRET}&mail={MAIL}"),
        ("resources/5.css", f"/* {MAIL} */ a{{background:url(x?token={SECRET})}}"),
        ("resources/6.svg", f"<svg><text>{MAIL}</text></svg>"),
    ],
)
def test_a_text_resource_stays_without_its_secrets(tmp_path: Path, name: str, text: str) -> None:
    content = scrubbed(tmp_path, {"trace.trace": [{}], name: text})[name].decode()
    assert SECRET not in content
    assert MAIL not in content
    assert MARK in content


def test_what_nobody_can_read_through_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_TEXT", 200)
    members = scrubbed(
        tmp_path,
        {
            "trace.trace": json.dumps({"a": "x" * 500}) + "\n" + '{"b":1}\n' + f"no json {SECRET}\n",
            "trace.stacks": '{"files":["/home/somebody/x.py"]}',
            "resources/1.woff2": b"wOF2\0\1" + SECRET.encode(),
            "resources/2.html": SECRET.encode("utf-16"),
            "resources/3.html": b"\xff\xfe" + SECRET.encode(),
            "resources/4.png": SECRET.encode(),
            "resources/5.txt": "y" * 201,
            "resources/6.json": "[" * 150 + "]" * 10,
        },
    )
    assert members == {"01-in-app.trace": b'{"b":1}\n', "resources/6.json": b"[" * 150 + b"]" * 10}


def test_json_nested_without_end_costs_only_its_own_line(tmp_path: Path) -> None:
    deep = "[" * 20_000 + "]" * 20_000
    assert scrubbed(tmp_path, {"trace.trace": f'{deep}\n{{"b":1}}\n'}) == {"01-in-app.trace": b'{"b":1}\n'}


def test_a_picture_stays_as_pixels_only(tmp_path: Path) -> None:
    drawn, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = MAIL
    Image.new("RGB", (4, 3), "red").save(drawn, "JPEG", exif=exif)
    assert MAIL.encode() in drawn.getvalue()
    name = "screencast/page@1-2.jpeg"
    content = scrubbed(tmp_path, {"trace.trace": [{}], name: drawn.getvalue()})[name]
    assert MAIL.encode() not in content
    assert Image.open(io.BytesIO(content)).size == (4, 3)


def test_a_picture_is_found_by_the_name_the_trace_gives_it(tmp_path: Path) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(drawn, "JPEG")
    name = "screencast/page@614505f85e2be66e0c853290ad48a404-1795394566376.jpeg"
    members = scrubbed(tmp_path, {"trace.trace": [{"file": name}], name: drawn.getvalue()})
    assert json.loads(members.pop("01-in-app.trace"))["file"] in members


def test_values_the_caller_knows_to_be_secret_leave_nowhere(tmp_path: Path) -> None:
    members = scrubbed(
        tmp_path,
        {"trace.trace": [{"text": "opened with sesame-1234"}], "resources/1.html": "<p>sesame-1234</p>"},
        {"PREVIEW_SECRET": "sesame-1234"},
    )
    assert len(members) == 2
    assert all(b"sesame" not in content for content in members.values())


def test_what_tells_how_the_page_came_about_stays(tmp_path: Path) -> None:
    event = request(
        url="https://a.example/?utm_source=tiktok",
        headers=[
            {"name": "User-Agent", "value": "Mozilla/5.0"},
            {"name": "location", "value": "spotify:track:1"},
        ],
    )
    button = {"snapshot": {"html": ["INPUT", {"type": "submit", "value": "Pre-save"}]}}
    members = scrubbed(tmp_path, {"trace.trace": [button], "trace.network": [event]})
    assert json.loads(members["01-in-app.network"]) == event
    assert json.loads(members["01-in-app.trace"]) == button


def test_the_recordings_of_a_case_lie_side_by_side_and_a_broken_one_costs_none(tmp_path: Path) -> None:
    first = raw_trace(tmp_path / "1.zip", {"trace.trace": [{"n": 1}], "resources/1.css": "a{}"})
    second = raw_trace(tmp_path / "2.zip", {"trace.trace": [{"n": 2}], "resources/1.css": "a{}"})
    (tmp_path / "3.zip").write_bytes(b"PK but no zip")
    target = tmp_path / "case.zip"
    raw = {
        "01-in-app": first,
        "02-browser": second,
        "03-x": tmp_path / "3.zip",
        "04-x": tmp_path / "none.zip",
    }
    assert redact_trace(raw, target, {})
    with zipfile.ZipFile(target) as archive:
        assert sorted(archive.namelist()) == ["01-in-app.trace", "02-browser.trace", "resources/1.css"]
    assert not list(tmp_path.glob(".*.part"))


def test_without_a_recording_there_is_no_file(tmp_path: Path) -> None:
    assert not redact_trace({"01-in-app": tmp_path / "none.zip"}, tmp_path / "t" / "case.zip", {})
    assert not (tmp_path / "t").exists()
