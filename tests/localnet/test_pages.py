"""What the sites of fixtures/ answer: redirects, answers by user agent, stores, association files."""

import json

import pytest
import yaml

from dropcheck.localnet import LocalInternet, internet

TRACK = "11dFghVXANMlKmJXsNCbNl"
CHROME = (
    "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile"
)
WEBVIEW = CHROME.replace("Chrome/", "Version/4.0 Chrome/")
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Version/26.4 Safari/604.1"
)


async def follow(client, url):
    """The statuses and the last Location of a redirect chain, up to the first hop that isn't http(s)."""
    statuses = []
    while url.startswith("https:"):
        answer = await client.get(url)
        statuses.append(answer.status_code)
        if not answer.is_redirect:
            break
        host, location = url.split("/")[2], answer.headers["location"]
        url = f"https://{host}{location}" if location.startswith("/") else location
    return statuses, url


async def test_a_chain_of_redirects_ends_in_the_apps_scheme(client):
    assert await follow(client, "https://go.example/app") == ([301, 302, 307], f"spotify:track:{TRACK}")


async def test_a_redirect_keeps_parameters_only_where_it_says_so(client):
    _, kept = await follow(client, "https://go.example/web?utm_source=tiktok")
    _, lost = await follow(client, "https://go.example/lossy?utm_source=tiktok")
    assert kept == f"https://open.spotify.com/track/{TRACK}?utm_source=tiktok"
    assert lost == f"https://open.spotify.com/track/{TRACK}"


@pytest.mark.parametrize(
    ("agent", "status", "location"),
    [
        (CHROME, 307, "intent://open?link_click_id=1234567890123456789#Intent;scheme=spotify;"),
        (WEBVIEW, 200, None),
        (IPHONE, 200, None),
        ("curl/8.5", 302, f"https://open.spotify.com/track/{TRACK}"),
    ],
)
async def test_the_short_link_answers_by_user_agent(client, agent, status, location):
    answer = await client.get("https://spotify.link/neonHours1", agent=agent)
    assert answer.status_code == status
    assert answer.headers.get("location", "").startswith(location or "")
    assert ("Open in Spotify" in answer.text) == (status == 200)


async def test_an_invented_short_link_gets_a_landing_page_with_200(client):
    answer = await client.get("https://spotify.link/inventedByUs", agent=IPHONE)
    assert answer.status_code == 200
    assert TRACK not in answer.text


@pytest.mark.parametrize("host", ["open.spotify.com", "spotify.link", "spotify.app.link", "music.apple.com"])
async def test_association_files_are_json(client, host):
    answer = await client.get(f"https://{host}/.well-known/apple-app-site-association")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["applinks"]["details"]
    if host != "music.apple.com":
        (statement,) = (await client.get(f"https://{host}/.well-known/assetlinks.json")).json()
        assert statement["target"]["package_name"] == "com.spotify.music"


async def test_a_track_page_carries_the_public_head_tags(client, fixtures_dir):
    release = yaml.safe_load((fixtures_dir / "release.yaml").read_text())
    page = (await client.get(f"https://open.spotify.com/track/{TRACK}")).text
    assert f'<meta property="og:title" content="{release["title"]}">' in page
    assert 'content="Mara Vale · Neon Hours · Song · 2026"' in page
    assert '<meta name="music:duration" content="178">' in page
    assert '<meta name="music:release_date" content="2026-11-20">' in page
    ld = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(ld)["datePublished"] == "2026-11-20"
    assert (await client.get(f"https://open.spotify.com/intl-de/track/{TRACK}")).text == page


async def test_the_stores_know_the_two_music_apps_and_no_other(client):
    play = "https://play.google.com/store/apps/details?id="
    assert (await client.get(play + "com.spotify.music")).status_code == 200
    assert (await client.get(play + "com.example.other")).status_code == 404
    assert (await client.get("https://apps.apple.com/us/app/spotify/id324684580")).status_code == 200


async def test_artwork_is_served_as_an_image(client, fixtures_dir):
    answer = await client.get("https://i.scdn.co/image/ab67616d0000b273neonhours0001")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content == (fixtures_dir / "media/neon-hours.jpg").read_bytes()


async def test_a_preview_is_open_only_to_those_who_say_who_they_are(client):
    refused = await client.get("https://preview.example/mara")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Basic realm="preview"')
    known = {"Authorization": "Basic ZmFuOm5lb24="}
    assert (await client.get("https://preview.example/open/mara", headers=known)).status_code == 200
    key = {"X-Preview-Key": "neon"}
    assert (await client.get("https://preview.example/header/mara", headers=key)).is_redirect


async def test_a_form_post_leads_to_the_store(client):
    answer = await client.get("https://bio.example/form-post/go", method="POST", data={"service": "spotify"})
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"https://open.spotify.com/track/{TRACK}",
    )


async def test_an_unknown_page_says_so_without_echoing_markup(client):
    answer = await client.get("https://bio.example/<script>")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


async def test_every_page_of_the_artists_host_renders(net, client, fixtures_dir):
    site = yaml.safe_load((fixtures_dir / "sites/bio.example/site.yaml").read_text())
    for path in site["routes"]:
        answer = await client.get(f"https://bio.example{path}")
        assert answer.status_code in (200, 302), path
        assert "{{" not in answer.text, path
        assert "{%" not in answer.text, path


async def test_latency_is_added_to_every_answer(fixtures_dir, new_client, monkeypatch):
    waited = []

    async def note(milliseconds: int) -> None:
        waited.append(milliseconds)

    monkeypatch.setattr(internet, "_wait", note)
    async with LocalInternet(fixtures_dir, latency_ms=200) as net:
        client = new_client(net)
        await client.get("https://bio.example/mara")
        await client.get("https://slow.example/mara")
        await client.close()
    assert waited == [200, 6200]
