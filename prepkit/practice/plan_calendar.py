"""A plan as a calendar file (RFC 5545): an event per evening, and the interview itself. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from prepkit.practice.evenings import Evening, PracticePlan

if TYPE_CHECKING:
    from icalendar import Alarm, Event

CALENDAR_MARK = b"PRODID:-//prepkit//plan//EN"
"""A line of every calendar file that is written here, by which it is recognized as ours."""
CALENDAR_KIND = "a calendar file from prepkit"
"""What kind of file it is, in messages."""


def calendar_file(
    plan: PracticePlan, now: datetime, *, at: time | None = None, remind: int | None = None
) -> bytes:
    """Return a file that calendar programs import.

    Evenings are known by how many are left, and not by their days. So when a file of the same plan
    is imported again on a later day, the events move to where the evenings are by then, and none is
    there twice.

    Parameters
    ----------
    now
        When the file is made; it must have a time zone.
    at
        When an evening begins, wherever the reader is; without it, events take the whole day, and
        leave it free for other things.
    remind
        How many minutes before an evening begins the calendar is to remind of it; not at all
        without it. It needs `at`.
    """
    # Imported here, because few commands need it.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", CALENDAR_MARK.removeprefix(b"PRODID:").decode())
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for evening in plan.evenings:
        event = _evening(plan, evening, at)
        if at and remind is not None:
            event.add_component(_alarm(remind))
        calendar.add_component(event)
    calendar.add_component(_interview(plan))
    for event in calendar.events:
        event.add("dtstamp", now.astimezone(UTC))
        # Whoever may look into this calendar sees that there is something, and not what.
        event.add("class", "PRIVATE")
    content: bytes = calendar.to_ical()
    return content


def _evening(plan: PracticePlan, evening: Evening, at: time | None) -> Event:
    texts = list(plan.questions.values())
    lines = [*evening.tasks, *(f"Question {n}: {texts[n - 1]}" for n in evening.numbers)]
    event = _event(
        f"{plan.name}-evening-{evening.left}", f"Interview practice ({evening.minutes} min)"
    )
    event.add("description", "\n".join(lines))
    if at:
        # Without a time zone: 19:00 is in the evening wherever the candidate is on that day.
        start = datetime.combine(evening.day, at)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=evening.minutes))
    else:
        event.add("dtstart", evening.day)
        event.add("dtend", evening.day + timedelta(1))
        event.add("transp", "TRANSPARENT")
    return event


def _interview(plan: PracticePlan) -> Event:
    # All day: prepkit knows its date, and not its time.
    event = _event(f"{plan.name}-interview", "Your interview")
    event.add("dtstart", plan.interview)
    event.add("dtend", plan.interview + timedelta(1))
    return event


def _event(uid: str, summary: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uid}@prepkit")
    event.add("summary", summary)
    return event


def _alarm(minutes: int) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Interview practice")
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm
