"""The sheet's artists as credits: their own ids on each service, and their namesakes'."""

from __future__ import annotations

import pytest

from dropcheck.catalog.credits import Credit, CreditComparison, CreditFault
from dropcheck.catalog.match import Match
from dropcheck.check.metadata_credits import credit_note, credit_rule, expected_credits
from dropcheck.check.rulebook import rulebook
from dropcheck.suite.sheet import Release

OWN, OTHER = "4Z8W4fKeB5YxbusRsdQVPb", "0NamesakeOfMaraVale001"


def test_ids_come_from_the_credit_completed_by_the_shared_identities() -> None:
    sheet = Release.model_validate(
        {
            "artists": [{"name": "Mara Vale", "deezer": "5501"}, {"name": "Kai", "role": "featured"}],
            "identities": {"Mara Vale": {"spotify": OWN, "deezer": "1"}},
        }
    )
    assert expected_credits(sheet, sheet.artists, "spotify") == [
        Credit("Mara Vale", OWN),
        Credit("Kai", main=False),
    ]
    assert expected_credits(sheet, sheet.artists, "deezer")[0] == Credit("Mara Vale", "5501")


@pytest.mark.parametrize(
    "written", [OTHER, f"https://open.spotify.com/artist/{OTHER}?si=1", f"spotify:artist:{OTHER}"]
)
def test_a_namesake_may_be_an_id_an_address_or_a_uri(written: str) -> None:
    sheet = Release.model_validate({"artists": [{"name": "Mara Vale", "namesakes": written}]})
    (credit,) = expected_credits(sheet, sheet.artists, "spotify")
    assert credit.is_on_wrong_page(OTHER)
    assert not credit.is_on_wrong_page(OWN)


@pytest.mark.parametrize("fault", CreditFault)
def test_every_fault_has_its_rule_and_its_words(fault: CreditFault) -> None:
    found = CreditComparison(Match.DIFFERENT, fault, ("Kai",))
    assert credit_rule(found) in rulebook()
    assert credit_note(found)
    assert credit_rule(CreditComparison(Match.EXACT)) is None
