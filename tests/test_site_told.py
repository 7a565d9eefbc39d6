"""What a build tells in the terminal: the same notices together, and a sum of many."""

from __future__ import annotations

from prepkit.site.told import sum_of, told_together

WIDGET = "a widget is left out: it only works in a running notebook"
NOTICES = [
    f"book/a.ipynb: cells 3 and 4: {WIDGET}",
    "book/a.ipynb: cell 5: the link to b.csv leads nowhere: there is no such file",
    f"book/c: d.ipynb: cell 1, output 2: {WIDGET}",
    "book/e.ipynb: cell 2: the links to x and y lead nowhere: hidden files are never published",
    "toc: there is no notebook or folder 'f'",
]


def test_the_same_notice_about_several_notebooks_is_told_once_with_all_places() -> None:
    assert list(told_together(NOTICES)) == [
        f"{WIDGET}; in",
        "  book/a.ipynb: cells 3 and 4",
        "  book/c: d.ipynb: cell 1, output 2",
        NOTICES[1],
        NOTICES[3],
        NOTICES[4],
    ]


def test_many_notices_end_with_how_many_there_are_and_of_which_kinds() -> None:
    assert sum_of(NOTICES) == (
        "5 notices: 2 about widgets, 2 about links and 1 other. Each says above which notebook and"
        " cell it is about; everything else is published as it is."
    )
    assert sum_of(NOTICES[:4]) == ""
