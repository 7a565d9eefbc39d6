"""CompanyPicker: what is documented of the interview at the company that is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from prepkit.answers import AnswerStore
from prepkit.answers.planned import load_planned
from prepkit.errors import PrepkitError
from prepkit.interviews import TOPICS, Interview, RoundView, interview_of, nothing_about
from prepkit.practice.names import by_region, companies_in_order, company_name
from prepkit.text import capitalize_first, escape_html
from prepkit.widgets.choices import company_options, dropdown
from prepkit.widgets.key_box import KeyBox
from prepkit.widgets.plan_watch import PlanWatch
from prepkit.widgets.table import glance_table, link
from prepkit.widgets.texts import DisplayText

if TYPE_CHECKING:
    from prepkit.bank import Bank
    from prepkit.records import Company

_ALL = "Companies and public bodies"


class CompanyPicker(KeyBox):
    """A list of companies, public bodies by their region, above what is known of the chosen one.

    Parameters
    ----------
    bank
        Where the companies are.
    company
        The company to show first, in any spelling of its name; without it, the first one that the
        candidate prepares for, or else the first of the list.
    store
        The candidate's answers, beside which it is kept what they prepare for. Until another
        company is chosen here, the picker follows it, also if it is said or changed later.

    Raises
    ------
    PrepkitError
        If the bank has no company, or not this one.
    """

    def __init__(
        self, bank: Bank, company: str | None = None, *, store: AnswerStore | None = None
    ) -> None:
        self._store = store
        self._companies = {one.name: one for one in bank.company_records}
        if not self._companies:
            raise PrepkitError("The question bank has no company: there is nothing to choose from.")
        self._groups = by_region(self._companies.values())
        self._planned = self._planned_company() if company is None else ""
        first = self._planned or self._first_of_list()
        self.region = dropdown("Show", [(_ALL, ""), *((name, name) for name in self._groups)])
        if len(self._groups) < 2:
            self.region.layout.display = "none"
        self.company = dropdown("Company", self._options(), company_name(bank, company or first))
        self.view = widgets.HTML(
            # A margin beside the whole width would make the page scroll sideways.
            layout=widgets.Layout(width="100%", margin="0", overflow="visible")
        )
        super().__init__(
            [
                widgets.HBox(
                    [self.region, self.company],
                    layout=widgets.Layout(flex_flow="row wrap", overflow="visible", width="100%"),
                ),
                self.view,
                *([PlanWatch(self._follow_plan)] if store and company is None else []),
            ],
            layout=widgets.Layout(overflow="visible", width="100%"),
        )
        self.region.observe(self._on_region, "value")
        self.company.observe(self._show, "value")
        self._show()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add all companies as text and HTML, for pages where no widget runs."""
        data = super()._repr_mimebundle_(**kwargs)
        return data and {**data, **_all_interviews(self._companies.values())}

    def _first_of_list(self) -> str:
        return next(iter(self._groups.values()))[0].name

    def _planned_company(self) -> str:
        """Return the first company of the plan that is in the list; empty if there is none."""
        try:
            wanted = load_planned(self._store.path.parent).companies if self._store else ()
        except PrepkitError:
            return ""  # the first page tells what is wrong with the plan
        return next((one for one in wanted if one in self._companies), "")

    def _follow_plan(self) -> None:
        # This page may have been run before a first plan was made.
        before, self._planned = self._planned, self._planned_company()
        is_untouched = self.company.value == (before or self._first_of_list())
        if self._planned in ("", before) or not is_untouched:
            return
        if self._planned not in dict(self._options()).values():
            self.region.value = ""
        self.company.value = self._planned

    def _options(self) -> list[tuple[str, str]]:
        if not self.region.value:
            return company_options(self._companies.values())
        return [(one.name, one.name) for one in self._groups[self.region.value]]

    def _on_region(self, _change: object) -> None:
        # The chosen company stays, if it is still in the list; otherwise the first one is chosen.
        chosen, options = self.company.value, self._options()
        self.company.options = options
        self.company.value = chosen if chosen in dict(options).values() else options[0][1]

    def _show(self, _change: object = None) -> None:
        if chosen := self._companies.get(self.company.value):  # None while the list is changed
            self.view.value = _interview_html(chosen)


def _interview_html(company: Company) -> str:
    """Return a company's note, its rounds, its rule on AI, and what isn't documented."""
    interview = interview_of(company)
    note = f"<p>{escape_html(company.note)}</p>" if company.note else ""
    head = DisplayText(f"<h3>{escape_html(company.name)}</h3>{note}").html
    rounds = _rounds_html(interview) if interview.rounds else ""
    return f"{head}{rounds}{DisplayText(_after_rounds(interview)).html}"


def _rounds_html(interview: Interview) -> str:
    rows = interview.rounds
    columns: dict[str, list[str]] = {
        "Round": [one.name for one in rows],
        "For whom, how long": [capitalize_first(one.facts) for one in rows],
        "What is scored, who decides": [one.what_and_who for one in rows],
        "Source": [one.source.label for one in rows],
    }
    table = glance_table(
        {name: cells for name, cells in columns.items() if any(cells)},
        caption=f"Rounds at {interview.company}",
        wide=["What is scored, who decides", "Source"],
        links={"Source": [one.source.href for one in rows]},
    )
    return table.html


def _after_rounds(interview: Interview) -> str:
    rule = ""
    if source := interview.rule_source:
        told = escape_html(interview.rule)
        rule = f"<p><b>AI in the interview:</b> {told} {link(source.href, source.label)}</p>"
    return rule + "".join(f"<p>{escape_html(one)}</p>" for one in interview.notices)


def _all_interviews(companies: Iterable[Company]) -> dict[str, str]:
    """Return what is documented of all companies, by MIME type."""
    listed = companies_in_order(companies)
    bodies = [_plain(interview_of(one)) for one in listed if one.rounds or one.ai_rule]
    if unknown := [one.name for one in listed if not one.rounds and not one.ai_rule]:
        bodies.append(f"<p>{escape_html(nothing_about(TOPICS, unknown))}</p>")
    text = DisplayText("".join(bodies))
    return {"text/html": text.html, "text/plain": text.text}


def _plain(interview: Interview) -> str:
    rounds = "".join(f"<li>{_round_line(one)}</li>" for one in interview.rounds)
    listed = f"<ol>{rounds}</ol>" if rounds else ""
    return f"<h3>{escape_html(interview.company)}</h3>{listed}{_after_rounds(interview)}"


def _round_line(one: RoundView) -> str:
    name = f"{one.name} ({one.facts})." if one.facts else f"{one.name}."
    told = " ".join(filter(None, [name, one.what_and_who]))
    return f"{escape_html(told)} {link(one.source.href, one.source.label)}"
