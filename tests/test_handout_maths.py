"""Formulas: TeX is set as it is meant, or printed as its source and reported."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit.handouts import Handout, handout_pdf
from prepkit.notebook.maths import formula
from prepkit.notebook.tex import MathsError
from tests.examples import tries

SET = [
    r"a^2 + b_i^2 = c'",
    r"\frac{a}{b} \dfrac12 \binom{n}{k} {n \choose k}",
    r"\sum_{i=1}^n \prod_j \int_0^1 \int\limits_D \lim_{x \to 0} \max_\theta \limsup_n",
    r"\mathbb{R} \mathbf{x} \mathcal{L} \mathrm{d}x \mathsf{A} \mathfrak{g} \boldsymbol{\beta}",
    r"\text{if $x$ is 5\% of it}",
    r"\left( \frac{a}{b} \middle| c \right] \left. x \right|_0 \bigl\{ x \Bigr\} \Big\langle",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}^T \begin{smallmatrix} a \\ b \end{smallmatrix}",
    r"\left[\begin{array}{cc|c} 1 & 0 & 2 \\ 0 & 1 & 3 \end{array}\right]",
    r"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}",
    r"\begin{align} a &= b \label{one} \\ &= c \nonumber \end{align}",
    r"\begin{gather*} a \\ b \end{gather*}",
    r"\begin{eqnarray} a & = & b \end{eqnarray}",
    r"\left\{ \begin{aligned} a &= 1 \\ b &= 2 \end{aligned} \right.",
    r"\hat{x} \bar y \vec v \widehat{abc} \overline{ab} \underbrace{a + b}_{n} \overbrace{c}^m",
    r"\sqrt{2} \sqrt[3]{x}",
    r"\operatorname*{arg\,max}_x f \arg\min_y g \operatorname{softmax}(z) \sin x \log_2 n",
    r"\overset{?}{=} \underset{n}{x} \xrightarrow{n \to \infty}",
    r"a \quad b \, c \! d \hspace{1em} e \tag{1}",
    r"\not= \not\in \ne x \bmod n \pmod{n}",
    r"\boxed{E = mc^2} \cancel{x} \phantom{y}",
    r"\sum_{\substack{i < j \\ j \le n}} x_{ij}",
    r"\displaystyle \textstyle x % a comment",
    r"3.14 \times 10^{-3} = 12{,}000",
    r"a &= b \\ &= c",
    r"z_\rm{exact} \\[2pt]",
    r"\text{the span of $\vec{x}$ {and} more}",
    r"\color{red} x + \textcolor{#00ff00}{y}",
    r"\begin{array}{|c|r|} \hline a & b \\ \hline c & d \\ \hline \end{array}",
]


def markdown(text: str) -> Handout:
    return handout_pdf(new_notebook(cells=[new_markdown_cell(text)]))


def text_of(handout: Handout) -> str:
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def alternative_texts(handout: Handout) -> list[str]:
    def walk(value: Any) -> Iterator[str]:
        value = value.get_object()
        if isinstance(value, list):
            for item in value:
                yield from walk(item)
        elif isinstance(value, dict):
            if value.get("/S") == "/Formula":
                yield str(value["/Alt"])
            elif "/K" in value:
                yield from walk(value["/K"])

    return list(walk(pypdf.PdfReader(io.BytesIO(handout.pdf)).root_object["/StructTreeRoot"]))


@pytest.mark.parametrize("display", [True, False])
@pytest.mark.parametrize("tex", SET)
def test_common_tex_is_set(tex: str, display: bool) -> None:
    assert formula(tex, display=display)


@pytest.mark.long
def test_formulas_are_printed_with_their_source_as_alternative_text() -> None:
    formulas = [tex for tex in SET if "$" not in tex]
    handout = markdown("\n\n".join(f"Text ${tex}$\n\n$$\n{tex}\n$$" for tex in formulas))
    assert handout.notices == ()
    assert alternative_texts(handout) == [tex for tex in formulas for _ in range(2)]


def test_a_formula_is_plain_data() -> None:
    assert formula(r"\frac{a}{2}", display=True) == [
        {
            "t": "fraction",
            "above": [{"t": "symbol", "s": "a"}],
            "below": [{"t": "text", "s": "2"}],
            "line": True,
        }
    ]
    assert formula(r"\begin{align} a &= b \end{align}", display=True) == [
        {
            "t": "lines",
            "rows": [
                [
                    {"align": "right", "c": [{"t": "symbol", "s": "a"}]},
                    {
                        "align": "left",
                        "c": [{"t": "symbol", "s": "="}, {"t": "symbol", "s": "b"}],
                    },
                ]
            ],
        }
    ]
    assert formula(r"\sim \mathrm{d}", display=False) == [
        {"t": "symbol", "s": "\u223c"},
        {"t": "variant", "names": ["upright"], "c": [{"t": "symbol", "s": "d"}]},
    ]


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\mystery{x}", r"\mystery is not supported"),
        (r"\begin{tikzpicture}x\end{tikzpicture}", "the environment tikzpicture is not supported"),
        (r"\newcommand{\R}{x} \R", r"\newcommand is not supported"),
        (r"\def\a{\b\b}\def\b{\c\c}\a", r"\def is not supported"),
        (r"\frac{a}", "it is not complete"),
        (r"\left( x", "it is not complete"),
        (r"x_a_b", "it is not complete"),
        (r"{a", "its braces don't match"),
        (r"#read", "# has no meaning here"),
        (r"\not x", r"\not before x is not supported"),
        (r"\operatorname{a\alpha}", "the name of an operator is not supported"),
        (r"\hspace{99cm}", "the space 99cm is too large"),
        (r"\left\mystery x \right)", r"\mystery as a delimiter is not supported"),
        (r"\hat" * 200 + "x", "it is nested more than 16 levels deep"),
        (r"\smash{x}", "moved or overlapping parts are not supported"),
        (r"\text{\emph x}", "a command within its text is not supported"),
        ("x" * 3001, "it is longer than 3,000 characters"),
        (r"\sqrt{" * 17 + "x" + "}" * 17, "it is nested more than 16 levels deep"),
        ("{" * 1000 + "x" + "}" * 1000, "it is not complete"),
        (r"\sqrt{" * 100 + "x" + "}" * 100, "it is nested more than 16 levels deep"),
    ],
)
def test_what_would_not_be_set_as_it_is_meant_is_refused(tex: str, reason: str) -> None:
    with pytest.raises(MathsError) as caught:
        formula(tex, display=True)
    assert str(caught.value) == reason


def test_what_is_refused_is_printed_as_its_source() -> None:
    handout = markdown("Before $\\mystery{x}$\n\n$$\n\\frac{a}\n$$\n\nafter")
    shown = text_of(handout)
    places = [shown.index(part) for part in ("Before", r"\mystery{x}", r"\frac{a}", "after")]
    assert places == sorted(places)
    assert handout.notices == (
        r"cell 1: a formula is printed as its TeX source: \mystery is not supported",
        "cell 1: a formula is printed as its TeX source: it is not complete",
    )


@pytest.mark.long
@pytest.mark.parametrize("deep", [10, 15, 16, 100, 1000])
def test_deep_formulas_in_deep_lists_are_printed(deep: int) -> None:
    tex = r"\frac{1}{" * deep + "x" + "}" * deep
    lists = "".join("  " * level + f"- item{level}\n" for level in range(12))
    handout = markdown(f"{lists}{'  ' * 12}- ${tex}$ needle")
    assert "needle" in text_of(handout)
    refused = [notice for notice in handout.notices if "formula" in notice]
    assert bool(refused) == (deep > 15)


def test_typst_code_in_a_formula_is_printed_as_text() -> None:
    code = r"\text{@label <x> eval(1) read(/etc/passwd) \$x\$ *a* /* */}"
    handout = markdown(f"${code}$")
    assert handout.notices == ()
    assert "@label <x> eval(1) read(/etc/passwd) $x$ *a* /* */" in text_of(handout)


def test_latex_outputs_are_set_with_and_without_delimiters() -> None:
    sources = [
        r"$\displaystyle x^{2}$",
        "$$x^{2}$$",
        r"\[x^{2}\]",
        "x^{2}",
        r"\begin{equation}x^{2}\end{equation}",
        r"The value \(x^{2}\) costs \$5",
    ]
    outputs = [new_output("display_data", data={"text/latex": source}) for source in sources]
    handout = handout_pdf(new_notebook(cells=[new_code_cell("1", outputs=outputs)]))
    assert handout.notices == ()
    assert alternative_texts(handout) == [
        *["x^{2}"] * 4,
        r"\begin{equation}x^{2}\end{equation}",
        "x^{2}",
    ]
    assert "The value" in text_of(handout)


TOKENS = st.sampled_from(
    [
        *(r"\frac", r"\sqrt", r"\sum", r"\int", r"\hat", r"\left(", r"\right)", r"\left.", r"\big"),
        *(r"\begin{matrix}", r"\end{matrix}", r"\begin{align}", r"\end{align}", r"\middle|"),
        *(r"\begin{cases}", r"\end{cases}", r"\text{a}", r"\mathbf", r"\mathrm", r"\not", r"\in"),
        *(r"\alpha", r"\operatorname{ab}", r"\limits", r"\over", r"\choose", r"\substack"),
        *(r"\tag{1}", r"\hline", "\\\\", r"\quad", r"\overset", r"\mathop", r"\mystery", r"\binom"),
        *(r"\phantom", r"\boxed", r"\xrightarrow", "1", "2.5", "12", "é", "中", "½"),
        *"^_{}{}&$#%~'\"()[]|<>=+-,./abx",
    ]
)


@given(st.lists(TOKENS, max_size=12).map(" ".join), st.booleans())
@example(r"\frac{a}{b} \over \left( {", True)
@settings(max_examples=tries(300))
def test_any_tex_is_set_or_refused(tex: str, display: bool) -> None:
    try:
        found = formula(tex, display=display)
    except MathsError:
        return
    assert json.loads(json.dumps(found)) == found


@pytest.mark.long
@given(st.lists(st.lists(TOKENS, max_size=8).map(" ".join), min_size=1, max_size=20))
@settings(max_examples=tries(20))
def test_whatever_is_set_compiles(formulas: list[str]) -> None:
    found = []
    for tex in formulas:
        try:
            found.append({"t": "formula", "s": tex, "c": formula(tex, display=True)})
        except MathsError:
            continue
    assert compiled(found).startswith(b"%PDF")


def compiled(blocks: list[Any]) -> bytes:
    from prepkit.handouts.layout import Layout
    from prepkit.handouts.typesetting import Document, typeset

    texts = dict.fromkeys(("title", "foot", "subtitle", "author"), "")
    meta = {**texts, "title": "T", "paper": "a4", "date": None, **Layout().meta()}
    body = [{"t": "text", "place": "here", "c": blocks}]
    return typeset(Document({"meta": meta, "body": body}, {})).pdf
