"""PlanPanel: the plan until the interview, and buttons that save it for a calendar and for Anki."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as widgets  # type: ignore[import-untyped]

from prepkit.answers import AnswerStore
from prepkit.answers.planned import Planned, load_planned, save_planned
from prepkit.errors import PrepkitError
from prepkit.files import write_own
from prepkit.practice.evenings import PracticePlan, practice_plan, settle
from prepkit.practice.params import split_names
from prepkit.practice.plan_calendar import CALENDAR_KIND, CALENDAR_MARK, calendar_file
from prepkit.practice.plan_cards import CARDS_KIND, CARDS_MARK, cards_file
from prepkit.records import LEVELS
from prepkit.sheet import level_title
from prepkit.text import escape_html
from prepkit.widgets.key_box import KeyBox

if TYPE_CHECKING:
    from prepkit.bank import Bank

_NO_DATE = "Choose the date of your interview, and your evenings are shown here."
_WIDE = {"description_width": "9em"}
_TIMES = [time(hour, minute) for hour in range(6, 23) for minute in (0, 30)]


class PlanPanel(KeyBox):
    """The evenings until the interview. What is chosen is kept at once.

    Parameters
    ----------
    bank
        Where the questions are.
    store
        The candidate's answers; what the plan is for is kept in the same folder.
    folder
        Where the files are saved; without it, in the folder of the notebook.
    now
        The clock; it gives moments with a time zone.
    """

    def __init__(
        self,
        bank: Bank,
        store: AnswerStore,
        *,
        folder: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._bank, self._store, self._now = bank, store, now
        self._folder = folder
        kept = load_planned(store.path.parent)
        self.interview = widgets.DatePicker(
            description="Interview date", value=kept.interview, style=_WIDE
        )
        self.level = widgets.Dropdown(
            description="Level",
            options=[("Choose your level", None), *((level_title(name), name) for name in LEVELS)],
            value=kept.level,
            style=_WIDE,
        )
        self.companies = widgets.Text(
            description="Companies",
            value="; ".join(kept.companies),
            placeholder="Such as: Amazon; Shopify",
            continuous_update=False,
            style=_WIDE,
        )
        # The terminal takes any time: one that is kept has to be in the list, or it would be lost.
        times = sorted({*_TIMES, kept.at} if kept.at else _TIMES)
        self.at = widgets.Dropdown(
            description="Evenings begin",
            options=[("At no fixed time", None), *((f"{one:%H:%M}", one) for one in times)],
            value=kept.at,
            style=_WIDE,
        )
        self.calendar = widgets.Button(description="Save for my calendar", layout={"width": "auto"})
        self.cards = widgets.Button(description="Save for Anki", layout={"width": "auto"})
        self.note = widgets.HTML()
        self.evenings = widgets.HTML()
        super().__init__(
            [
                self.interview,
                self.level,
                self.companies,
                self.at,
                self.evenings,
                widgets.HBox(
                    [self.calendar, self.cards], layout=widgets.Layout(flex_flow="row wrap")
                ),
                self.note,
            ],
            layout=widgets.Layout(max_width="60em"),
        )
        for choice in (self.interview, self.level, self.companies, self.at):
            choice.observe(self._on_choice, "value")
        self.calendar.on_click(self._on_calendar)
        self.cards.on_click(self._on_cards)
        self._on_choice(None)

    def _on_choice(self, _change: object) -> None:
        self._say("")
        self.evenings.value = f"<p>{_NO_DATE}</p>"
        if self.interview.value is None:
            return
        try:
            _, plan = self._plan()
        except PrepkitError as error:
            self.evenings.value = ""
            self._say(str(error))
            return
        first, *rest = (f"<p>{escape_html(line)}</p>" for line in plan.lines if line)
        self.evenings.value = f'{first}<div style="line-height:1.5">{"".join(rest)}</div>'

    def _on_calendar(self, _button: object) -> None:
        def save(folder: Path) -> str:
            planned, plan = self._plan()
            path = folder / "plan.ics"
            content = calendar_file(plan, self._now(), at=planned.at)
            write_own(path, content, mark=CALENDAR_MARK, kind=CALENDAR_KIND)
            return (
                f"Your plan is in {path}. Open that file with your calendar. When your plan "
                "changes, save it again and open it again: the evenings in your calendar move."
            )

        self._save(save)

    def _on_cards(self, _button: object) -> None:
        def save(folder: Path) -> str:
            planned, _ = self._plan()
            path = folder / "cards.txt"
            content = cards_file(self._bank, self._store.load(), planned.questions)
            write_own(path, content, mark=CARDS_MARK, kind=CARDS_KIND)
            return (
                f"Your cards are in {path}. In Anki, choose File > Import. They hold the first "
                "sentences of your complete answers, so only you can read this file."
            )

        self._save(save)

    def _save(self, save: Callable[[Path], str]) -> None:
        if self.interview.value is None:
            self._say("Choose the date of your interview first.")
            return
        try:
            self._say(save(self._folder or Path.cwd()))
        except PrepkitError as error:
            self._say(str(error))

    def _plan(self) -> tuple[Planned, PracticePlan]:
        """Return what is chosen and the plan for it, and keep what is chosen."""
        folder, now = self._store.path.parent, self._now()
        kept = load_planned(folder)
        wanted = kept.model_copy(
            update={
                "interview": self.interview.value,
                "level": self.level.value,
                "companies": tuple(split_names(self.companies.value)),
                "at": self.at.value,
            }
        )
        answers = self._store.load()
        planned = settle(
            self._bank, answers, wanted, kept, today=now.date(), new_name=uuid.uuid4().hex
        )
        if planned != kept:
            save_planned(planned, folder)
        plan = practice_plan(self._bank, answers, self._store.reviews(), planned, now)
        return planned, plan

    def _say(self, text: str) -> None:
        self.note.value = f'<span role="status">{escape_html(text)}</span>' if text else ""
