"""What plots are called, for those who can't see them: by drawing, specification, text and code."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from prepkit.handouts import Layout
from prepkit.handouts.notebook import notebook_document
from prepkit.notebook.charts import live_chart
from prepkit.notebook.items import Figure, Missing
from prepkit.notebook.plot_code import words_in_code
from prepkit.notebook.titles import PlotWords, spec_words, svg_words
from prepkit.site.article import Renderer
from tests.site_samples import PIXEL, code_cell, notebook, text_cell
from tests.test_notebook_reader import SCREEN, items

NO_ALT = 'a picture has no description for screen readers ("alt" in the metadata)'


def drawn(draw: Callable[[Any], object], **settings: Any) -> str:
    """Return a drawing by matplotlib; `draw` is given its axes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Plot

    options: Any = {"svg.hashsalt": "prepkit", **settings}
    with rc_context(options):
        plot = Plot(figsize=(4, 2))
        draw(plot.subplots())
        file = io.StringIO()
        plot.savefig(file, format="svg")
    return file.getvalue()


def named(axes: Any) -> None:
    axes.plot([0, 1e6], [0, 2e7])
    axes.set(title="Load", xlabel="Week", ylabel="Revenue & cost\nin euros")


def alts(*cells: Any) -> list[str]:
    """Return the alternative texts of outputs; an empty one has its notice for the author."""
    shown = items(*cells, medium=SCREEN)
    found = [item.alt for item in shown if isinstance(item, Figure)]
    notices = [item for item in shown if isinstance(item, Missing)]
    assert [(item.what, item.for_author) for item in notices] == [(NO_ALT, True)] * found.count("")
    return found


def pixels(source: str, plain: str = "<Figure size 640x480 with 1 Axes>") -> dict[str, Any]:
    return code_cell({"image/png": PIXEL, "text/plain": plain}, source=source)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["none", "path"])
def test_a_drawing_by_matplotlib_is_called_by_its_title_and_axes(kind: str) -> None:
    assert svg_words(drawn(named, **{"svg.fonttype": kind})) == PlotWords(
        "Load", "x: Week, y: Revenue & cost in euros"
    )


@pytest.mark.long
@pytest.mark.parametrize("kind", ["none", "path"])
@pytest.mark.parametrize("in_words", [True, False])
def test_what_matplotlib_adds_to_the_numbers_of_an_axis_is_not_its_name(
    kind: str, in_words: bool
) -> None:
    settings = {"svg.fonttype": kind, "axes.formatter.use_mathtext": in_words}
    assert not svg_words(drawn(lambda axes: axes.plot([0, 1e6], [0, 2e7]), **settings))
    far = drawn(lambda axes: axes.plot([1e6 + 1, 1e6 + 2], [1e6 + 1, 1e6 + 1.1]), **settings)
    assert not svg_words(far)


@pytest.mark.long
def test_an_axis_that_is_switched_off_does_not_give_its_place_to_the_other() -> None:
    def draw(axes: Any) -> None:
        axes.plot([1, 2])
        axes.xaxis.set_visible(False)
        axes.set_ylabel("Cost")

    assert svg_words(drawn(draw)).alt() == "y: Cost"


@pytest.mark.long
def test_axes_of_several_plots_are_told_once_each_and_not_if_there_are_many() -> None:
    def of(count: int) -> str:
        def draw(axes: Any) -> None:
            subplots = axes.figure.subplots(1, count)
            axes.remove()
            for number, each in enumerate(subplots):
                each.set(xlabel="Week", ylabel=f"Cost {number // 2}")

        return svg_words(drawn(draw)).alt()

    assert of(4) == "x: Week, y: Cost 0; x: Week, y: Cost 1"
    assert of(10) == ""


def test_a_drawing_by_vega_is_called_by_its_title_and_axes() -> None:
    axis = '<g class="mark-group role-axis" aria-label="{}-axis titled \'{}\' for a linear scale"/>'
    svg = (
        "<svg><g>" + axis.format("X", "Week's no") + axis.format("Y", "Mean of cost") + "</g><g"
        ' class="mark-text role-title-text"><text>Costs</text></g></svg>'
    )
    assert svg_words(svg).alt() == "Costs; x: Week's no, y: Mean of cost"


@pytest.mark.parametrize(
    ("spec", "alt"),
    [
        (
            {
                "title": "Costs",
                "encoding": {
                    "x": {"field": "week", "title": ["Calendar", "week"]},
                    "y": {"field": "cost", "axis": {"title": "Cost"}},
                },
            },
            "Costs; x: Calendar week, y: Cost",
        ),
        (
            {
                "layer": [
                    {"encoding": {"x": {"field": "a\\.b"}, "y": {"aggregate": "count"}}},
                    {"encoding": {"x": {"field": "c"}, "y": {"field": "d"}}},
                ]
            },
            "x: a.b, y: Count of Records",
        ),
        ({"encoding": {"y": {"aggregate": "mean", "field": "cost"}}}, "y: Mean of cost"),
        ({"encoding": {"x": {"field": "a", "title": None}, "y": {"axis": None}}}, ""),
        ({"description": "Costs fall", "title": "Costs", "encoding": {"x": {"field": "a"}}}, ""),
        (
            {
                "layout": {
                    "title": {"text": "<b>Costs</b>"},
                    "xaxis": {"title": {"text": "Week"}},
                    "yaxis": {"title": "Revenue"},
                }
            },
            "Costs; x: Week, y: Revenue",
        ),
        ({"layout": {"xaxis": 1, "yaxis": {"title": 2}}, "encoding": {"x": []}, "layer": 3}, ""),
        ("damaged", ""),
    ],
)
def test_a_chart_is_called_by_its_title_and_axes_or_by_its_description(spec: Any, alt: str) -> None:
    assert spec_words(spec).alt() == (alt or ("Costs fall" if "description" in spec else ""))


def test_a_chart_that_the_page_draws_has_its_axes_in_its_label() -> None:
    layout = {"title": "Costs", "xaxis": {"title": {"text": "Week"}}}
    chart = live_chart({"application/vnd.plotly.v1+json": {"data": [], "layout": layout}}, "")
    assert chart
    assert chart.label == "Costs; x: Week"


@pytest.mark.parametrize(
    ("source", "alt"),
    [
        ('plt.title("Load")\nplt.xlabel("Week")\nplt.ylabel("Cost")', "Load; x: Week, y: Cost"),
        ('%matplotlib inline\nax.set_title(label="Load")\nax.set_xlabel("A " "B")', "Load; x: A B"),
        ('frame.plot(title="Load", ylabel="Cost")', "Load; y: Cost"),
        ('frame.plot.bar(title="Load")\n!ls', "Load"),
        ('axes.set(title="Load", xlabel="Week")', "Load; x: Week"),
        ('fig.suptitle("All")\na.set_title("Left")\nb.set_title("Right")', "All"),
        ('a.set_title("Left")\nb.set_title("Right")\na.set_xlabel("Week")', "x: Week"),
        ('plt.title(name)\nplt.ylabel("Cost")', "y: Cost"),
        ('plt.title(f"Load of {name}")', ""),
        ('plt.title("Load")\nplt.title(name)', ""),
        ('name.title()\nstreamlit.title("App")\nplt.legend(title="Kinds")', ""),
        ("plt.title(3)\nplt.xlabel()", ""),
        ('plt.title("\\d")', "\\d"),
        ('plt.title("Load"', ""),
        ("plt.title('\0')", ""),
        ("title" + "(" * 5000, ""),
        ('plt.title("Load")' + "\n" * 20_000, ""),
    ],
)
def test_code_says_what_its_only_plot_is_called(source: str, alt: str) -> None:
    assert words_in_code(source).alt() == alt


def test_pixels_are_called_by_their_text_then_their_code_then_what_stands_above() -> None:
    source = 'plt.title("By code")'
    assert alts(pixels(source, "A cat on a mat")) == ["A cat on a mat"]
    assert alts(text_cell("# Above"), pixels(source)) == ["By code"]
    assert alts(text_cell("# Above"), pixels('plt.xlabel("Week")')) == ["Above; x: Week"]
    assert alts(text_cell("# Above"), pixels("plt.plot()")) == ["Above"]
    assert alts(pixels("plt.plot()")) == [""]


@pytest.mark.parametrize(
    "plain",
    [
        "<matplotlib.figure.Figure at 0x7f12>",
        "<IPython.core.display.Image object>",
        "<PIL.Image.Image image mode=RGB size=4x4>",
        "[<Line2D at 0x7f12ab>]",
        "Figure(640x480)",
        "Plot{Plots.GRBackend() n=1}",
        "Plot with\ntwo lines",
        "plot without title",
        "long " * 50,
    ],
)
def test_a_text_that_any_picture_could_have_is_no_description(plain: str) -> None:
    assert alts(pixels("", plain)) == [""]


def test_code_describes_no_picture_if_it_may_be_that_of_another() -> None:
    two = pixels('plt.title("One")')
    two["outputs"] *= 2
    assert alts(two) == ["", ""]
    nb = notebook(pixels('plt.title("One")'))
    nb["metadata"]["kernelspec"] = {"name": "ir", "language": "R"}
    assert 'alt="Plot"' in Renderer(worksheet=str).article(nb, "x").html


@pytest.mark.long
def test_page_and_print_describe_a_plot_in_the_same_words() -> None:
    cell = code_cell({"image/svg+xml": drawn(named)}, source="")
    alt = "Load; x: Week, y: Revenue & cost in euros"
    page = Renderer(worksheet=str).article(notebook(cell), "x").html
    assert f'alt="{alt.replace("&", "&amp;")}"' in page
    body = notebook_document(notebook(cell), Layout()).data["body"]
    assert [block["alt"] for part in body for block in part["c"]] == [alt]
