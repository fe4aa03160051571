"""Whether a boosted post plays the release's sound, before money is spent on it."""

from __future__ import annotations

from dropcheck.catalog.ask import Asker, AskError
from dropcheck.catalog.match import Match
from dropcheck.catalog.sound import sound_id
from dropcheck.catalog.tiktok import TikTok
from dropcheck.catalog.title import compare_titles
from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, Finding
from dropcheck.suite.sheet import Release


async def post_findings(post: str | None, sheet: Release, asker: Asker) -> list[Finding]:
    """Return what the post's embed says of its sound; nothing for a sheet that names no sound."""
    ours = {
        found for url in (sheet.tiktok_sound, *sheet.alternate_sounds) if url and (found := sound_id(url))
    }
    if post is None or not ours:
        return []
    try:
        music_id, title = await TikTok(asker).sound_of_post(post)
    except AskError as error:
        return [finding("placement/post-not-seen", f"{error.detail}.", Basis.OBSERVED, value=error.detail)]
    if music_id in ours:
        return []
    evidence = {"sound": music_id, "title": title, "post": post}
    seen = f"The post plays the sound {music_id}, “{title}”."
    same = (
        bool(sheet.title and title) and compare_titles(sheet.title or "", title).base is not Match.DIFFERENT
    )
    rule = "placement/other-sound-id" if same else "placement/other-sound"
    return [finding(rule, seen, Basis.OBSERVED, evidence=evidence, value=title or music_id)]
