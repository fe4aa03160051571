"""A page as a plain HTTP client gets it: redirects followed one by one, a preview host's headers sent only there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from dropcheck.catalog.ask import APP_LOCATION, Answer, Asker, AskError, Trouble
from dropcheck.network.access import access_headers

#: Redirects that are followed; browsers give up at twenty.
_MOST_HOPS = 20
#: Statuses by which a server turns this machine away: a fan's phone may well be let in. A 403 and a 503 are among
#: them because no browser is there that could show what they say; 999 is LinkedIn's word to robots.
_WALLS = frozenset({401, 403, 407, 429, 451, 503, 999})
_CHALLENGE = re.compile(r"captcha|just a moment|verify (?:that )?you are (?:a )?human", re.IGNORECASE)

Access = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Visited:
    """What an address came to: the answers on the way, and the address after them that was not asked.

    `trouble` says why the way broke off; then there may be no answer at all.
    """

    asked: str
    answers: tuple[Answer, ...] = ()
    leads_to: str | None = None
    trouble: AskError | None = None

    @property
    def last(self) -> Answer | None:
        """The last answer, None where there is none or the way broke off after it."""
        return self.answers[-1] if self.answers and self.trouble is None else None

    @property
    def status(self) -> int:
        """The status of the last answer, 0 where the way broke off."""
        return self.last.status if self.last is not None else 0

    @property
    def way(self) -> tuple[str, ...]:
        """Every address from the first to the one the visit ended on."""
        asked = tuple(answer.url for answer in self.answers) or (self.asked,)
        return asked if self.leads_to is None else (*asked, self.leads_to)

    @property
    def url(self) -> str:
        """The address the visit ended on."""
        return self.way[-1]

    @property
    def is_circular(self) -> bool:
        """Whether it redirects without end."""
        return self.trouble is not None and self.trouble.trouble is Trouble.BROKEN

    @property
    def is_unreachable(self) -> bool:
        """Whether no answer came, here or there."""
        return self.trouble is not None and self.trouble.trouble is Trouble.UNREACHABLE

    @property
    def wall(self) -> str | None:
        """What kept this machine from seeing the page, in words; None where nothing did."""
        if self.trouble is not None:
            return None if self.is_circular or self.is_unreachable else self.trouble.detail
        answer = self.last
        return f"the server answered {answer.status}" if answer is not None and is_wall(answer) else None


async def visit(
    url: str,
    asker: Asker,
    *,
    agent: str | None = None,
    referrer: str | None = None,
    access: Access | None = None,
    stops_at: Callable[[str], bool] | None = None,
) -> Visited:
    """Follow redirects up to a page, or to an address that `stops_at` names or that is none of the web; never raises.

    `access` maps hosts to headers that are sent to them and to nobody else. `agent` is the browser to be taken for.
    """
    first, answers = url, list[Answer]()
    common = {"Accept": "text/html,*/*;q=0.8"}
    common |= {"User-Agent": agent} if agent is not None else {}
    common |= {"Referer": referrer} if referrer is not None else {}
    try:
        while len(answers) <= _MOST_HOPS:
            own = access_headers(access or {}, url)
            answer = await asker.send("GET", url, headers={**common, **own}, follow=False)
            answers.append(answer)
            target = answer.headers.get("location") or answer.headers.get(APP_LOCATION)
            if not 300 <= answer.status < 400 or not target:
                return Visited(first, tuple(answers))
            url = urljoin(url, target)
            if urlsplit(url).scheme not in ("http", "https") or (stops_at is not None and stops_at(url)):
                return Visited(first, tuple(answers), url)
    except AskError as error:
        return Visited(first, tuple(answers), trouble=error)
    except ValueError:
        trouble = AskError(Trouble.BROKEN, "it redirects to something that is no address")
        return Visited(first, tuple(answers), trouble=trouble)
    trouble = AskError(Trouble.BROKEN, f"it redirects more than {_MOST_HOPS} times")
    return Visited(first, tuple(answers), trouble=trouble)


def is_wall(answer: Answer) -> bool:
    """Return whether a wall against machines answered in the page's place."""
    if answer.status in _WALLS:
        return True
    return answer.status >= 400 and bool(answer.headers.get("cf-mitigated") or _CHALLENGE.search(answer.text))
