"""What buttons that do something for the fan are called, in the languages fans meet them in."""

from __future__ import annotations

import re

#: “Pre-save” is written with any dash, a blank or nothing between its halves.
_PRE = r"\bpre[\s\u00ad\u2010-\u2015-]?"
_WORDS = {
    "presave": rf"{_PRE}(?:saved?|add(?:ed)?|order)\b"
    r"|\bpré[\s-]?(?:save|enregistre\w*|salv\w+|ajout\w*|adicion\w+)"
    rf"|\bvormerken\b|\bvorab (?:speichern|sichern)|\bvorbestellen\b|{_PRE}(?:guard\w+|salv\w+|ordin\w+|orden\w+)"
    r"|\bvooraf opslaan\b|\bförhands\w+|\bforhånds\w+|\bennakkotallen\w+|\bön kayde\w+|\bpredzapis\w*"
    r"|\bпредсохран\w+|プリセーブ|プリアド|사전\s?저장|预存|預存|预先保存",
    "save": r"\bsave\b|\badd to (?:my |your )?library\b|\bspeichern\b|\bguardar\b|\benregistrer\b|\bsalvar\b|\bsalva\b",
    "follow": r"\bfollow\b|\bfolgen\b|\bseguir\b|\bsuivre\b|\bsegui\b|\bvolgen\b",
    "playlist-add": r"\badd to (?:a |my )?playlist\b|\bplaylist\b",
}
_READS = {action: re.compile(words, re.IGNORECASE) for action, words in _WORDS.items()}


def speaks_of(action: str, label: str) -> bool:
    """Return whether a label speaks of `action`: ``presave``, ``save``, ``follow`` or ``playlist-add``.

    Words decide what is tapped first and how a page is described, never where a button leads.
    """
    return _READS[action].search(label) is not None
