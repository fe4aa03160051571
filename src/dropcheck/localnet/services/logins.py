"""Mounts every login of the local internet, and the pre-save service that leads to them."""

from __future__ import annotations

from pathlib import Path

from dropcheck.localnet.internet import LocalInternet
from dropcheck.localnet.services import other_logins, presave_service, spotify_accounts
from dropcheck.localnet.services.presave_service import PresaveService, load_starts
from dropcheck.localnet.services.spotify_accounts import SpotifyAccounts


def mount_logins(internet: LocalInternet, fixtures: Path | str) -> SpotifyAccounts:
    """Mount the logins that the fixtures' pages lead to; return Spotify's, whose library tests look into."""
    clients, starts = load_starts(Path(fixtures) / "sites" / presave_service.HOST)
    accounts = SpotifyAccounts(clients)
    internet.mount(spotify_accounts.ACCOUNTS_HOST, accounts.accounts)
    internet.mount(spotify_accounts.CHALLENGE_HOST, accounts.challenge)
    internet.mount(spotify_accounts.API_HOST, accounts.api)
    internet.mount(other_logins.APPLE_HOST, other_logins.apple_music)
    internet.mount(other_logins.DEEZER_HOST, other_logins.deezer)
    internet.mount(other_logins.GOOGLE_HOST, other_logins.google)
    internet.mount(presave_service.HOST, PresaveService(accounts, starts).answer)
    return accounts
