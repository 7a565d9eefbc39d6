"""Formulas as Jupyter finds them, what they define and label, and the packages that they use."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.notebook.chemistry import chemistry
from prepkit.notebook.delimiters import take_formulas
from prepkit.notebook.equations import CellMaths, NotebookMaths
from prepkit.notebook.html_tree import parse_html
from prepkit.notebook.macros import expanded
from prepkit.notebook.markdown import cell_html, latex_html, output_html
from prepkit.notebook.maths import formula, mathml
from prepkit.notebook.tex import MathsError
from tests.examples import tries

FORMULAS = (
    (Path(__file__).parent / "data" / "formulas.txt").read_text(encoding="utf-8").splitlines()
)
REFUSED = {
    r"\softmax(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}": r"\softmax is not supported",
    r"\colorbox{yellow}{$x$}": "moved or overlapping parts are not supported",
    r"\sideset{}{'}\sum_{k} a_k": r"\sideset is not supported",
    r"\href{https://example.org}{x}": "href of mrow is not supported",
    r"\verb|x_1|": r"\verb is not supported",
    r"\begin{CD} A @>a>> B \\ @VbVV @AAcA \\ C @= D \end{CD}": (
        "the environment CD is not supported"
    ),
    r"\enclose{circle}{x}": r"\enclose is not supported",
    r"\rule{1em}{1pt}": r"\rule is not supported",
    r"\bbox[yellow]{x}": r"a background of \bbox is not supported",
}


def notebook(*sources: str) -> list[str]:
    """Return the HTML of the Markdown cells of a notebook."""
    cells = [{"cell_type": "markdown", "source": source} for source in sources]
    maths = NotebookMaths(cells)
    return [cell_html(source, maths.cell(number)) for number, source in enumerate(sources, start=1)]


def found(text: str, kind: str = "markdown") -> list[tuple[str, bool]]:
    return [(one.tex, one.display) for one in take_formulas(text, kind)[1]]


def letters(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text)
    return Counter(each for each in plain if each.isascii() and each.isalnum())


def shown_letters(value: Any) -> str:
    if isinstance(value, list):
        return "".join(map(shown_letters, value))
    if not isinstance(value, dict):
        return ""
    texts = "".join(value[key] for key in ("s", "open", "close") if key in value)
    return texts + "".join(shown_letters(item) for item in value.values())


# ---- formulas as textbooks have them


@pytest.mark.parametrize("tex", [tex for tex in FORMULAS if tex not in REFUSED])
def test_formulas_of_textbooks_are_shown_with_all_their_letters(tex: str) -> None:
    plain = re.sub(r"\\(?:tag\*?)\{[^{}]*\}", "", expanded(tex, {}))
    data = formula(plain, display=True)
    page = parse_html(mathml(plain, display=True)).text()
    assert letters(page) == letters(shown_letters(data))


@pytest.mark.parametrize(("tex", "reason"), REFUSED.items())
def test_the_few_formulas_that_cannot_be_shown_are_refused_by_name(tex: str, reason: str) -> None:
    assert tex in FORMULAS
    with pytest.raises(MathsError) as caught:
        formula(expanded(tex, {}), display=True)
    assert str(caught.value) == reason


# ---- where formulas are


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        (r"a $ \alpha $ b", [(r" \alpha ", False)]),
        (r"a $\alpha $ b", [(r"\alpha ", False)]),
        (r"\\(w\\) and \\[x\\]", [("w", False), ("x", True)]),
        ("$$\na\n= b\n$$", [("\na\n= b\n", True)]),
        ("$$\na\n\nb\n$$", [("\na\n\nb\n", True)]),
        ("- $$\n  a\n  $$", [("\n  a\n  ", True)]),
        ("> $$\n> a\n> $$", [("\na\n", True)]),
        (r"\begin{align} a \\ b \end{align}", [(r"\begin{align} a \\ b \end{align}", True)]),
        (r"$\text{if $x$}$", [(r"\text{if $x$}", False)]),
        ("$a$$b$", [("a", False), ("b", False)]),
        ("$a<b$ and $c>d$", [("a<b", False), ("c>d", False)]),
        ("cost $5, and $x$ is", [("x", False)]),
        (r"\$5 and $x$", [("x", False)]),
        ("$5 \\times 3 $", [("5 \\times 3 ", False)]),
        ("$x$ `y` $z$", [("x", False), ("z", False)]),
        ("see \\eqref{a}", [("\\eqref{a}", False)]),
        ("$a &lt; b &amp; c$", [("a < b & c", False)]),
    ],
)
def test_formulas_are_found_as_jupyter_finds_them(text: str, tex: list[tuple[str, bool]]) -> None:
    assert found(text) == tex


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $10",
        "US$5 and US$6",
        "It costs $5. Here $",
        "$PATH and $HOME",
        "$ pip install a\n$ pip install b",
        "`$x$` and ``$a`b$``",
        "```\n$a$\n```",
        "~~~\n$a$\n",
        "<code>$a$</code>",
        "<!-- $a$ -->",
        "<img alt='$a$'>",
        "$ $",
        "$a\n\nb$",
    ],
)
def test_money_and_code_are_no_formulas(text: str) -> None:
    assert found(text) == []


def test_markdown_leaves_the_tex_of_a_formula_alone() -> None:
    tex = r"a_1*b_2*c < d \\ [x](y) & |z| <b>"
    assert cell_html(f"*x* ${tex}$ *y*") == (
        "<p><em>x</em> <x-math-inline>a_1*b_2*c &lt; d \\\\ [x](y) &amp; |z| &lt;b&gt;"
        "</x-math-inline> <em>y</em></p>\n"
    )
    assert cell_html("$$\na\n= b\n- c\n$$") == "<x-math>\na\n= b\n- c\n</x-math>\n"
    assert "<td><x-math-inline>a|b</x-math-inline></td>" in cell_html("|x|y|\n|-|-|\n|$a|b$|c|")


def test_a_formula_that_turns_out_to_be_code_or_an_address_is_as_it_was_typed() -> None:
    assert cell_html("    $a<b$") == "<pre><code>$a&lt;b$\n</code></pre>\n"
    assert cell_html("[x](/a$b$c)") == '<p><a href="/a$b$c">x</a></p>\n'


def test_html_in_a_cell_has_formulas_too() -> None:
    html = cell_html("<div>\n\\(a\\) and $b$ and <code>$c$</code>\n</div>")
    assert html == (
        "<div>\n<x-math-inline>a</x-math-inline> and <x-math-inline>b</x-math-inline> "
        "and <code>$c$</code>\n</div>"
    )


@given(st.text(st.sampled_from("$\\()[]{}ab_*`~>\n \t<&#1-|"), max_size=40))
@settings(max_examples=tries(300))
def test_no_letter_of_a_text_is_lost_for_a_formula(text: str) -> None:
    typed = re.sub(r"&#?\w*;?|<[^>]*>?", "", text)
    shown = parse_html(cell_html(typed)).text()
    assert not letters(typed.replace("1", "")) - letters(shown)


@pytest.mark.parametrize(
    ("html", "tex"),
    [
        (r"<p>\(a\) and $b &lt; c$</p>", [("a", False), ("b < c", False)]),
        ("<td>$1.50</td>\n<td>$2</td>", []),
        ("$5 and $10", []),
        ("$$a<br>b$$", [("a b", True)]),
        ("<script>$a$</script><style>$b$</style>", []),
        (r"<p>\begin{align}a &amp;= b\end{align}</p>", [(r"\begin{align}a &= b\end{align}", True)]),
    ],
)
def test_html_of_an_output_has_formulas_within_its_elements(
    html: str, tex: list[tuple[str, bool]]
) -> None:
    assert found(html, "html") == tex


def test_a_table_of_an_output_shows_its_formulas() -> None:
    table = "<table><tr><th>$\\alpha$</th><td>$1</td><td>$2</td></tr></table>"
    shown = output_html(table, CellMaths())
    assert shown == table.replace("$\\alpha$", "<x-math-inline>\\alpha</x-math-inline>")
    ignored = '<table class="tex2jax_ignore"><tr><td>$x$</td></tr></table>'
    assert output_html(ignored, CellMaths()) == ignored


@pytest.mark.parametrize("part", [r"\begin{a} ", r"\\( ", "$a\n\n", "<code>", "<!-- ", "`` ` "])
def test_what_is_opened_ten_thousand_times_and_never_closed_is_text(part: str) -> None:
    assert found(part * 10_000) == []


# ---- what a notebook defines


def test_a_definition_in_any_cell_holds_for_the_whole_notebook_and_is_not_shown() -> None:
    pages = notebook(
        r"$\R$ and $\E[x]$",
        r"$\newcommand{\R}{\mathbb{R}} \DeclareMathOperator{\E}{E}$",
        r"$$\def\v#1{\mathbf{#1}} \v{x}$$",
        r"$\renewcommand{\R}{R} \R \v y$",
        r"\begin{eq} x \end{eq} $\newenvironment{eq}{\begin{equation}}{\end{equation}}$",
    )
    assert re.findall(r'tex="([^"]*)"', pages[0]) == [r"\mathbb{R}", r"\operatorname{E}[x]"]
    assert pages[1] == ""
    assert re.findall(r'tex="([^"]*)"', pages[2]) == [r"\mathbf{x}"]
    assert re.findall(r'tex="([^"]*)"', pages[3]) == [r"R \mathbf{y}"]
    assert re.findall(r'tex="([^"]*)"', pages[4]) == [r"\begin{equation} x \end{equation}"]


def test_what_latex_knows_changes_only_after_its_new_definition() -> None:
    before, after = notebook(r"$\vec x$", r"$\renewcommand{\vec}[1]{\mathbf{#1}} \vec x$")
    assert "tex=" not in before
    assert 'tex="\\mathbf{x}"' in after


def test_a_command_may_have_an_optional_argument_or_keep_its_old_meaning() -> None:
    assert expanded(r"\newcommand{\p}[2][t]{\frac{#2}{#1}}\p{x}\p[y]{x}", {}) == (
        r"\frac{x}{t}\frac{x}{y}"
    )
    assert expanded(r"\let\old=\vec\renewcommand{\vec}[1]{\old{\bf #1}}\vec{x}", {}) == (
        r"\vec{\bf x}"
    )
    assert expanded(r"\DeclarePairedDelimiter{\ab}{\lvert}{\rvert}\ab{x}", {}) == (
        r"\left\lvert{x}\right\rvert"
    )


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\def\a{\a}\a", r"\a stands for more than can be shown"),
        (r"\def\a{\b\b}\def\b{\a\a}\a", r"\a stands for more than can be shown"),
        (r"\newcommand{\a", "it is not complete"),
        (r"\def\a(#1){x}", r"text between the arguments of \a is not supported"),
        (r"\newcommand{x}{y}", "a definition of x can't be read"),
        (r"\newcommand{\a}{#1}\a", "a definition has a # that isn't an argument"),
        (r"\color{nocolour} x", "the colour nocolour is not known"),
    ],
)
def test_a_definition_that_cannot_be_followed_is_named(tex: str, reason: str) -> None:
    with pytest.raises(MathsError) as caught:
        expanded(tex, {})
    assert str(caught.value) == reason


def test_colours_are_known_by_the_names_and_numbers_of_xcolor() -> None:
    tex = r"\color{Red} \textcolor[rgb]{0,0.5,1}{x} \textcolor{BrickRed}{y} \textcolor{blue!50}{z}"
    assert re.findall("#[0-9a-f]{6}", expanded(tex, {})) == [
        "#ff0000",
        "#0080ff",
        "#b6321c",
        "#8080ff",
    ]
    own = expanded(r"\definecolor{mine}{HTML}{00FF00}\color{mine}{x}", {})
    assert own == r"\color{#00ff00}{x}"


# ---- numbers


def test_references_are_the_numbers_of_formulas_even_of_later_cells() -> None:
    pages = notebook(
        r"See \eqref{b}, $\ref{c}$ and \ref{tagged}.",
        r"\begin{align} a &= b \label{a} \\ c &= d \nonumber \\ e &= f \label{b}\end{align}",
        r"\begin{equation} x \label{c} \end{equation} $$y \tag{A}\label{tagged}$$",
    )
    assert re.findall("<a href.*?</a>", pages[0]) == [
        '<a href="#eq-b">(2)</a>',
        '<a href="#eq-c">3</a>',
        '<a href="#eq-tagged">A</a>',
    ]
    assert '<span id="eq-b"></span>' in pages[1]
    assert r"\qquad\text{(1)}\\ c &amp;= d \\ e &amp;= f \qquad\text{(2)}" in " ".join(
        pages[1].split()
    )
    assert re.findall(r'number="([^"]*)"', pages[2]) == ["(3)", "(A)"]


def test_without_references_formulas_have_no_numbers_but_their_tags() -> None:
    html = notebook(r"\begin{align} a \label{a} \\ b \end{align} $$c \tag{7}$$")[0]
    assert re.findall(r'number="([^"]*)"', html) == ["(7)"]
    assert "(1)" not in html


def test_a_reference_to_nothing_is_named() -> None:
    html = notebook(r"See \eqref{missing}")[0]
    assert html == (
        '<p>See <x-math-inline problem="no formula has the label missing">\\eqref{missing}'
        "</x-math-inline></p>\n"
    )


# ---- packages


@pytest.mark.parametrize(
    ("written", "tex"),
    [
        ("H2O", r"\mathrm{H}_{2}\mathrm{O}"),
        ("SO4^2-", r"\mathrm{S}\mathrm{O}_{4}^{2-}"),
        ("Na+", r"\mathrm{Na}^{+}"),
        ("^{14}_6C", r"{}^{14}_{6}\mathrm{C}"),
        ("1/2O2", r"\tfrac{1}{2}\,\mathrm{O}_{2}"),
        ("NaOH(aq)", r"\mathrm{Na}\mathrm{O}\mathrm{H}(\mathrm{aq})"),
        ("H+(aq)", r"\mathrm{H}^{+}(\mathrm{aq})"),
        ("CH3-CH3", r"\mathrm{C}\mathrm{H}_{3}{-}\mathrm{C}\mathrm{H}_{3}"),
        ("A ->[x][y] B", r"\mathrm{A}\;\xrightarrow[y\,]{x\,}\;\mathrm{B}"),
        ("CO2 ^", r"\mathrm{C}\mathrm{O}_{2}\uparrow "),
    ],
)
def test_chemical_formulas_are_read_as_mhchem_reads_them(written: str, tex: str) -> None:
    assert chemistry(written) == tex


@pytest.mark.parametrize(
    ("written", "tex"),
    [
        (r"\SI{9.81}{\meter\per\second\squared}", r"9.81\,\mathrm{m}\,\mathrm{s}^{-2}"),
        (r"\SI{3e8}{m/s}", r"3\times 10^{8}\,\mathrm{m}/\mathrm{s}"),
        (r"\qty{25}{\degreeCelsius}", r"25\,{}^\circ\mathrm{C}"),
        (r"\si{\kilo\gram\cubic\metre}", r"\mathrm{kg}\,\mathrm{m}^{3}"),
        (r"\num{12345.6}", r"12\,345.6"),
        (r"\num{1.5 +- 0.2 e-3}", r"(1.5\pm 0.2)\times 10^{-3}"),
        (r"\ang{45;30}", r"45^\circ30'"),
    ],
)
def test_quantities_are_read_as_siunitx_reads_them(written: str, tex: str) -> None:
    assert expanded(written, {}) == tex


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(MathsError) as caught:
        expanded(r"\SI{1}{\furlong}", {})
    assert str(caught.value) == r"the unit \furlong is not supported"


# ---- on a page


def test_a_page_has_letters_columns_lines_and_colours_that_browsers_show() -> None:
    assert "<mi>\u211d</mi>" in mathml(r"\mathbb{R}", display=False)
    assert "<mi>\U0001d431</mi>" in mathml(r"\mathbf{x}", display=False)
    assert "text-align: right" in mathml(r"\begin{align} a &= b \end{align}", display=True)
    bordered = mathml(r"\begin{array}{|c|} \hline a \\ \hline \end{array}", display=True)
    for side in ("left", "right", "top", "bottom"):
        assert f"border-{side}: 1px solid" in bordered
    assert 'mathcolor="#ff0000"' in mathml(r"\color{#ff0000} x", display=False)
    assert "border: 1px solid" in mathml(r"\boxed{x}", display=False)


def test_a_length_after_a_line_is_not_shown() -> None:
    html = mathml(r"\begin{cases} a \\[4pt] b \end{cases}", display=True)
    assert parse_html(html).words() == "{ab"


def test_a_whole_output_in_latex_may_be_one_formula_with_a_mistake() -> None:
    assert latex_html(r"\frac{a}{b") == "<x-math>\\frac{a}{b</x-math>"
