"""Dates, levels, companies and ids mean what people mean by them; what isn't clear is asked."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.bank import load_bank
from prepkit.packets.roster.aliases import alias_key, aliases
from prepkit.packets.roster.companies import LEGAL, CompanyReader
from prepkit.packets.roster.dates import ORDERS, Order, read_days
from prepkit.packets.roster.faults import CellError, rows_text, say
from prepkit.packets.roster.file import Cell
from prepkit.packets.roster.ids import about_ids, id_of_email, student_id
from prepkit.packets.roster.levels import read_level
from prepkit.practice.names import company_name
from prepkit.records import LEVELS, is_student_id

BANK = load_bank()
COMPANIES = {one.name: one.aliases for one in BANK.company_records}
TOML = "roster.prepkit.toml"
DAY = date(2027, 2, 15)


def days(*cells: Cell, said: Order | None = None) -> list[date | str]:
    """Return the day of each cell, or what is said instead; the first cell is in row 2."""
    numbered = dict(enumerate(cells, 2))
    found = read_days(numbered, said, TOML)
    errors = {row: str(fault) for row, fault in found.faults}
    return [found.found.get(row) or errors[row] for row in numbered]


# --- dates ---


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-15",
        "2027/2/15",
        "2027.02.15",
        "15.02.2027",
        "15. 2. 2027",
        "15.2.27",
        "2/15/2027",
        "15/02/2027",
        "2-15-27",
        "15 Feb 2027",
        "15-Feb-27",
        "Feb 15, 2027",
        "February 15th, 2027",
        "15th of February 2027",
        "Monday, February 15, 2027",
        "Mon 2/15/2027",
        "15. Februar 2027",
        "Montag, 15. Februar 2027",
        "15 février 2027",
        "lundi 15 févr. 2027",
        "15 de febrero de 2027",
        "lunes, 15 de febrero de 2027",
        "2027-02-15 10:30",
        "2027-02-15T10:30:00+01:00",
        "2027-02-15T10:30:00Z",
        "2027-02-15T00:00:00.000Z",
        "2/15/2027 9:14am",
        "2/15/2027 at 3 PM",
        "15.02.2027, 14:00 Uhr",
        "15/02/2027 à 14h30",
        "15/02/2027 14h",
        "Feb 15, 2027 at 3:00 PM PST",
        "2027-02-15 at 10:30 (Europe/Berlin)",
        "\N{FULLWIDTH DIGIT TWO}027-02-15",
        DAY,
        datetime(2027, 2, 15, 10, 30),
        datetime(2027, 2, 15, 0, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    ],
)
def test_a_day_is_read_in_the_notations_of_four_languages(text: Cell) -> None:
    assert days(text) == [DAY]


def test_tuesday_and_march_are_told_apart_although_both_are_mar() -> None:
    assert days("mar 16 févr. 2027", "Tue, 16 Mar 2027", "16 mar 2027") == [
        date(2027, 2, 16),
        date(2027, 3, 16),
        date(2027, 3, 16),
    ]


def test_a_day_after_the_twelfth_settles_the_order_of_the_whole_column() -> None:
    assert days("1/2/2027", "2/15/2027") == [date(2027, 1, 2), DAY]
    assert days("1/2/2027", "15/2/2027") == [date(2027, 2, 1), DAY]
    found = read_days({2: "1/2/2027", 7: "2/15/2027"})
    assert (found.order, found.settled_by) == ("month first", 7)


def test_a_date_that_is_the_same_in_both_orders_is_read_and_settles_nothing() -> None:
    assert days("2/2/2027") == [date(2027, 2, 2)]
    assert str(days("2/2/2027", "1/2/2027")[1]).startswith("'1/2/2027' can be read in two ways")


def test_the_order_that_the_coach_has_written_down_is_obeyed() -> None:
    assert days("1/2/2027", said="day first") == [date(2027, 2, 1)]
    assert days("1/2/2027", "15/2/2027", said="month first") == [
        date(2027, 1, 2),
        "'15/2/2027' can't be read month first, as roster.prepkit.toml says: write it as in"
        " 2026-01-31",
    ]


def test_where_both_orders_are_in_a_column_only_what_is_clear_is_read() -> None:
    assert days("1/2/2027", "2/15/2027", "15/2/2027") == [
        "'1/2/2027' can be read in two ways: some dates in the column have the day first, and"
        " others the month. Write it as in 2026-01-31",
        DAY,
        DAY,
    ]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1/2/2027", "'1/2/2027' can be read in two ways, and no other date in the column settles"
            " it. Say which comes first, under [dates] in roster.prepkit.toml: order ="
            ' "day first", or order = "month first"'),
        ("15 Feb", "'15 Feb' has no year: write it as in 2026-01-31"),
        ("Feb 2027", "'Feb 2027' is not a date: write it as in 2026-01-31"),
        ("next week", "'next week' is not a date: write it as in 2026-01-31"),
        ("20270215", "'20270215' is not a date: write it as in 2026-01-31"),
        (12.5, "'12.5' is not a date: write it as in 2026-01-31"),
        (True, "'True' is not a date: write it as in 2026-01-31"),
        ("46433", "'46433' is how a spreadsheet counts days: format the column as a date"),
        ("31.02.2027", "there is no such day as '31.02.2027': check the month and the day"),
        ("31 Feb 2027", "there is no such day as '31 Feb 2027': check the month and the day"),
        ("01/02/1027", "there is no such day as '01/02/1027': check the month and the day"),
        ("9999-12-31T23:30:00-05:00", "there is no such day as '9999-12-31 23:30 UTC-05:00': check"
            " the month and the day"),
        ("2027-02-15T22:30:00Z", "'2027-02-15 22:30 UTC' is in UTC, so the day depends on where"
            " the student is: write only the date, as in 2026-01-31"),
    ],
)  # fmt: skip
def test_what_is_no_day_for_sure_is_refused_with_what_would_be_right(
    cell: Cell, message: str
) -> None:
    assert days(cell) == [message]


def test_a_time_is_left_out_and_the_coach_is_told() -> None:
    found = read_days({2: "2027-02-15 10:30", 3: datetime(2027, 2, 15, 9), 4: "2027-02-15"})
    assert [row for row, _ in found.remarks] == [2, 3]
    assert say([remark for _, remark in found.remarks]) == (
        "'2027-02-15 10:30' and '2027-02-15 09:00' have a time: only the day is taken"
    )


def test_a_spreadsheet_may_have_swapped_day_and_month_where_texts_stand_among_dates() -> None:
    found = read_days({2: "2/15/2027", 3: date(2027, 3, 4), 4: date(2027, 3, 3)})
    assert [(row, str(remark)) for row, remark in found.remarks] == [
        (
            3,
            "'4 March 2027' is a date to the spreadsheet, while other cells of the column are text."
            " A spreadsheet that expects another order may have swapped day and month: please"
            " check",
        )
    ]


@given(
    st.lists(st.dates(date(2000, 1, 1), date(2099, 12, 31)), min_size=1, max_size=8),
    st.sampled_from(ORDERS),
    st.sampled_from("/-. "),
    st.booleans(),
)
def test_a_column_in_one_order_is_never_read_in_the_other(
    wanted: list[date], order: Order, mark: str, short: bool
) -> None:
    year = "%y" if short else "%Y"
    form = mark.join(["%d", "%m", year] if order == "day first" else ["%m", "%d", year])
    texts = [day.strftime(form) for day in wanted]
    for day, found in zip(wanted, days(*texts), strict=True):
        is_open = day.day <= 12 and day.month <= 12
        if mark == "." and order == "month first" and is_open:
            continue  # with dots, the day is first: nobody writes this
        assert found == day or (isinstance(found, str) and is_open)
    if mark != ".":
        assert days(*texts, said=order) == wanted


@given(st.text(max_size=30))
def test_no_text_is_more_than_a_day_or_a_message(text: str) -> None:
    (found,) = days(text or "-")
    assert isinstance(found, date) or found


# --- levels ---


def level_or_message(text: str) -> str:
    try:
        return str(read_level(text, {}, TOML).level)
    except CellError as error:
        return str(error)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("EM", "engineering manager"),
        ("Eng Manager", "engineering manager"),
        ("Engineering Mgr.", "engineering manager"),
        ("Software Engineering Manager", "engineering manager"),
        ("Manager", "engineering manager"),
        ("M1", "engineering manager"),
        ("SDM", "engineering manager"),
        ("Teamleiterin", "engineering manager"),
        ("Sr. EM", "senior manager"),
        ("Sr Mgr, Engineering", "senior manager"),
        ("Senior Engineering Manager", "senior manager"),
        ("Senior_Manager", "senior manager"),
        ("Senior Manager+", "senior manager"),
        ("M2", "senior manager"),
        ("Senior Software Engineer", "senior engineer"),
        ("Senior SWE II", "senior engineer"),
        ("Sr. Backend Developer", "senior engineer"),
        ("Senior", "senior engineer"),
        ("Senior Entwicklerin", "senior engineer"),
        ("Ingénieur senior", "senior engineer"),
        ("Staff", "staff engineer"),
        ("Principal Engineer", "staff engineer"),
        ("Director of Engineering", "director"),
        ("Directora de ingeniería", "director"),
        ("Head of Engineering", "director"),
        ("VP", "director"),
        ("Vice President, Engineering", "director"),
        ("CTO", "director"),
        ("Senior / Staff Engineer", "staff engineer"),
        ("Staff / Senior manager", "senior manager"),
        ("EM to Senior EM", "senior manager"),
        ("Senior Manager (L7)", "senior manager"),
        ("EM \N{EN DASH} Director", "director"),
    ],
)
def test_a_level_is_known_by_what_people_call_it(text: str, level: str) -> None:
    assert read_level(text, {}, TOML).level == level


@pytest.mark.parametrize(
    "text", ["SWE III", "L5", "L6\N{EN DASH}L7", "L6-L7", "IC5", "E6", "5", "Tech Lead"]
)
def test_a_level_that_differs_between_companies_is_asked_about(text: str) -> None:
    with pytest.raises(CellError) as caught:
        read_level(text, {}, TOML)
    example = "staff engineer" if text == "Tech Lead" else "senior engineer"
    assert str(caught.value) == (
        f"'{text}' is not the same level everywhere: correct the cell, or say what it is under"
        f' [levels] in roster.prepkit.toml, for instance:\n      "{text}" = "{example}"'
    )


@pytest.mark.parametrize("text", ["boss", "Product Manager", "Software Engineer", "Student"])
def test_a_word_for_no_level_is_refused_with_the_levels(text: str) -> None:
    with pytest.raises(CellError) as caught:
        read_level(text, {}, TOML)
    assert str(caught.value) == (
        f"no level '{text}'; the levels are 'senior engineer', 'staff engineer', 'engineering"
        " manager', 'senior manager' and 'director', and a cell may be empty. You can also say"
        " what it means under [levels] in roster.prepkit.toml"
    )


def test_what_the_coach_says_of_a_level_comes_first() -> None:
    said = {"L5": "staff engineer", "VP": "", "em": "senior manager"}
    assert read_level("l5", said, TOML) == ("staff engineer", None)
    assert read_level("VP", said, TOML) == (None, None)
    assert read_level("EM", said, TOML) == ("senior manager", None)


def test_a_level_by_its_own_name_needs_no_remark() -> None:
    assert [read_level(level, {}, TOML) for level in LEVELS] == [(level, None) for level in LEVELS]
    assert str(read_level("EM", {}, TOML).remark) == "'EM' is read as 'engineering manager'"
    assert str(read_level("EM / Director", {}, TOML).remark) == (
        "of the levels in 'EM / Director', the highest counts"
    )


@given(st.text(max_size=30))
def test_every_text_is_a_level_or_a_message(text: str) -> None:
    found = level_or_message(text)
    assert found in LEVELS or found.endswith((TOML, "'?", ' engineer"'))


# --- companies ---


def reader(**said: tuple[str, ...]) -> CompanyReader:
    return CompanyReader(COMPANIES, said, TOML)


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("AWS", ("Amazon",)),
        ("amazon.com", ("Amazon",)),
        ("https://www.netflix.com/jobs", ("Netflix",)),
        ("booking.com", ("Booking.com",)),
        ("Facebook", ("Meta",)),
        ("MSFT", ("Microsoft",)),
        ("Alphabet", ("Google",)),
        ("Google LLC", ("Google",)),
        ("Google, Inc.", ("Google",)),
        ("Meta Platforms, Inc.", ("Meta",)),
        ("Git-Lab", ("GitLab",)),
        ("Amazon / Google", ("Amazon", "Google")),
        ("Amazon and Google", ("Amazon", "Google")),
        ("Amazon & Google", ("Amazon", "Google")),
        ("Amazon und Google", ("Amazon", "Google")),
        ("Amazon, Stripe; GitLab | ING\nUber", ("Amazon", "Stripe", "GitLab", "ING", "Uber")),
        ("Amazon; AWS", ("Amazon",)),
        ("Johnson & Johnson", ("Johnson & Johnson",)),
        ("Google and Johnson & Johnson", ("Google", "Johnson & Johnson")),
        ("Adyen, GitHub", ("Adyen", "GitHub")),
        ("N/A", ()),
        ("undecided", ()),
        ("k. A.", ()),
        ("-", ()),
    ],
)
def test_companies_are_known_by_what_people_call_them(
    text: str, companies: tuple[str, ...]
) -> None:
    found = reader().read(text)
    assert (found.names, found.faults) == (companies, ())


def test_a_group_of_companies_is_asked_about_with_the_line_to_write() -> None:
    (fault,) = reader().read("FAANG").faults
    assert str(fault) == (
        "'FAANG' is no company: name the companies, or say which you mean under"
        " [companies] in roster.prepkit.toml:\n"
        '      "FAANG" = ["Meta", "Amazon", "Apple", "Netflix", "Google"]'
    )
    (fault,) = reader().read("any big tech").faults
    assert str(fault).endswith(
        '"any big tech" = ["Google", "Amazon", "Meta", "Apple", "Microsoft"]'
    )
    assert reader(FAANG=("Meta", "aws")).read("faang; Stripe").names == ("Meta", "Amazon", "Stripe")
    assert reader(startup=()).read("Startup").names == ()


def test_a_misspelt_company_is_asked_about_and_may_be_another_one() -> None:
    (fault,) = reader().read("Amzon").faults
    assert str(fault) == (
        "no company 'Amzon'; did you mean 'Amazon'? If it is another company, say so"
        ' under [companies] in roster.prepkit.toml:\n      "Amzon" = "Amzon"'
    )
    assert reader(Amzon=("Amzon",)).read("Amzon").names == ("Amzon",)


def test_a_text_is_no_company() -> None:
    (fault,) = reader().read("x" * 201).faults
    assert str(fault) == (f"'{'x' * 59}…' is too long for the name of a company: shorten it")


def test_other_names_of_companies_are_known_in_the_workbook_too() -> None:
    assert company_name(BANK, "aws") == "Amazon"
    assert company_name(BANK, "Facebook") == "Meta"


def test_what_is_said_of_companies_is_one_remark_of_each_kind() -> None:
    found = reader().read("AWS, amazon.com, Adyen, N/A")
    assert [str(remark) for remark in found.remarks] == [
        "'AWS' is read as 'Amazon'",
        "'amazon.com' is read as 'Amazon'",
        "prepkit knows nothing about 'Adyen': the name stays as written",
        "'N/A' counts as an empty cell",
    ]
    assert found.understood == {
        "AWS": ("Amazon",),
        "amazon.com": ("Amazon",),
        "Adyen": ("Adyen",),
    }


@given(st.text(st.sampled_from("AWS amazongle&/,;|()." + "\n"), max_size=40))
def test_no_word_of_a_cell_of_companies_is_lost_unsaid(text: str) -> None:
    found = reader().read(text)
    said = " ".join(str(each) for each in (*found.faults, *found.remarks))
    for word in re.findall(r"[A-Za-z]{2,}", text):
        known = [alias_key(name) for name in found.names]
        assert (
            alias_key(word) in LEGAL or word in said or any(alias_key(word) in key for key in known)
        )


def test_no_name_stands_for_two_companies() -> None:
    keys = [alias_key(name) for one in COMPANIES for name in (one, *COMPANIES[one])]
    assert len(set(keys)) == len(keys)
    groups = aliases()["groups"]
    assert {one for group in groups.values() for one in group} <= set(COMPANIES)
    assert not {alias_key(name) for name in groups} & set(keys)


# --- ids ---


@pytest.mark.parametrize(
    ("address", "made"),
    [
        ("Ann.Lee@Example.edu", "ann.lee-at-example.edu"),
        ("ann+mock@example.edu", "ann-plus-mock-at-example.edu"),
        ("o'neil@example.edu", "o-u27-neil-at-example.edu"),
        ("müller@example.de", "m-ufc-ller-at-example.de"),
        ("_ann@example.edu", "mail-ann-at-example.edu"),
        ("con.x@example.edu", "mail-con.x-at-example.edu"),
        ("x@example.org-fill-in", "mail-x-at-example.org-fill-in-mail"),
        ("a" * 70 + "@example.edu", f"{'a' * 51}-47f17bb3b691"),
    ],
)
def test_an_address_becomes_a_readable_id_that_every_file_system_takes(
    address: str, made: str
) -> None:
    assert student_id(address) == made
    assert is_student_id(made)


@given(
    st.from_regex(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,80}@[a-z0-9-]{1,40}\.[a-z]{2,5}", fullmatch=True)
)
def test_every_address_becomes_an_id_whatever_its_capitals(address: str) -> None:
    made = id_of_email(address)
    assert is_student_id(made)
    assert id_of_email(address.upper()) == made


def test_a_number_that_a_spreadsheet_has_shortened_is_no_id() -> None:
    with pytest.raises(CellError) as caught:
        student_id("1.23E+11")
    assert str(caught.value) == (
        "the spreadsheet has shortened a number to '1.23E+11': format the column as text, and type"
        " the id again"
    )


def test_ids_that_are_hard_to_tell_apart_or_may_be_cut_are_named() -> None:
    long = "1234567890123456"
    faults, remarks = about_ids({2: "00412", 3: "412", 4: "a", 5: "A", 6: long}, {})
    assert [(row, str(fault)) for row, fault in faults] == [
        (
            5,
            "'A' (row 4) is in an earlier row, too: give each student an id of their own (upper and"
            " lower case count as the same)",
        )
    ]
    assert [(row, str(remark)) for row, remark in remarks] == [
        (3, "only zeros at the start tell '412' from another id: are these two students?"),
        (
            6,
            f"'{long}' has more than 15 digits: a spreadsheet that took it for a number has changed"
            " the last ones to 0",
        ),
    ]


# --- messages ---


def test_a_message_names_ten_rows_and_five_values_and_counts_the_rest() -> None:
    faults = [CellError("no [level|levels] {}", f"x{number}") for number in range(7)]
    assert say(faults) == "no levels 'x0', 'x1', 'x2', 'x3', 'x4' and 2 more"
    assert say(faults[:1]) == "no level 'x0'"
    assert say([faults[0], faults[0]]) == "no level 'x0'"
    assert rows_text([3]) == "row 3"
    assert rows_text([3, 5, 9]) == "rows 3, 5 and 9"
    assert rows_text(list(range(2, 14))) == "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"


def test_what_a_coach_wrote_is_printed_as_it_is() -> None:
    assert str(CellError("no [level|levels] {}", "[a|b] {near} {}")) == "no level '[a|b] {near} {}'"
