"""Results as a run would write them: a release on its first day, with something of everything."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from dropcheck.result import Results, Summary

PHONES = ("tiktok-ios", "tiktok-android", "instagram-ios", "instagram-android")
SONG = "spotify:track:11dFghVXANMlKmJXsNCbNl"
BIO = "https://bio.example/mara?utm_source=tiktok"
PRESAVE = "https://smart.example/neon-hours"


def case(link: str | None, phone: str | None, check: str, verdict: str, **more: Any) -> dict[str, Any]:
    """Return one case of the suite neon-hours."""
    suite = more.pop("suite", "neon-hours")
    url = {"bio": BIO, "presave": PRESAVE}.get(link or "")
    parts = [suite, link or "release", phone, check] if phone else [suite, link or "release", check]
    return {
        "id": "/".join(part for part in parts if part),
        "suite": suite,
        "link": link,
        "url": url,
        "placement": "tiktok-bio" if link else None,
        "profile": phone,
        "engine": "chromium" if phone else None,
        "check": check,
        "verdict": verdict,
        "duration_s": 3.4,
        **more,
    }


def hop(n: int, by: str, url: str, decision: str = "loads", **more: Any) -> dict[str, Any]:
    """Return one hop inside the app unless told otherwise."""
    return {
        "n": n,
        "t_ms": n * 420,
        "where": "in-app",
        "by": by,
        "gesture": by == "tap",
        "url": url,
        "status": 200 if decision == "loads" else None,
        "decision": decision,
        "rule": "loads-page",
        "basis": "observed",
        "screenshot": None,
        **more,
    }


def finding(rule: str = "trapped", **more: Any) -> dict[str, Any]:
    """Return the finding of a link that never leaves the app."""
    return {
        "rule": rule,
        "severity": "error",
        "owner": "link-service",
        "title": "The Spotify button opens a web player inside TikTok",
        "detail": "The button is a plain open.spotify.com link. TikTok keeps such links in its own browser, where"
        " the fan isn't logged in, so the stream, the save and the follow are lost.",
        "fix": "Ask your link service to send TikTok visitors to the real browser first.",
        "message": "Hello,\n\nmy link https://bio.example/mara opens Spotify's web player in TikTok on iPhone"
        " instead of the app.\nPlease switch on the hand-off to the real browser for in-app visitors."
        "\n\nThank you,\nMara Vale",
        "basis": "observed",
        "evidence": {"final_url": "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl", "taps": 1},
        **more,
    }


def outcome(kind: str, escape: str = "none", **more: Any) -> dict[str, Any]:
    """Return an outcome on the right song."""
    app = {"app": "spotify", "target": SONG} if kind == "app" else {}
    return {"kind": kind, "url": BIO, "taps": 1, "escape": escape, "ceiling": "unknown", **app, **more}


def first_hops(bio_picture: str | None = "evidence/bio.png") -> list[dict[str, Any]]:
    """Return the way from the bio tap to the artist's page."""
    link_service = (
        "https://www.tiktok.com/link/v2?aid=1988&scene=bio_url&target=https%3A%2F%2Fbio.example%2Fmara"
    )
    return [
        hop(1, "app", link_service, status=302, basis="modelled", rule="first-hop"),
        hop(2, "redirect", BIO, screenshot=bio_picture),
    ]


def cases() -> list[dict[str, Any]]:
    """Return cases that pass, warn both ways, fail, are blocked, pending, skipped and in error."""
    web_player = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
    trapped = [*first_hops(), hop(3, "tap", web_player, screenshot="evidence/player.png")]
    intent = "intent://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl#Intent;scheme=https;package=com.spotify.music;end"
    contested = {"basis": "modelled", "rule": "tiktok-android-intent"}
    away = [*first_hops(), hop(3, "tap", intent, "refused", **contested)]
    opens = [*first_hops(), hop(3, "tap", intent, "opens_app", **contested)]
    escape = [
        *first_hops(),
        hop(
            3,
            "script",
            "instagram://extbrowser/?url=https%3A%2F%2Fbio.example",
            "opens_browser",
            basis="modelled",
            rule="extbrowser",
        ),
        hop(4, "app", BIO, where="browser", screenshot="evidence/bio.png"),
        hop(5, "tap", web_player, "opens_app", where="browser", basis="modelled", rule="universal-link"),
    ]
    estimate = {
        "text": "30 to 50 % of mobile pre-saves are lost in in-app browsers.",
        "low": 0.3,
        "high": 0.5,
        "source": "an escape-link vendor's guide, attributed to Linkfire case studies",
    }
    return [
        case(
            "bio",
            "tiktok-ios",
            "escape",
            "fail",
            reason="The fan ends in Spotify's web player, not logged in.",
            outcome=outcome("webview", ceiling="below", url=web_player),
            hops=trapped,
            findings=[finding()],
            data={"estimate": estimate},
        ),
        case(
            "bio",
            "tiktok-android",
            "escape",
            "warn",
            reason="It depends on the phone.",
            outcome=outcome("webview", "guided", ceiling="reached"),
            hops=away,
            findings=[
                finding(
                    "guided-only",
                    severity="warning",
                    owner="artist",
                    basis="modelled",
                    title="Fans must open the menu themselves",
                    message="",
                    detail="At https://bio.example/"
                    + "x" * 300
                    + " on this phone nothing better is known than showing the way out.",
                    fix="Keep the hint above the fold; there is nothing more to gain today.",
                )
            ],
            otherwise={"verdict": "pass", "outcome": outcome("app", "tap"), "hops": opens, "findings": []},
        ),
        case(
            "bio",
            "instagram-ios",
            "escape",
            "pass",
            outcome=outcome("app", "auto", ceiling="reached"),
            hops=escape,
            data={
                "confirmed": {
                    "case": "neon-hours/bio/instagram-ios/escape",
                    "profile": "instagram-ios",
                    "saw": "app",
                    "predicted": "app",
                    "app_version": "445.0",
                    "date": "2026-11-21",
                    "by": "Jo",
                }
            },
        ),
        case(
            "bio",
            "instagram-android",
            "escape",
            "pass",
            outcome=outcome("app", "tap", ceiling="reached"),
            hops=escape,
        ),
        case(
            "presave", "tiktok-ios", "escape", "pass", outcome=outcome("browser", "prompt"), hops=first_hops()
        ),
        case(
            "presave",
            "tiktok-ios",
            "presave",
            "blocked",
            reason="Spotify asked for a captcha.",
            depth="anonymous",
            outcome=outcome("unknown"),
            hops=first_hops("evidence/missing.png"),
        ),
        case(
            "presave",
            "tiktok-android",
            "escape",
            "error",
            reason="The proxy of this machine refused the connection.",
        ),
        case("presave", "tiktok-android", "presave", "skipped", reason="The escape was not reached."),
        case(
            "presave",
            "instagram-ios",
            "presave",
            "fail",
            reason="Known",
            outcome=outcome("dead_end"),
            attempts=2,
            hops=first_hops(None),
            known={"reason": "ticket 4711 with the service", "until": "2026-12-01"},
        ),
        case(
            None,
            None,
            "metadata",
            "fail",
            reason="1 of 7 fields is different.",
            findings=[
                finding(
                    "isrc-different",
                    owner="distributor",
                    title="Deezer shows another ISRC",
                    detail="Deezer has QZABC2600009, the release sheet QZABC2600001: streams are counted"
                    " for another recording.",
                    fix="Ask the distributor to correct and redeliver.",
                    message="Hello, please correct the ISRC on Deezer for UPC 859712345678.",
                    evidence={"expected": "QZABC2600001", "found": "QZABC2600009"},
                )
            ],
        ),
        case(
            None,
            None,
            "sound_page",
            "pending",
            reason="The stores aren't linked yet; TikTok takes up to 48 hours.",
        ),
        case(None, None, "artwork", "warn", reason="Apple Music shows a slightly different picture."),
    ]


def release() -> dict[str, Any]:
    """Return the release with its side-by-side parts."""
    read_at = "2026-11-21T12:00:00+00:00"

    def field(name: str, expected: Any, *values: tuple[str, Any, str]) -> dict[str, Any]:
        return {
            "field": name,
            "track": None,
            "expected": expected,
            "match": values[0][2],
            "values": [{"source": s, "value": v, "match": m, "read_at": read_at} for s, v, m in values],
        }

    return {
        "suite": "neon-hours",
        "sheet": {
            "title": "Neon Hours",
            "artists": [{"name": "Mara Vale"}],
            "isrc": "QZABC2600001",
            "upc": "859712345678",
        },
        "hours_since_release": 31.4,
        "fields": [
            field(
                "title",
                "Neon Hours",
                ("spotify", "Neon Hours", "EXACT"),
                ("deezer", "Neon hours", "STYLE"),
                ("apple_music", "Neon Hours", "EXACT"),
            ),
            field(
                "artists",
                "Mara Vale",
                ("spotify", "Mara Vale", "EXACT"),
                ("deezer", "Mara Vale", "EXACT"),
                ("apple_music", "Mara Vale", "EXACT"),
            ),
            field(
                "isrc",
                "QZABC2600001",
                ("spotify", None, "SKIPPED"),
                ("deezer", "QZABC2600009", "DIFFERENT"),
                ("apple_music", "QZABC2600001", "EXACT"),
            ),
            field(
                "duration",
                "2:58",
                ("spotify", "2:58", "EXACT"),
                ("deezer", "2:58", "EXACT"),
                ("apple_music", "2:59", "STYLE"),
            ),
            field(
                "explicit",
                False,
                ("spotify", False, "EXACT"),
                ("deezer", False, "EXACT"),
                ("apple_music", False, "EXACT"),
            ),
        ],
        "artwork": [
            {"source": "sheet", "file": "evidence/cover.png", "match": "same"},
            {
                "source": "spotify",
                "file": "evidence/cover.png",
                "url": "https://i.scdn.example/cover",
                "match": "same",
            },
            {
                "source": "apple_music",
                "file": "evidence/tinted.png",
                "url": "https://is1.example/cover",
                "match": "different",
                "note": "the colours differ",
            },
            {"source": "tiktok", "url": "https://p16.example/cover.jpeg?x-signature=abc", "match": "unknown"},
        ],
        "sound": {
            "url": "https://www.tiktok.com/music/neon-hours-7300000000000000001",
            "id": "7300000000000000001",
            "state": "linking-pending",
            "title": "Neon Hours",
            "artist": "Mara Vale",
            "clip_seconds": 60,
            "video_count": 1284,
            "read_at": read_at,
            "services": [
                {"service": "spotify", "ours": True},
                {"service": "apple_music", "ours": False},
                {"service": "deezer", "ours": None},
            ],
            "competing": [{"id": "72", "title": "original sound - maravale", "video_count": 96}],
        },
        "funnel": {
            "stages": [
                {"stage": "views", "count": 1_000_000},
                {"stage": "sound_page", "count": 82_000, "rate": 0.082, "benchmark": [0.05, 0.15]},
                {"stage": "adds", "count": 3_100, "rate": 0.0378, "benchmark": [0.1, 0.3]},
                {"stage": "streams", "count": 1_450, "rate": 0.468, "benchmark": [0.3, 0.6]},
            ],
            "weakest": "adds",
            "explained_by": ["neon-hours/release/sound_page"],
            "overall": {"rate": 0.00145, "grade": "broken"},
            "save_rate": 0.12,
            "trend": [{"week": "2026-W46", "rate": 0.002}, {"week": "2026-W47", "rate": 0.00145}],
            "expectation": "1,000,000 views at 1 % are about 10,000 streams, about $40 at $0.004 a stream.",
            "notes": ["Benchmarks: a vendor's guide without a published method. Context only."],
        },
    }


def profiles() -> list[dict[str, Any]]:
    """Return the rules that the run used, some of them stale."""
    rules = [
        {
            "id": "first-hop",
            "confidence": "single",
            "date": "2026-09-17",
            "source": "biolien, measured 16-17 Sep 2026",
        },
        {"id": "extbrowser", "confidence": "several", "date": "2026-09-10", "source": "dbg-23"},
        {
            "id": "x-safari-https",
            "confidence": "contested",
            "date": "2024-10-01",
            "stale": True,
            "source": "iesc, eiab",
        },
    ]
    return [
        {"name": name, "identity": {"app": name.split("-")[0], "os": name.split("-")[1]}, "rules": rules}
        for name in PHONES
    ]


def document(**changes: Any) -> dict[str, Any]:
    """Return a whole results document as parsed JSON."""
    return {
        "schema": "dropcheck.results/1",
        "run": {
            "id": "20261121-1200-a1",
            "status": "finished",
            "started": "2026-11-21T12:00:00+00:00",
            "finished": "2026-11-21T12:03:10+00:00",
            "version": "0.1.0",
            "suites": ["suites/neon-hours.yaml"],
            "engines": {"chromium": "156.0.7400.12"},
            "not_checked": [
                "Spotify's ISRC: no DROPCHECK_SPOTIFY_ID is set, so Spotify's Web API wasn't asked."
            ],
        },
        "summary": {},
        "releases": [release()],
        "profiles": profiles(),
        "cases": cases(),
        **changes,
    }


def results(**changes: Any) -> Results:
    """Return a whole results document."""
    made = Results.model_validate(document(**changes))
    return made.model_copy(update={"summary": Summary.of(made.cases)})


def many_cases(count: int) -> Results:
    """Return results of `count` cases, nearly all of which work."""
    made = []
    for number in range(count):
        phone, verdict = PHONES[number % 4], "fail" if number % 97 == 0 else "pass"
        link = f"link-{number // 4}"
        made.append(
            case(
                link,
                phone,
                "escape",
                verdict,
                url=BIO,
                outcome=outcome("app", "auto"),
                hops=first_hops(None),
                findings=[finding()] if verdict == "fail" else [],
            )
        )
    return results(cases=made, releases=[])


HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>=cmd|' /C calc'!A0 \x1b[31m\x00"
    "[x](javascript:alert(3)) {{7*7}} @everyone"
)
RTL = "مارا فالي"


def hostile_results() -> Results:
    """Return results in which everything a page under test can choose is an attack."""
    evil = case(
        "bio",
        "tiktok-ios",
        "escape",
        "fail",
        reason=HOSTILE,
        url="javascript:alert(1)",
        outcome=outcome("webview", app=HOSTILE, target=HOSTILE, url=HOSTILE),
        hops=[
            hop(1, "app", "javascript:alert(1)", rule=HOSTILE, screenshot="../../../../etc/passwd"),
            hop(2, "script", HOSTILE),
        ],
        findings=[
            finding(
                rule="=1+1",
                title='=HYPERLINK("http://evil.example")',
                detail=HOSTILE,
                fix=HOSTILE,
                message=HOSTILE + "\n</pre>",
                evidence={HOSTILE: HOSTILE},
            )
        ],
        known={"reason": HOSTILE, "until": HOSTILE, "expired": True},
        data={
            "estimate": {"text": HOSTILE, "source": HOSTILE},
            "confirmed": {"by": HOSTILE, "saw": HOSTILE, "date": HOSTILE, "app_version": HOSTILE},
        },
    )
    evil["id"] = f"neon-hours/{HOSTILE}/tiktok-ios/escape"
    evil["link"] = HOSTILE
    sheet = {"title": HOSTILE + "x" * 4000, "artists": [{"name": RTL}]}
    sound = {
        "state": HOSTILE,
        "title": HOSTILE,
        "artist": RTL,
        "url": "javascript:alert(1)",
        "services": [{"service": HOSTILE, "ours": False}],
        "competing": [{"title": HOSTILE}],
    }
    funnel = {
        "stages": [{"stage": HOSTILE, "count": 10}, {"stage": "b", "count": 2, "rate": 0.2}],
        "weakest": "b",
        "notes": [HOSTILE],
        "explained_by": [HOSTILE],
    }
    fields = [
        {
            "field": HOSTILE,
            "expected": HOSTILE,
            "match": HOSTILE,
            "values": [{"source": HOSTILE, "value": HOSTILE, "match": HOSTILE}],
        }
    ]
    art = [
        {
            "source": HOSTILE,
            "url": "javascript:alert(1)",
            "match": HOSTILE,
            "file": "/etc/passwd",
            "note": HOSTILE,
        }
    ]
    releases = [
        {
            "suite": "neon-hours",
            "sheet": sheet,
            "hours_since_release": -20.5,
            "fields": fields,
            "artwork": art,
            "sound": sound,
            "funnel": funnel,
        }
    ]
    return results(cases=[evil, *cases()[1:5]], releases=releases)


def write_evidence(folder: Path) -> None:
    """Draw the pictures the example results name: two pages on a phone, a cover and its tinted twin."""
    evidence = folder / "evidence"
    evidence.mkdir(parents=True, exist_ok=True)
    _page(
        evidence / "bio.png",
        "#efe7ff",
        "Mara Vale",
        ("Listen on Spotify", "Apple Music", "Tour dates"),
        "#5b2bd9",
    )
    _page(
        evidence / "player.png", "#121212", "Neon Hours", ("Log in", "Play preview"), "#1db954", light=False
    )
    for name, colours in (("cover", ("#2a1a5e", "#ff4a8d")), ("tinted", ("#1a5e4a", "#d0ff4a"))):
        image = Image.new("RGB", (640, 640), colours[0])
        draw = ImageDraw.Draw(image)
        for ring in range(9):
            draw.ellipse(
                (80 + ring * 28, 80 + ring * 28, 560 - ring * 28, 560 - ring * 28),
                outline=colours[1],
                width=9,
            )
        draw.text((36, 570), "NEON HOURS", fill="#fff", font_size=44)
        image.save(evidence / f"{name}.png")


def _page(
    path: Path, background: str, title: str, buttons: tuple[str, ...], accent: str, *, light: bool = True
) -> None:
    image = Image.new("RGB", (390, 760), background)
    draw = ImageDraw.Draw(image)
    draw.ellipse((135, 60, 255, 180), fill=accent)
    draw.text((195, 215), title, fill="#111" if light else "#fff", font_size=34, anchor="mm")
    for row, text in enumerate(buttons):
        top = 280 + row * 90
        draw.rounded_rectangle((40, top, 350, top + 64), 32, fill=accent)
        draw.text((195, top + 32), text, fill="#fff", font_size=22, anchor="mm")
    image.save(path)


NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
