"""What buttons are called."""

import pytest

from dropcheck.apps import speaks_of


@pytest.mark.parametrize(
    "label",
    [
        "Pre-save",
        "PRESAVE NOW",
        "Pre save on Spotify",
        "Pre\u2011Save",
        "Pre-add on Apple Music",
        "Jetzt vormerken",
        "Pré-enregistrer",
        "Pré-salvar",
        "Preguardar",
        "プリセーブ",
        "사전 저장",
    ],
)
def test_a_pre_save_is_read_in_many_spellings(label):
    assert speaks_of("presave", label)


@pytest.mark.parametrize("label", ["Play", "Listen now", "Present", "Premiere", "Prepare", "Save", ""])
def test_other_words_are_no_pre_save(label):
    assert not speaks_of("presave", label)


@pytest.mark.parametrize(
    ("action", "label"),
    [
        ("save", "Save to your library"),
        ("save", "Speichern"),
        ("follow", "Follow Mara Vale"),
        ("follow", "Folgen"),
        ("playlist-add", "Add to my playlist"),
    ],
)
def test_each_action_has_its_own_words(action, label):
    assert speaks_of(action, label)
