"""Nothing secret and nothing personal crosses the border; everything a reader needs does."""

from __future__ import annotations

import io
import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.report.example_results import case, hop, results

from dropcheck.report.redact import MARK, redact_json, redact_picture, redact_results, redact_text, secrets_in

JWT = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEyMyJ9.eyJpc3MiOiJBQkMxMjMiLCJleHAiOjE3fQ.MEUCIQDabc-def_ghi"
SPOTIFY_TOKEN = "BQ" + "a1B2-c3_D4" * 9


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("https://smart.example/cb?code=AQDx9&utm_source=tiktok", "AQDx9"),
        (
            "https://accounts.spotify.com/authorize?client_id=abc&state=xyz-123&scope=user-library-modify",
            "xyz-123",
        ),
        ("https://smart.example/cb#access_token=T0p&token_type=Bearer", "T0p"),
        ("redirect_uri=https%3A%2F%2Fsmart.example%2Fcb%3Fcode%3DAQDx9%26utm_source%3Dtiktok", "AQDx9"),
        ("continue=https%253A%252F%252Fa.example%253Fstate%253DZZ9%2526x%253D1", "ZZ9"),
        ("code=AQDx9&redirect_uri=https://smart.example/cb&grant_type=authorization_code", "AQDx9"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("authorization: Basic Y2xpZW50OnNlY3JldA==", "Y2xpZW50"),
        ('{"Authorization": "Bearer abcdef"}', "abcdef"),
        ("Cookie: sp_t=one; sp_dc=two", "two"),
        ("set-cookie: sid=abc; Path=/; HttpOnly", "abc;"),
        (f"developer token {JWT} in the page", JWT),
        (f"got {SPOTIFY_TOKEN} back", SPOTIFY_TOKEN),
        ('{"refresh_token": "AQA1", "expires_in": 3600}', "AQA1"),
        ("client_secret=0f0f0f", "0f0f0f"),
        ("write to mara.vale+fans@label.example.com today", "mara.vale"),
        ("https://x.example/?q=mara%40label.example", "mara%40"),
        ("mara@a.examplefan@b.example", "b.example"),
        ("seen from 203.0.113.7:443", "203.0.113.7"),
        ("https://x.example/ip/203.0.113.7", "203.0.113.7"),
        ("seen from [2001:db8:0:1::7]", "2001:db8"),
        ("https://mara:hunter2@host.example/x", "hunter2"),
        ("https://mara:hun@ter2@host.example/x", "ter2"),
        ("https://a.example/cb?auth%5Btoken%5D=Zq7Val9x", "Zq7Val9x"),
        ("https://a.example/cb?code[]=Zq7Val9x", "Zq7Val9x"),
        ("intent://x#Intent;S.token=Zq7Val9x;end", "Zq7Val9x"),
        (r"https://a.example/cb?x=1\u0026code\u003dZq7Val9x", "Zq7Val9x"),
        ("https://a.example/cb?sessionToken=Zq7Val9x", "Zq7Val9x"),
        ("https://a.example/?password_reset_token=Zq7Val9x", "Zq7Val9x"),
        ("https://a.example/?cf_clearance=Zq7Val9x&x=1", "Zq7Val9x"),
        ("a form with _csrf_token: Zq7Val9x", "Zq7Val9x"),
        ("{'token': 'Zq7Val9x01234'}", "Zq7Val9x"),
        ('{"code":"Zq7Val9x01234"}', "Zq7Val9x"),
        ("cookies: sid=Zq7Val9x", "Zq7Val9x"),
        ("https://p16.example/a.jpeg?x-expires=1700&x-signature=q%2Fw%3D", "q%2Fw"),
        ("https://b.s3.example/a?X-Amz-Signature=deadbeef&X-Amz-Credential=AKIA", "deadbeef"),
        ("https://hooks.slack.com/services/T00/B00/XXXX", "T00"),
        ("ghp_0123456789abcdefghij0123456789abcdef", "ghp_"),
    ],
)
def test_a_secret_is_taken_out(text: str, secret: str) -> None:
    clean = redact_text(text, {})
    assert secret in text
    assert secret not in clean
    assert MARK in clean


@pytest.mark.parametrize(
    "text",
    [
        "https://bio.example/mara?utm_source=tiktok&utm_campaign=drop&ttclid=TEST",
        "spotify:track:11dFghVXANMlKmJXsNCbNl",
        "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl?si=4c2e",
        "intent://open.spotify.com/track/1#Intent;scheme=https;package=com.spotify.music;end",
        "neon-hours/bio/tiktok-ios/escape",
        "QZABC2600001 859712345678 7300000000000000001",
        "2026-11-20T00:00:00-05:00 and 12:30:45",
        "Mozilla/5.0 (Linux) Chrome/120.0.0.0 Mobile Safari/537.36",
        "status code=404, state: open, a cookie banner covers the button",
        '{"state": "finished", "code": "not-found"}',
        "the local internet on 127.0.0.1 and ::1",
        "@maravale · Spotify's ISRC: no DROPCHECK_SPOTIFY_ID is set",
        "46.4.0",
    ],
)
def test_what_a_reader_needs_stays(text: str) -> None:
    assert redact_text(text, {}) == text


def test_values_of_secret_environment_variables_are_taken_out_in_every_form() -> None:
    environment = {
        "DROPCHECK_SPOTIFY_SECRET": "p@ss word/9",
        "API_KEY": "abcdef",
        "HOME": "/home/mara",
        "X_TOKEN": "on",
    }
    clean = redact_text("p@ss word/9 p%40ss%20word%2F9 p%40ss+word%2F9 abcdef /home/mara on", environment)
    assert clean == f"{MARK} {MARK} {MARK} {MARK} /home/mara on"
    assert "on" not in secrets_in(environment)


def test_half_a_character_of_a_hostile_page_is_replaced_since_no_file_takes_it() -> None:
    assert redact_json({"k\ud800": ["a\udc00b", "\ud83d\ude00"]}, {}) == {"k\ufffd": ["a\ufffdb", "😀"]}


def test_what_json_has_no_number_for_is_left_empty() -> None:
    assert redact_json([1.5, float("nan"), float("-inf")], {}) == [1.5, None, None]


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=300)
    | st.from_regex(r"https://[a-z]{1,9}\.example/\?(code|state|q)=\w{1,40}(&x=\d+)?", fullmatch=True)
)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact_text(text, {})
    assert redact_text(once, {}) == once


@given(st.text(alphabet="abcdefABCDEF0123456789-._~", min_size=8, max_size=40))
def test_no_code_survives_in_any_url(code: str) -> None:
    secret = f"Zq{code}"
    assert secret not in redact_text(f"https://smart.example/cb?x=1&code={secret}&y=2#z", {})


def test_long_text_is_redacted_in_reasonable_time() -> None:
    assert redact_text("a" * 200_000 + "@", {}).endswith("@")
    assert redact_text("1.2." * 20_000, {}).startswith("1.2.")


def test_an_address_that_has_lost_its_host_is_still_an_address() -> None:
    for url in ("https://[2001:db8::7]:8443/x?code=Zq7Val9x", "https://mara:x@[2001:db8::7]/"):
        clean = redact_text(url, {})
        assert "2001" not in clean
        assert urlsplit(clean).hostname == MARK.lower()
    assert redact_text("http://[::1]:8080/", {}) == "http://[::1]:8080/"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["a-", "a.", "cookie:", "x://a", "token ", "'", '"password":"', "%2526", "sid:", "[a"]
)
def test_no_text_of_a_page_takes_longer_than_its_length_asks_for(piece: str) -> None:
    # A pattern that tries every start up to the end would take hours over these.
    redact_text(piece * (500_000 // len(piece)), {})


def test_a_har_entry_keeps_its_shape_and_loses_its_secrets() -> None:
    har = {
        "request": {
            "headers": [{"name": "Cookie", "value": "a=b"}, {"name": "Accept", "value": "text/html"}],
            "cookies": [{"name": "sp_t", "value": "abc", "httpOnly": True}],
            "queryString": [{"name": "code", "value": "AQDx"}, {"name": "utm_source", "value": "tiktok"}],
        },
        "response": {"content": {"text": '{"access_token": "abc123"}', "size": 26}},
    }
    clean = redact_json(har, {})
    text = json.dumps(clean)
    assert [pair["value"] for pair in clean["request"]["headers"]] == [MARK, "text/html"]
    assert clean["request"]["cookies"][0]["value"] == MARK
    assert [pair["value"] for pair in clean["request"]["queryString"]] == [MARK, "tiktok"]
    assert "abc123" not in text
    assert json.loads(clean["response"]["content"]["text"]) == {"access_token": MARK}


def test_results_stay_valid_and_keep_their_identities() -> None:
    hops = [hop(1, "redirect", "https://a.example/?code=AQDx")]
    data = {"state": "a1b2c3d4e5f6g7h8i9", "cookies": "a=b"}
    leaky = case("presave", "tiktok-ios", "presave", "fail", reason="from 203.0.113.7", hops=hops, data=data)
    clean = redact_results(results(cases=[leaky]), {})
    assert clean.cases[0].id == leaky["id"]
    assert clean.cases[0].hops[0].url == f"https://a.example/?code={MARK}"
    assert clean.cases[0].data == {"state": MARK, "cookies": MARK}
    assert clean.run == results().run
    untouched = redact_results(results(), {})
    assert untouched.releases[0].sound == results().releases[0].sound
    assert [one.id for one in untouched.cases] == [one.id for one in results().cases]


def test_a_picture_keeps_its_pixels_and_loses_its_words() -> None:
    image = Image.new("RGB", (4, 4), "#ff4a26")
    exif = Image.Exif()
    exif[0x010E] = "taken at Mara's home"
    for kind in ("PNG", "JPEG"):
        written = io.BytesIO()
        image.save(written, kind, exif=exif)
        assert b"Mara" in written.getvalue()
        clean = redact_picture(written.getvalue())
        assert b"Mara" not in clean
        with Image.open(io.BytesIO(clean)) as opened:
            assert opened.size == (4, 4)
            assert not opened.getexif()


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="not a picture"):
        redact_picture(b"<svg onload=alert(1)>")
