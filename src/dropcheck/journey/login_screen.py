"""The screen of a journey to a login: what the finger taps there, in an app and outside."""

from __future__ import annotations

from dropcheck.engine.base import Control, PageSurvey
from dropcheck.journey.failures import Ended
from dropcheck.journey.login_controls import (
    WantedLogin,
    choose_login,
    guess_control,
    is_way_out,
    locked_control,
)
from dropcheck.journey.login_model import LoginVisit
from dropcheck.journey.model import Ending
from dropcheck.journey.screen import Screen

#: A selector of the suite's is looked for this long before something else is tapped.
_LOOK_S = 1.0


class LoginScreen(Screen):
    """Taps what saves the song: in an app the way out first, then the suite's own button, then what looks like it.

    Call `seek` before `follow`.
    """

    _asked: WantedLogin
    _visit: LoginVisit
    _buttons: list[str]
    _leaves_first: bool
    _stops: bool

    def seek(
        self,
        asked: WantedLogin,
        visit: LoginVisit,
        buttons: list[str],
        *,
        leaves_first: bool,
        stops: bool,
    ) -> None:
        """Say what is wanted: `buttons` are the suite's selectors of the save button, what is seen goes into `visit`.

        With `leaves_first` a way out of the app is taken before the button is; with `stops` the login's address is
        all that is wanted.
        """
        self._asked, self._visit, self._buttons = asked, visit, buttons
        self._leaves_first, self._stops = leaves_first, stops
        self.pick = self._pick

    def _over(self) -> Ended | None:
        # A link that goes straight to its login never shows a page of its own.
        if self._stops and self._visit.asked:
            return Ended(Ending.STAYED, "the login's address is known")
        return super()._over()

    async def _next_control(self, survey: PageSurvey) -> Control | None:
        chosen = await super()._next_control(survey)
        if self.selectors or not self._buttons or (chosen is not None and self._is_way_out(chosen)):
            return chosen
        own = await self.view.find(self._buttons[0], _LOOK_S)
        if own is None:
            return chosen
        self._buttons.pop(0)
        self._visit.tapped_button = True
        return own

    def _pick(self, survey: PageSurvey, tried: set[tuple[str, str]]) -> Control | None:
        begun = self.story.taps > 0
        if "foreign-frame" in survey.marks:
            self._visit.has_foreign_frame = True
        if "email-field" in survey.marks:
            self._visit.has_email_field = True
        chosen = choose_login(survey, self._asked, tried, in_app=self._leaves_first, begun=begun)
        if chosen is None:
            self._visit.locked = locked_control(survey, self._asked) or self._visit.locked
            if self._visit.locked is None and not self._visit.has_email_field:
                return guess_control(survey, self._asked, tried)
        elif not self._is_way_out(chosen):
            self._visit.tapped_button = True
        else:
            beside = choose_login(survey, self._asked, tried, in_app=False, begun=begun)
            self._visit.passed_over = self._visit.passed_over or beside
            self._visit.exit_in_view = self._visit.exit_in_view or chosen.in_view
        return chosen

    def _is_way_out(self, control: Control) -> bool:
        return self._leaves_first and is_way_out(control)
