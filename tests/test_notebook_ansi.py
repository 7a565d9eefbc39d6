"""What a terminal finally shows of a text, and in which colours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.notebook.ansi import COLOURS, terminal_text
from prepkit.scripts import style_sheet

CODES = ["[K", "[1K", "[2K", "[A", "[3C", "[2D", "[31m", "[1;44m", "[0m", "[38;5;200m", "[?25l", ""]
WRITTEN = st.lists(
    st.sampled_from([*"ab \t\n\r\bé", "\r\n", *(f"\x1b{code}" for code in CODES)]), max_size=40
).map("".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10%\r100%\n", "100%"),
        ("Downloading\rdone", "doneloading"),
        ("50%\r\x1b[Kdone", "done"),
        ("1/9\b\b\b2/9\b\b\b9/9", "9/9"),
        ("one\r\ntwo\r\n", "one\ntwo"),
        ("a\tb\r\n", "a       b"),
        ("first\nsecond\x1b[A\rFIRST\n", "FIRST\nsecond"),
        ("bar 1\nbar 2\n\x1b[2A\rBAR\x1b[2B\rend", "BAR 1\nbar 2\nend"),
        ("cut here\x1b[4D\x1b[K", "cut "),
        ("\x1b[3Cx", "   x"),
        ("a\x1b]8;;https://x.example\x07link\x1b]8;;\x07", "alink"),
        ("\n\nend\n\n", "\n\nend"),
    ],
)
def test_what_was_written_over_is_gone(text: str, shown: str) -> None:
    assert terminal_text(text) == (shown, ())


def test_colours_become_classes() -> None:
    text = "\x1b[31;1mred\x1b[0m plain \x1b[92mlight \x1b[44mon blue\x1b[49m\x1b[39m."
    shown, runs = terminal_text(text)
    assert shown == "red plain light on blue."
    assert runs == (
        ("red", "ansi-bold ansi-red-fg"),
        (" plain ", ""),
        ("light ", "ansi-green-intense-fg"),
        ("on blue", "ansi-green-intense-fg ansi-blue-bg"),
        (".", ""),
    )


@pytest.mark.parametrize(
    ("code", "classes"),
    [
        ("38;5;9", "ansi-red-intense-fg"),
        ("38;5;21", "ansi-blue-fg"),
        ("48;5;255", "ansi-white-bg"),
        ("38;2;250;0;10", "ansi-red-intense-fg"),
        ("38:2:0:200:0", "ansi-green-fg"),
        ("7", "ansi-inverse"),
        ("7;31", "ansi-red-bg"),
        ("3;4;9", "ansi-italic ansi-underline ansi-strike"),
    ],
)
def test_every_colour_becomes_one_of_sixteen(code: str, classes: str) -> None:
    assert terminal_text(f"\x1b[{code}mx") == ("x", (("x", classes),))


def test_colours_of_a_text_that_is_written_over_go_with_it() -> None:
    assert terminal_text("\x1b[31mred\x1b[0m\rnew") == ("new", ())
    assert terminal_text("\x1b[31mred!\x1b[0m\rnew") == (
        "new!",
        (("new", ""), ("!", "ansi-red-fg")),
    )


@given(WRITTEN)
def test_runs_are_the_text_and_the_text_has_no_codes(text: str) -> None:
    shown, runs = terminal_text(text)
    assert not runs or "".join(part for part, _ in runs) == shown
    assert not re.search(r"[\x1b\r\x08\t]", shown)
    assert terminal_text(shown) == (shown.rstrip("\n"), ())


@given(st.text(alphabet="ab\r\n\b", max_size=60))
def test_lines_are_written_over_as_by_a_simple_terminal(text: str) -> None:
    lines, column = [[]], 0  # type: list[list[str]], int
    for one in text:
        if one == "\n":
            lines.append([])
            column = 0
        elif one == "\r":
            column = 0
        elif one == "\b":
            column = max(0, column - 1)
        else:
            lines[-1][column : column + 1] = [one]
            column += 1
    assert terminal_text(text)[0] == "\n".join(map("".join, lines)).rstrip("\n")


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [":root", '[data-theme="dark"]'])
def test_every_colour_can_be_read_in_both_themes(theme: str) -> None:
    css = style_sheet("site.css", "outputs.css")
    rules = re.findall(re.escape(theme) + r" \{(.*?)\}", css, re.DOTALL)
    values = dict(re.findall(r"--([\w-]+): (#\w+);", "".join(rules)))
    names = [f"{name}{more}" for name in COLOURS for more in ("", "-intense")]
    for name in names:
        for ground in ("tint", "bad-tint", "paper"):
            assert contrast(values[f"ansi-{name}"], values[ground]) >= 4.5, (name, ground)
        (pair,) = re.findall(rf"\.ansi-{name}-bg \{{ background: (\S+); color: (\S+); \}}", css)
        assert contrast(*pair) >= 4.5, name
        assert f".ansi-{name}-fg {{ color: var(--ansi-{name}); }}" in css
