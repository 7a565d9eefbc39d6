"""The language of code, for its colours: of a kernel, of a cell's own magic, of a fence."""

from __future__ import annotations

import re

# What Jupyter's kernels call their languages, where Pygments calls them something else.
_KERNELS = {
    "ir": "r", "python2": "python", "python3": "python", "ipython": "python",
    "ipython3": "python", "xpython": "python", "wolfram language": "mathematica",
    "wolfram": "mathematica", "sage": "python", "sagemath": "python", "c++11": "cpp",
    "c++14": "cpp", "c++17": "cpp", "c++20": "cpp", "c++23": "cpp", "iruby": "ruby",
    "ijavascript": "javascript", "deno": "typescript", ".net (c#)": "csharp",
    ".net (f#)": "fsharp", ".net (powershell)": "powershell", "polyglot-notebook": "csharp",
    "q (kdb+)": "q", "stata": "stata", "gnuplot": "gnuplot", "sos": "python", "xeus-cpp": "cpp",
}  # fmt: skip
# IPython's cell magics whose cell is in another language. %%time and its like keep the kernel's.
_MAGICS = {
    "bash": "bash", "sh": "bash", "system": "bash", "sx": "bash", "zsh": "bash", "html": "html",
    "svg": "xml", "javascript": "javascript", "js": "javascript", "latex": "latex",
    "markdown": "markdown", "perl": "perl", "ruby": "ruby", "r": "r", "julia": "julia",
    "sql": "sql", "bigquery": "sql", "cython": "cython", "cmd": "batch", "octave": "octave",
    "powershell": "powershell", "typescript": "typescript", "css": "css", "yaml": "yaml",
    "json": "json", "fortran": "fortran", "rust": "rust", "cpp": "cpp", "cuda": "cuda",
}  # fmt: skip
_MAGIC = re.compile(r"\s*%%(\w+)(?:[ \t]+(\S+))?")
_FENCE = re.compile(r"\s*\{?\s*\.?([\w+#-]+)")


def cell_language(source: str, kernel_language: str) -> str:
    """Return the language of a code cell, as Pygments calls it.

    Parameters
    ----------
    source
        The cell's source; a magic such as ``%%bash`` on its first line says its language.
    kernel_language
        As the notebook's metadata calls it.
    """
    if magic := _MAGIC.match(source):
        name = magic[1].lower()
        if name == "script" and magic[2]:
            name = magic[2].rpartition("/")[2].lower()
        if name in _MAGICS:
            return _MAGICS[name]
    language = kernel_language.strip().lower()
    return _KERNELS.get(language, language) or "python"


def fence_language(info: str) -> str:
    """Return the language that a fence names, such as in ``{.python}`` or ``{r, echo=FALSE}``."""
    found = _FENCE.match(info)
    name = found[1].lower() if found else ""
    return _KERNELS.get(name, name)
