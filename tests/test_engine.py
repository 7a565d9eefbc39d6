"""The papermill engine: an ordinary kernel's outputs, each notebook for itself, nothing left over.

What is compared with is papermill's own engine, run on the same notebook. The tests share one
driver (this process) and its fork server, but for those that end them. What needs no notebook to be
run is in test_engine_parts.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import papermill
import psutil
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from prepkit.engine import client
from tests.kernel_specs import kernels, spec
from tests.platforms import needs_linux

pytestmark = [pytest.mark.slow, needs_linux]

# Loaded once by the fork server: what a notebook does to them must not be seen by the next one.
SHARED = ["IPython.display", "json", "matplotlib.pyplot", "numpy", "pandas"]
SECONDS = 120
"""How long a test waits for what takes a fraction of a second."""


def test_papermill_can_be_imported_after_what_uses_it() -> None:
    # It loads the engine when it is imported, and must not find it half made.
    code = "import prepkit.engine.client, papermill.engines as p; print(p.papermill_engines"
    code += ".get_engine('prepkit').__name__)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "ForkEngine\n"


def test_papermill_loads_little_of_prepkit() -> None:
    code = "import papermill, sys; print(*sorted(m for m in sys.modules if m[:7] == 'prepkit'))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "prepkit prepkit.engine prepkit.engine.engine\n"


# --- the same outputs as an ordinary kernel's ---------------------------------------------------


@pytest.fixture(scope="module", autouse=True)
def shared() -> Iterator[None]:
    """Let the fork server import once what most notebooks import."""
    client.prepare(SHARED)
    yield
    client.prepare()


def notebook(*cells: str | NotebookNode) -> NotebookNode:
    """Return a notebook of code cells, given as their sources, and other cells."""
    nb: NotebookNode = new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        }
    )
    for number, cell in enumerate(cells):
        nb.cells.append(new_code_cell(cell) if isinstance(cell, str) else cell)
        nb.cells[-1].id = f"cell-{number}"
    return nb


def run(folder: Path, *cells: str | NotebookNode, **options: Any) -> NotebookNode:
    """Run a notebook in `folder` as papermill's users do, and return what it wrote."""
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook(*cells), folder / "in.ipynb")
    options = {"engine_name": "prepkit", "progress_bar": False, "cwd": str(folder), **options}
    papermill.execute_notebook(folder / "in.ipynb", folder / "out.ipynb", **options)
    return written(folder)


def written(folder: Path) -> NotebookNode:
    nb: NotebookNode = nbformat.read(folder / "out.ipynb", as_version=4)
    nbformat.validate(nb)
    return nb


def printed(cell: NotebookNode, name: str = "stdout") -> str:
    return "".join(
        output.text
        for output in cell.outputs
        if output.output_type == "stream" and output.name == name
    )


def value(cell: NotebookNode) -> Any:
    """Return what a cell printed as JSON."""
    return json.loads(printed(cell))


IMPORTS = """
import asyncio, base64, io, json, logging, os, random, signal, subprocess, sys, threading, time
import warnings
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import *
df = pd.DataFrame({'a': [1, 2], 'b': ['x', '<y>']})
png = base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhg'
    'GAWjR9awAAAABJRU5ErkJggg==')
"""

# Run in this order, in one notebook; each may fail.
CELLS = {
    "imports": IMPORTS,
    "print": "print('a'); print('b', end=''); print()",
    "two streams": "print('out'); print('err', file=sys.stderr); print('out'); 1",
    "frame": "df",
    "styler": "df.style.format(precision=2)",
    "several displays": "display(df, df.a); df.b",
    "figure": "fig, ax = plt.subplots(figsize=(2, 1)); ax.plot([1, 2]);",
    "shown figure": "plt.figure(figsize=(1, 1)); plt.plot([1]); plt.show(); print(1); df.plot()",
    "figure as a value": "fig",
    "figure as SVG": """
        %config InlineBackend.figure_format = 'svg'
        plt.rcParams['svg.hashsalt'] = 'a'
        plt.figure(figsize=(1, 1)); plt.plot([1, 2]);""",
    "%matplotlib": "%matplotlib inline\n%config InlineBackend.figure_format = 'png'",
    "display_id": "handle = display('first', display_id=True); print('x')",
    "update of another cell": "handle.update('second')",
    "update by name": """
        display('one', display_id='n'); display('two', display_id='n')
        update_display(Markdown('*three*'), display_id='n')
        display('four', display_id='n', update=True)""",
    "clear_output": "print('gone'); display(1); clear_output(); print('stays')",
    "clear_output(wait)": """
        for i in range(3):
            print(i); display(i); clear_output(wait=True)
        print('last')""",
    "clear_output(wait) at the end": "print('stays'); clear_output(wait=True)",
    "kinds of displays": """
        display(HTML('<b>x</b>'), Markdown('**m**'), SVG('<svg xmlns="http://www.w3.org/2000/svg"/>'),
            JSON({'a': [1]}), Latex('$x$'), Javascript('1'), Math('y'), Code('x=1'), Pretty('p'),
            Image(png, width=20))""",
    "raw display": "display({'text/html': '<i>r</i>', 'x/y': 'z'}, raw=True, metadata={'k': 1})",
    "not quite JSON": "display({'application/json': {'a': (1, {2}), 'b': np.int64(3)}}, raw=True)",
    "no JSON": "display({'application/json': {'a': object()}}, raw=True)",
    "rich": "import rich; rich.print('[bold red]hello[/] :smile:', {'a': 1})",
    "rich table": "from rich.table import Table; t = Table('a', 'b'); t.add_row('1', '2'); t",
    "great tables": "from great_tables import GT; GT(df, id='fixed')",
    "tqdm": "from tqdm import tqdm\nfor i in tqdm(range(3), bar_format='{l_bar}|'): pass",
    "!": "!echo sub; echo err >&2; echo $PWD; [ -t 1 ] && echo terminal",
    "! as a value": "x = !echo captured\nx",
    "! with a status": "!exit 4\nprint(_exit_code)",
    "!!": "!!ls /nope",
    "%%bash": "%%bash\necho hello; echo e >&2",
    "%%bash that fails": "%%bash\nexit 3",
    "%%sh --out": "%%sh --out y\necho hi",
    "its value": "y",
    "os.system": """
        print('before'); os.system('echo os; echo oserr >&2'); print('after'); time.sleep(0.2)""",
    "subprocess": """
        print('p1'); subprocess.run(['echo', 'sub']); print('p2', flush=True)
        os.write(2, b'fd2\\n'); print('p3'); time.sleep(0.2)""",
    "processes that open them": """
        os.system('echo hi | tee /dev/stderr; echo ho >/dev/stdout'); time.sleep(0.2)""",
    "sys.__stdout__": "sys.__stdout__.write('x\\n'); sys.__stdout__.flush(); time.sleep(0.2)",
    "fork": """
        pid = os.fork()
        if not pid:
            print('in the child\\n', end=''); os._exit(0)
        os.waitpid(pid, 0); print('in the parent')""",
    "multiprocessing": """
        import multiprocessing
        def work(n): print('worker\\n', end=''); return n * n
        with multiprocessing.get_context('fork').Pool(1) as pool: print(pool.map(work, [2, 3]))""",
    "top-level await": "async def f(): await asyncio.sleep(0.01); return 3\nawait f()",
    "task of another cell": "task = asyncio.create_task(f()); print('made')",
    "its result": "await task",
    "running loop": "asyncio.get_running_loop().is_running()",
    "asyncio.run": "c = f()\ntry: asyncio.run(c)\nfinally: c.close()",
    "asyncio's processes": """
        process = await asyncio.create_subprocess_exec('echo', 'hi', stdout=-1)
        await process.communicate()""",
    "asyncio.timeout": "async with asyncio.timeout(0.01): await asyncio.sleep(5)",
    "end of all tasks": "for one in asyncio.all_tasks(): one.cancel()",
    "end of its own task": "asyncio.current_task().cancel(); await asyncio.sleep(0)",
    "async for": "async def g(): yield 1\nasync for one in g(): print(one)",
    "an error after an await": "await f(); 1/0",
    "%time": "%time 1+1",
    "%%time": "%%time\nprint('x')",
    "%timeit": "%timeit -n1 -r1 1",
    "%who": "%who_ls DataFrame",
    "%pwd": "%pwd",
    "%cd": "%cd -q ..\nprint(os.getcwd())\n%cd -q -",
    "%history": "%history 1-3",
    "%env": "%env A=1\nprint(os.environ['A'])",
    "%precision": "%precision 3\n3.14159",
    "%precision again": "%precision\n3.14159",
    "%%capture": "%%capture captured\nprint('caught'); display(1)",
    "captured": "captured.show()",
    "%%writefile": "%%writefile f.py\nmade = 5",
    "%run": "%run f.py\nmade",
    "import of a local module": "import f as local; local.made",
    "%%html": "%%html\n<b>h</b>",
    "%load_ext": "%load_ext autoreload\n%autoreload 2",
    "%xmode": "%xmode Minimal",
    "minimal traceback": "1/0",
    "%xmode again": "%xmode Context",
    "a magic of its own": """
        get_ipython().register_magic_function(lambda line: print('m', line), magic_name='mine')
        get_ipython().run_line_magic('mine', '5')""",
    "no magic": "%nosuch",
    "help": "help(len)",
    "?": "len?",
    "??": "?str.join",
    "input": "input('q')",
    "getpass": "import getpass; getpass.getpass()",
    "stdin": "sys.stdin.read()",
    "warnings": "warnings.warn('careful'); warnings.warn('old', DeprecationWarning)",
    "logging": "logging.warning('w'); logging.info('i'); logging.getLogger('x').error('e')",
    "logging to stdout": """
        handler = logging.StreamHandler(sys.stdout)
        log = logging.getLogger('mine'); log.addHandler(handler); log.propagate = False
        log.error('logged')""",
    "exception": "def f(x):\n    return 1/x\nf(0)",
    "chained": "try:\n    f(0)\nexcept ZeroDivisionError as e:\n    raise ValueError('c') from e",
    "in another": "try:\n    f(0)\nexcept ZeroDivisionError:\n    {}['k']",
    "group": "raise ExceptionGroup('g', [ValueError(1), TypeError('t')])",
    "note": "e = ValueError('n'); e.add_note('note'); raise e",
    "own exception": "class E(Exception): pass\nraise E('é\\n2')",
    "exception in a module": "json.loads('{')",
    "syntax error": "def (",
    "indentation error": "if True:\nprint(1)",
    "open bracket": "print('never'",
    "sys.exit": "print('x'); sys.exit()",
    "sys.exit(1)": "sys.exit(1)",
    "sys.exit(text)": "sys.exit('text')",
    "KeyboardInterrupt": "raise KeyboardInterrupt('m')",
    "SIGINT": "print('x'); os.kill(os.getpid(), signal.SIGINT); time.sleep(5)",
    "BaseException": "raise BaseException('b')",
    "assert": "assert 1 == 2, 'no'",
    "no module": "import nosuchmodule",
    "a name that isn't there": "undefined_name",
    "%tb": "%tb",
    "bad _repr_html_": """
        class Bad:
            def _repr_html_(self): raise ValueError('html')
        Bad()""",
    "display of it": "display(Bad())",
    "bad repr": """
        class Bad:
            def __repr__(self): raise ValueError('repr')
        Bad()""",
    "_ipython_display_": """
        class Own:
            def _ipython_display_(self): print('own'); display('self')
        Own()""",
    "_repr_mimebundle_": """
        class Bundle:
            def _repr_mimebundle_(self, **_): return {'text/html': 'h', 'image/png': b'123'}
        Bundle()""",
    "unicode": "print('é 😀 中文 \\u202e \\x00 \\x1b[31mred\\x1b[0m')",
    "bytes that are no text": "os.write(1, b'\\xff \\xc3\\xa9\\n'); time.sleep(0.2)",
    "surrogate": "'\\ud800'",
    "no text": "sys.stdout.write(3) if 0 else sys.stdout.writelines(['a\\n', 'b\\n'])",
    "stream": """
        print(sys.stdout.encoding, sys.stdout.isatty(), sys.stdout.errors, sys.stdout.name,
              sys.stdout.writable(), sys.stdout.readable(), sys.stderr.name)
        sys.stdout.buffer""",
    "empty": "",
    "blank": "  \n",
    "comment": "# nothing",
    "None": "None",
    "semicolon": "1;",
    "value": "41 + 1",
    "_": "_",
    "__": "(__, ___)",
    "_i": "(_i, _ii)",
    "In": "len(In), In[-1], sorted(Out)[:3], _3",
    "shell": "get_ipython().__class__.__name__, str(type(get_ipython())), 'IPKernelApp' in "
    "get_ipython().config, hasattr(get_ipython(), 'kernel')",
    "names": "__name__, __doc__, '__file__' in globals(), __builtins__",
    "globals": "sorted(k for k in globals() if k[0] == '_' and not k.strip('_i').isdigit())",
    "environment": "[os.environ[k] for k in ('TERM', 'PAGER', 'FORCE_COLOR', 'MPLBACKEND')]",
    "sys.path": "sys.path.index('') - [p[-13:] for p in sys.path].index('site-packages')",
    "signals": "[signal.getsignal(s) for s in (2, 13, 15)], signal.pthread_sigmask(0, [])",
    "filters": "len(warnings.filters), sys.getrecursionlimit(), sys.executable",
    "display of a thread": """
        def show(): display('from a thread'); print('printed')
        thread = threading.Thread(target=show); thread.start(); thread.join()""",
    "executor": """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(3) as executor: print(list(executor.map(abs, [-1, 2])))""",
    "redirect": """
        import contextlib
        with contextlib.redirect_stdout(io.StringIO()) as text: print('r')
        text.getvalue()""",
    "interactivity": "get_ipython().ast_node_interactivity = 'all'",
    "all values": "1\n2",
    "hooks": """
        get_ipython().ast_node_interactivity = 'last_expr'
        hook = lambda result: print('after', result.success)
        get_ipython().events.register('post_run_cell', hook)""",
    "after a cell": "await asyncio.sleep(0)",
    "nested cell": """
        get_ipython().events.unregister('post_run_cell', hook)
        get_ipython().run_cell('print(7)').success""",
    "set_next_input": "get_ipython().set_next_input('x')",
    "inspect": "import inspect; print(inspect.getsource(Own))",
    "pickle": "import pickle; pickle.loads(pickle.dumps(E('e')))",
    "skipped": "print('never')",
    "printing for a while": "for i in range(3): print(i); time.sleep(0.05)",
    "many prints": "for i in range(20_000): print(i, end=' ')",
    "many displays": "for i in range(100): display(i)",
    "many flushes": "for i in range(1000): print(i, end=' ', flush=True)",
    "custom handler": "get_ipython().set_custom_exc((Exception,), lambda *_, **__: print('own'))",
    "handled": "1/0",
    "big": "print('x' * 3_000_000)",
}
SKIPPED = ["skipped"]
# An ordinary kernel shows what processes write when it comes to it: each write of a forked process
# goes over a connection of its own, so these write whole lines, and lines are in any order.
IN_NO_ORDER = ["os.system", "subprocess", "processes that open them", "fork", "multiprocessing"]
# In these tracebacks is what sends messages, which is no kernel's here.
NO_TRACEBACK = ["no JSON"]


def compared() -> list[NotebookNode]:
    cells: list[NotebookNode] = []
    for name, source in CELLS.items():
        tags = ["skip-execution"] if name in SKIPPED else ["raises-exception"]
        source = textwrap.dedent(source).strip("\n")
        cells.append(new_code_cell(source, metadata={"tags": tags, "name": name}))
        if name == "print":
            cells += [new_markdown_cell("# A *title*"), new_raw_cell("raw")]
    return cells


Both = tuple[NotebookNode, NotebookNode]


def execute(nb: NotebookNode, engine_name: str | None = "prepkit", **options: Any) -> Any:
    """Run a notebook by an engine alone: papermill itself writes it after each cell."""
    nb.metadata["papermill"] = {}
    # An ordinary kernel's outputs may come late on a busy machine; by default that is an error.
    generous = {"progress_bar": False, "kernel_name": "python3", "iopub_timeout": SECONDS}
    options = generous | options
    return papermill_engines.execute_notebook_with_engine(engine_name, nb, **options)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Return the notebook of all cells, run by this engine and by papermill's own."""
    executed = []
    for name in ("prepkit", None):
        folder = tmp_path_factory.mktemp(name or "ordinary")
        os.environ.pop("PYTEST_CURRENT_TEST", None)  # with it, ipykernel shows no processes' texts
        with contextlib.chdir(folder):
            nb = execute(notebook(*compared()), name)
        nbformat.validate(nb)
        executed.append(json.loads(json.dumps(nb).replace(str(folder), "FOLDER")))
    return executed[0], executed[1]


def tags(cell: Any) -> list[str]:
    found: list[str] = cell["metadata"].get("tags", [])
    return found


def masked(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return outputs without what is another each time.

    An ordinary kernel's two streams come in no certain order: texts between displays are one each.
    """
    joined: list[dict[str, Any]] = []
    for output in outputs:
        streams = []
        for last in reversed(joined):
            if last["output_type"] != "stream":
                break
            streams.append(last)
        same = [last for last in streams if output.get("name") == last["name"]]
        if output["output_type"] == "stream" and same:
            same[0]["text"] += output["text"]
        elif output.get("name") == "stdout" and streams:
            joined.insert(-1, dict(output))
        else:
            joined.append(dict(output))
    text = json.dumps(joined)
    for pattern, mask in (
        (r"0x[0-9a-f]+", "ADDRESS"),
        (r"ipykernel_\d+/\d+", "ipykernel_N/N"),
        (r"\bpid=\d+", "pid=N"),
        (r"\bT_[0-9a-f]{5}", "T_ID"),  # pandas's ids of styled tables
        (r"[\d.]+(e\+\d+)? ?(ns|\\u03bcs|ms|s)\b", "TIME"),
        (r"<dc:date>[^<]*", "<dc:date>"),
    ):
        text = re.sub(pattern, mask, text)
    found: list[dict[str, Any]] = json.loads(text)
    return found


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_shows_what_it_shows_in_an_ordinary_kernel(name: str, both: Both) -> None:
    ours, ordinary = (
        next(cell for cell in nb["cells"] if cell["metadata"].get("name") == name) for nb in both
    )
    shown = [masked(cell["outputs"]) for cell in (ours, ordinary)]
    for outputs in shown:
        for output in outputs:
            if name in IN_NO_ORDER and "text" in output:
                output["text"] = sorted(output["text"].splitlines())
            if name in NO_TRACEBACK:
                output.pop("traceback", None)
        if name in IN_NO_ORDER:
            outputs.sort(key=json.dumps)
    assert shown[0] == shown[1]
    assert ours["execution_count"] == ordinary["execution_count"]


def test_the_rest_of_the_notebook_is_as_with_an_ordinary_kernel(both: Both) -> None:
    def rest(nb: Any) -> Any:
        for part in (nb, *nb["cells"]):
            part.pop("outputs", None)
            for times in (part["metadata"].get(key, {}) for key in ("papermill", "execution")):
                for name, found in times.items():
                    if name.endswith("_time") or "." in name:
                        times[name] = datetime.fromisoformat(found).tzinfo is not None
                    if name == "duration":
                        times[name] = type(found)
        return nb

    ours, ordinary = rest(both[0]), rest(both[1])
    assert ours["metadata"] == ordinary["metadata"]
    assert ours["cells"] == ordinary["cells"]


def test_streams_are_shown_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    nb = run(
        tmp_path,
        """
        import os, subprocess, sys
        print("a"); subprocess.run(["sh", "-c", "echo b; echo c >&2"]); print("d")
        os.write(1, b"e\\n"); sys.stderr.write("f\\n"); print("g"); os.system("echo h")
        subprocess.run(["echo", "i"], stdout=sys.stdout);
        """.replace("        ", ""),
    )
    assert [(output.name, output.text) for output in nb.cells[0].outputs] == [
        *(("stdout", "a\nb\n"), ("stderr", "c\n"), ("stdout", "d\ne\n"), ("stderr", "f\n")),
        ("stdout", "g\nh\ni\n"),
    ]


def test_what_is_printed_after_a_cell_is_shown_by_the_next_one(tmp_path: Path) -> None:
    nb = run(
        tmp_path,
        "import asyncio, subprocess, threading, time\n"
        "def late(): time.sleep(0.1); print('thread')\n"
        "async def task(): print('task')\n"
        "threading.Thread(target=late).start(); asyncio.create_task(task())\n"
        "process = subprocess.Popen('sleep 0.2; echo process', shell=True)",
        "process.wait();",
    )
    assert nb.cells[0].outputs == []
    assert sorted(printed(nb.cells[1]).split()) == ["process", "task", "thread"]


def test_a_first_cell_can_await_and_end_all_other_tasks(tmp_path: Path) -> None:
    # An ordinary kernel is one of those tasks, and says nothing any more.
    nb = run(
        tmp_path,
        "import asyncio\nawait asyncio.sleep(0)\n"
        "for task in asyncio.all_tasks() - {asyncio.current_task()}: task.cancel()\n"
        "await asyncio.sleep(0.05)\nprint('on')",
        "print('and on')",
    )
    assert [printed(cell) for cell in nb.cells] == ["on\n", "and on\n"]


def test_half_characters_are_shown_as_replacements(tmp_path: Path) -> None:
    # papermill's own engine shows an error of ZeroMQ's, and writes no notebook for some.
    nb = run(tmp_path, "print('a\\ud800')", "'\\ud800'", "print('\\udc80')")
    assert printed(nb.cells[0]) == "a\ufffd\n"
    assert nb.cells[1].outputs[0].data["text/plain"] == r"'\ud800'"
    assert printed(nb.cells[2]) == "\ufffd\n"


# --- notebooks that run one after the other -----------------------------------------------------

STATE = """
import atexit, builtins, decimal, gc, json, locale, logging, os, random, resource, signal, sys
import threading, time, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
print(json.dumps({
    'globals': sorted(name for name in globals() if name[0] != '_'),
    'modules': [name for name in ('antigravity', 'tabnanny') if name in sys.modules],
    'patched': [hasattr(json, 'mine'), hasattr(builtins, 'mine'), json.dumps.__module__],
    'folder': os.path.basename(os.getcwd()),
    'environment': [os.environ.get('MINE'), os.environ['HOME'], time.tzname],
    'matplotlib': [matplotlib.rcParams['lines.linewidth'], matplotlib.get_backend()],
    'figures': plt.get_fignums(),
    'pandas': pd.get_option('display.max_rows'),
    'numpy': [np.get_printoptions()['precision'], np.geterr()['divide']],
    'path': sys.path, 'argv': sys.argv[1:],
    'filters': [str(one) for one in warnings.filters],
    'files': sorted(os.listdir('/proc/self/fd'), key=int), 'cells': len(In),
    'locale': locale.setlocale(locale.LC_ALL), 'umask': os.umask(0o22),
    'signals': [str(signal.getsignal(n)) for n in range(1, 32)], 'limit': sys.getrecursionlimit(),
    'alarm': signal.alarm(0), 'logging': [logging.root.level, str(logging.root.handlers)],
    'threads': threading.active_count(), 'decimal': decimal.getcontext().prec,
    'nice': os.nice(0), 'resource': resource.getrlimit(resource.RLIMIT_CORE),
    'gc': [gc.isenabled(), gc.get_threshold()], 'magics': 'mine' in
    get_ipython().magics_manager.magics['line'], 'hooks': sys.excepthook.__module__,
    'interactivity': get_ipython().ast_node_interactivity, 'handlers': atexit._ncallbacks(),
}))
"""
SPOIL = """
import antigravity as mine
import atexit, builtins, decimal, gc, json, locale, logging, os, random, resource, signal, sys
import threading, time, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
json.mine = builtins.mine = 1
dumps = json.dumps; json.dumps = lambda *values, **options: dumps(*values, **options)
os.environ.update(MINE='1', HOME='/nowhere', TZ='Asia/Tokyo'); time.tzset()
os.chdir('/')
matplotlib.rcParams['lines.linewidth'] = 9; matplotlib.use('svg'); plt.figure()
pd.set_option('display.max_rows', 3); np.set_printoptions(precision=1); np.seterr(divide='raise')
sys.path.insert(0, '/mine'); sys.argv.append('mine'); warnings.simplefilter('error')
file = open('/dev/null'); locale.setlocale(locale.LC_ALL, 'C'); os.umask(0o77)
signal.signal(signal.SIGUSR1, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.setrecursionlimit(5000); signal.alarm(1000); logging.basicConfig(level=1)
threading.Thread(target=time.sleep, args=(1000,)).start(); decimal.getcontext().prec = 3
os.nice(1); resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); gc.disable(); gc.set_threshold(1)
get_ipython().register_magic_function(print, magic_name='mine'); sys.excepthook = print
get_ipython().ast_node_interactivity = 'all'; atexit.register(print)
random.seed(1); np.random.seed(1)
"""
RANDOM = "import json, random\nimport numpy as np\nprint(json.dumps([random.random(), {}]))".format(
    "np.random.random(), np.random.default_rng().random()"
)


def test_a_notebook_sees_nothing_of_the_one_before(tmp_path: Path) -> None:
    before = run(tmp_path, STATE, "import os; os.getppid()")
    run(tmp_path, SPOIL)
    after = run(tmp_path, STATE, "import os; os.getppid()")
    assert value(after.cells[0]) == value(before.cells[0])
    assert value(after.cells[0])["folder"] == tmp_path.name
    assert after.cells[1].outputs == before.cells[1].outputs  # and both from one server


def test_random_numbers_are_others_in_each_notebook(tmp_path: Path) -> None:
    drawn = [value(run(tmp_path, RANDOM).cells[0])]
    seeded = run(
        tmp_path, "import random; random.seed(1)\nimport numpy; numpy.random.seed(1)", RANDOM
    )
    drawn += [value(seeded.cells[1]), value(run(tmp_path, RANDOM).cells[0])]
    assert drawn[1][:2] == [0.13436424411240122, 0.417022004702574]
    assert len({number for numbers in drawn for number in numbers}) == 9


def test_a_notebook_gets_the_drivers_environment_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "1")
    monkeypatch.setenv("MINE", "a")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PAGER", "less")
    monkeypatch.delenv("PREPKIT_HOME")
    shown = (
        "import os, time\n[os.environ.get(n) for n in ('MINE','PAGER','PREPKIT_HOME')], time.tzname"
    )
    nb = run(tmp_path, shown)
    assert nb.cells[0].outputs[0].data["text/plain"] == "(['a', 'cat', None], ('JST', 'JST'))"


# What runs on: a group's member, one that left the group, one whose parents have ended, threads.
LEFT = """
import os, subprocess, threading, time
def process(**options): return subprocess.Popen(['sleep', '1000'], **options).pid
pids = [os.getpid(), process(), process(start_new_session=True)]
read, write = os.pipe()
if not os.fork():
    os.setsid()
    if not os.fork():
        os.write(write, str(os.getpid()).encode())
        os.execlp('setsid', 'setsid', 'sleep', '1000')
    os._exit(0)
os.wait()
pids.append(int(os.read(read, 99)))
threading.Thread(target=time.sleep, args=(1000,)).start()
open('pids', 'w').write(' '.join(map(str, pids)))
print('left');
"""


def pids(folder: Path) -> list[int]:
    """Return the processes of the notebook with `LEFT` that ran in `folder`."""
    return [int(pid) for pid in (folder / "pids").read_text().split()]


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, "it doesn't happen"
        time.sleep(0.02)


def none_runs(processes: list[int]) -> bool:
    return not any(psutil.pid_exists(pid) for pid in processes)


def test_nothing_that_a_notebook_started_outlives_it(tmp_path: Path) -> None:
    run(tmp_path, LEFT)
    assert len(pids(tmp_path)) == 4
    assert none_runs(pids(tmp_path))


def test_what_is_registered_for_the_end_is_done_at_a_notebooks_end(tmp_path: Path) -> None:
    nb = run(
        tmp_path,
        "import atexit, pathlib, tempfile\n"
        "atexit.register(print, 'to nobody', flush=True)\n"
        "atexit.register(pathlib.Path('ended').touch)\n"
        "folder = tempfile.TemporaryDirectory(dir='.'); print(folder.name)",
        "import logging, logging.handlers, multiprocessing.util\n"
        "file = logging.FileHandler('log', delay=True)\n"
        "logging.root.addHandler(logging.handlers.MemoryHandler(100, target=file))\n"
        "logging.warning('logged'); print(multiprocessing.util.get_temp_dir())",
    )
    assert (tmp_path / "ended").exists()
    assert (tmp_path / "log").read_text() == "logged\n"
    for cell in nb.cells:
        assert not (tmp_path / printed(cell).strip()).exists()


def test_what_hangs_at_a_notebooks_end_does_not_hang_the_driver(tmp_path: Path) -> None:
    began = time.monotonic()
    run(tmp_path, "import atexit, time; atexit.register(time.sleep, 1000)")
    assert time.monotonic() - began < SECONDS


# --- what goes wrong ----------------------------------------------------------------------------

PARENT = "import os; print(os.getppid());"


def server_of(folder: Path) -> int:
    """Return the id of the fork server, as a notebook sees it."""
    return int(value(run(folder, PARENT).cells[0]))


def test_a_failing_cell_ends_the_run_and_is_in_the_notebook(tmp_path: Path) -> None:
    with pytest.raises(PapermillExecutionError) as caught:
        run(tmp_path, "print('a')", "1/0", "print('never')")
    assert (caught.value.ename, caught.value.evalue) == ("ZeroDivisionError", "division by zero")
    assert caught.value.exec_count == 2
    top, first, mark, second, third = written(tmp_path).cells
    assert 'An Exception was encountered at \'<a href="#papermill-error-cell">In [2]' in top.source
    assert "papermill-error-cell-tag" in tags(mark)
    assert printed(first) == "a\n"
    assert second.outputs[0].ename == "ZeroDivisionError"
    assert second.metadata.papermill.status == "failed"
    assert (third.outputs, third.execution_count) == ([], None)
    assert third.metadata.papermill.status == "pending"


def test_allowed_errors_do_not_end_the_run(tmp_path: Path) -> None:
    with pytest.raises(PapermillExecutionError):  # papermill's, at the end
        run(tmp_path, "1/0", "print('on')", allow_errors=True)
    assert printed(written(tmp_path).cells[-1]) == "on\n"


def test_a_time_limit_ends_a_cell_that_has_shown_what_it_had_printed(tmp_path: Path) -> None:
    server = server_of(tmp_path)
    with pytest.raises(CellTimeoutError, match="A cell timed out while it was being executed"):
        run(
            tmp_path,
            LEFT,
            "import os; print('printed'); os.system('echo written; sleep 1000')",
            execution_timeout=1,
        )
    cells = written(tmp_path).cells
    assert printed(cells[1]) == "printed\nwritten\n"
    assert cells[1].execution_count == 2
    assert none_runs(pids(tmp_path))
    assert server_of(tmp_path) == server


def test_of_an_endless_text_the_beginning_is_in_the_notebook_and_that_there_was_more(
    tmp_path: Path,
) -> None:
    with pytest.raises(CellTimeoutError):
        run(tmp_path, "while True: print('x' * 99_999)", execution_timeout=10)
    (cell,) = written(tmp_path).cells
    note = "[This cell has printed 5,000,000 characters. Of the rest, the end is kept.]\n"
    assert printed(cell).endswith(f"x\n\n{note}")
    assert len(printed(cell)) == 5_000_000 + 1 + len(note)


def test_of_a_long_text_the_middle_is_left_out(tmp_path: Path) -> None:
    code = "for n in range(70_000): print('line', n, 'x' * 90)\nprint('done')"
    nb = run(tmp_path, code, "import os; os.system('seq 1000000')\nprint('done')", "print('next')")
    for cell, first in zip(nb.cells[:2], ("line 0 x", "1\n"), strict=True):
        text = printed(cell)
        assert text.startswith(first)
        assert text.endswith("done\n")
        assert " characters are left out here.]\n" in text
        assert len(text) < 5_300_000
    assert printed(nb.cells[2]) == "next\n"


@pytest.mark.faults
@pytest.mark.parametrize(
    ("death", "how"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "was ended by signal 9"),
        ("os._exit(3)", "ended with exit code 3"),
        ("ctypes.string_at(0)", "was ended by signal 11"),
        ("loop.call_soon(sys.exit, 4); await asyncio.sleep(1000)", "ended with exit code 1"),
    ],
)
def test_a_killed_child_is_an_error_of_its_notebook_alone(
    death: str, how: str, tmp_path: Path
) -> None:
    server = server_of(tmp_path)
    with pytest.raises(DeadKernelError) as caught:
        run(
            tmp_path,
            "import asyncio, ctypes, os, signal, sys; loop = asyncio.get_running_loop()",
            LEFT,
            f"print('printed', flush=True); {death}",
            "print('never')",
        )
    assert str(caught.value) == f"Kernel died. The process that ran the notebook {how}."
    cells = written(tmp_path).cells
    assert [printed(cell) for cell in cells] == ["", "left\n", "printed\n", ""]
    assert none_runs(pids(tmp_path))
    assert server_of(tmp_path) == server


@pytest.mark.faults
@pytest.mark.parametrize("which", ["os.getppid()", "psutil.Process().parent().ppid()"])
def test_a_killed_server_is_an_error_of_the_notebook_that_runs(which: str, tmp_path: Path) -> None:
    server = server_of(tmp_path)
    with pytest.raises(DeadKernelError):
        run(tmp_path, LEFT, f"import os, psutil, time; os.kill({which}, 9); time.sleep(1000)")
    # A guard that is killed can't end what has left the notebook's process.
    ended = pids(tmp_path) if "getppid" in which else pids(tmp_path)[:1]
    wait_until(lambda: none_runs([*ended, server]))
    for pid in set(pids(tmp_path)).difference(ended):
        psutil.Process(pid).kill()
    nb = run(tmp_path, PARENT)
    assert value(nb.cells[0]) != server
    assert "ordinary_kernel" not in nb.metadata.papermill


@pytest.mark.faults
def test_a_server_that_was_killed_between_notebooks_is_started_again(tmp_path: Path) -> None:
    server = server_of(tmp_path)
    psutil.Process(server).kill()
    nb = run(tmp_path, PARENT)
    assert value(nb.cells[0]) != server
    assert "ordinary_kernel" not in nb.metadata.papermill


def test_an_interrupted_run_ends_its_notebook_and_the_next_one_runs(tmp_path: Path) -> None:
    server = server_of(tmp_path)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, LEFT, "import time; print('printed', flush=True); time.sleep(1000)")
    finally:
        signal.signal(signal.SIGALRM, before)
    assert printed(written(tmp_path).cells[1]) == "printed\n"
    assert none_runs(pids(tmp_path))
    assert server_of(tmp_path) == server


# --- the ordinary kernel, where it must be ------------------------------------------------------

WIDGETS = [
    "import ipywidgets\nprint('once')",
    "slider = ipywidgets.IntSlider(3, description='How many')\nslider",
    "slider.value = 5",
]


def reasons(nb: NotebookNode, caplog: pytest.LogCaptureFixture) -> tuple[str, list[str]]:
    """Return why an ordinary kernel ran a notebook: by the notebook, and by the log."""
    return nb.metadata.papermill.ordinary_kernel, caplog.messages


def without_ids(nb: NotebookNode) -> Any:
    """Return what a notebook shows and its widgets' state, with its models named."""
    states = nb.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    text = json.dumps([[cell.outputs for cell in nb.cells], nb.metadata.widgets])
    for model, state in states.items():
        text = text.replace(model, state["model_name"])
    return json.loads(text)


def test_a_notebook_with_live_widgets_runs_in_an_ordinary_kernel(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nb = run(tmp_path, *WIDGETS)
    reason = "it shows live widgets"
    assert reasons(nb, caplog) == (reason, [f"Run in an ordinary kernel: {reason}."])
    assert without_ids(nb) == without_ids(run(tmp_path, *WIDGETS, engine_name=None))
    assert "How many" in json.dumps(nb.metadata.widgets)


def test_a_notebook_that_speaks_with_its_kernel_runs_in_an_ordinary_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nb = run(tmp_path, "get_ipython().kernel.implementation")
    reason = "it uses the kernel's 'implementation'"
    assert reasons(nb, caplog) == (reason, [f"Run in an ordinary kernel: {reason}."])
    assert nb.cells[0].outputs[0].data["text/plain"] == "'ipython'"


def test_another_kernel_runs_as_an_ordinary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kernels(tmp_path, monkeypatch, other=spec(sys.executable, MINE="1"))
    nb = run(tmp_path, "import os; print(os.environ['MINE'])", kernel_name="other")
    reason = "the kernel 'other' is not this Python's own"
    assert reasons(nb, caplog) == (reason, [f"Run in an ordinary kernel: {reason}."])
    assert printed(nb.cells[0]) == "1\n"


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder whose modules another fork server imports."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    yield folder
    client.prepare(SHARED)


def test_a_server_whose_modules_have_started_threads_does_not_fork(
    modules: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (modules / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()"
    )
    client.prepare(["threaded"])
    nb = run(tmp_path, "print(1)")
    reason = "a module that the notebook imports has started threads"
    assert reasons(nb, caplog) == (reason, [f"Run in an ordinary kernel: {reason}."])
    assert printed(nb.cells[0]) == "1\n"


def test_a_module_that_cannot_be_imported_is_reported_by_the_notebook(
    modules: Path, tmp_path: Path
) -> None:
    (modules / "broken.py").write_text("1/0")
    client.prepare(["broken", "missing"])
    assert value(run(tmp_path, "print(1)").cells[0]) == 1
    with pytest.raises(PapermillExecutionError, match="ZeroDivisionError"):
        run(tmp_path, "import broken")
    with pytest.raises(PapermillExecutionError, match="No module named 'missing'"):
        run(tmp_path, "import missing")


def test_what_modules_print_and_set_once_is_not_printed_again_and_stays_set(
    modules: Path, tmp_path: Path
) -> None:
    (modules / "printing.py").write_text("import os; print('once'); os.environ['MINE'] = '1'")
    client.prepare(["printing"])
    nb = run(tmp_path, "import os, sys; sys.__stdout__.flush(); print(os.environ['MINE'])")
    assert printed(nb.cells[0]) == "1\n"


def test_a_server_that_does_not_start_is_not_tried_again(
    modules: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (modules / "warming.py").write_text(
        "def preload(folder): open(f'{folder}/tries', 'a').write('x'); 1/0"
    )
    client.prepare(preload=["warming:preload"], arguments=[str(tmp_path)])
    reason = "the fork server does not start"
    nb = run(tmp_path, "1")
    assert reasons(nb, caplog) == (reason, [f"Run in an ordinary kernel: {reason}."])
    run(tmp_path, "1")
    assert (tmp_path / "tries").read_text() == "x"


# --- other drivers ------------------------------------------------------------------------------


def driver(folder: Path, code: str, mark: str) -> subprocess.Popen[str]:
    """Start another driver, all whose processes carry `mark` in their environment."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PREPKIT_TEST": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def marked(mark: str) -> list[int]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("PREPKIT_TEST") == mark:
                found.append(process.pid)
    return found


DRIVER = """
import os, papermill, time
{}
papermill.execute_notebook("in.ipynb", "out.ipynb", engine_name="prepkit", progress_bar=False)
"""


@pytest.mark.faults
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT", "SIGTERM"])  # not all are everywhere
def test_of_a_driver_that_is_ended_nothing_is_left(name: str, tmp_path: Path) -> None:
    how = signal.Signals[name]
    nbformat.write(notebook(LEFT, "time.sleep(1000)"), tmp_path / "in.ipynb")
    mark = str(uuid.uuid4())
    # A process that the driver forked holds copies of its descriptors, and lives on.
    other = "if not os.fork(): time.sleep(1000)"
    with driver(tmp_path, DRIVER.format(other), mark) as process:
        wait_until((tmp_path / "pids").exists)
        wait_until(lambda: len(pids(tmp_path)) == 4)
        assert len(marked(mark)) == 8  # two drivers, a guard, a server, and what is left
        process.send_signal(how)
        assert process.wait(SECONDS) == -how
        wait_until(lambda: len(marked(mark)) == 1)
        psutil.Process(marked(mark)[0]).kill()
        assert ("KeyboardInterrupt" in process.communicate()[0]) == (how == signal.SIGINT)


FORKING = """
from prepkit.engine import client
fork = client.fork
def forking(folder):
    client.fork = fork
    child = fork(folder)
    if not os.fork(): time.sleep(1000); os._exit(0)
    return child
client.fork = forking
"""


def test_a_process_that_the_driver_has_forked_is_not_in_the_way(tmp_path: Path) -> None:
    # It holds copies of what the driver speaks with: closing these tells nobody of the end. A
    # notebook's process that isn't told is killed after a while, and does nothing at its end.
    code = "import atexit; atexit.register(lambda: open('ended', 'a').write('x'))"
    nbformat.write(notebook(code), tmp_path / "in.ipynb")
    once, another_server = DRIVER.format(""), "client.prepare(['json'])"
    mark = str(uuid.uuid4())
    code = once + DRIVER.format(FORKING) + DRIVER.format(another_server)
    with driver(tmp_path, code, mark) as process:
        try:
            assert process.wait(SECONDS) == 0
            assert len(marked(mark)) == 1
        finally:
            for other in marked(mark):
                psutil.Process(other).kill()
    assert (tmp_path / "ended").read_text() == "xxx"


def test_the_command_line_runs_notebooks_with_it(tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd(), x); print('e', file=sys.stderr); x"
    parameters = new_code_cell("x = 1", metadata={"tags": ["parameters"]})
    nbformat.write(notebook(parameters, code, "1/0"), tmp_path / "in.ipynb")
    (tmp_path / "there").mkdir()
    command = [
        *(sys.executable, "-m", "papermill", "--engine", "prepkit", "in.ipynb", "out.ipynb"),
        *("--cwd", "there", "-p", "x", "5", "--execution-timeout", "100", "--progress-bar"),
        *("--log-output", "--stdout-file", str(tmp_path / "out")),
        *("--stderr-file", str(tmp_path / "err")),
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert (tmp_path / "out").read_text() == f"{tmp_path / 'there'} 5\n"
    assert (tmp_path / "err").read_text() == "e\n"
    for line in (f"{tmp_path / 'there'} 5", "e", "5", "ZeroDivisionError: division by zero"):
        assert f"{line}\n" in ran.stderr
    assert "Executing: 100%" in ran.stderr
    assert "ordinary kernel" not in ran.stderr
    cells = written(tmp_path).cells
    assert cells[-1].outputs[0].ename == "ZeroDivisionError"


def test_a_notebook_can_be_prepared_only(tmp_path: Path) -> None:
    nb = run(tmp_path, "print(1)", prepare_only=True)
    assert nb.cells[0].outputs == []


def test_threads_of_a_driver_take_turns(tmp_path: Path) -> None:
    # papermill changes the folder of the whole process: each thread calls the engine itself.
    def work(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        done[number] = execute(
            notebook("import os", f"print({number}, os.getppid())"), folder=folder
        )

    done: dict[int, NotebookNode] = {}
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    shown = [printed(done[number].cells[1]).split() for number in range(4)]
    assert shown == [[str(number), shown[0][1]] for number in range(4)]
    assert server_of(tmp_path) == int(shown[0][1])


@pytest.mark.usefixtures("no_event_loop")
def test_it_can_be_used_where_an_event_loop_runs(tmp_path: Path) -> None:
    async def work() -> NotebookNode:
        return run(tmp_path, "print(1)", WIDGETS[0])

    assert printed(asyncio.run(work()).cells[0]) == "1\n"


@pytest.mark.parametrize("outer", [None, "prepkit"])
def test_a_notebook_can_run_notebooks_with_it(outer: str | None, tmp_path: Path) -> None:
    nbformat.write(notebook(LEFT), tmp_path / "in.ipynb")
    code = DRIVER.format("import sys") + "print(os.getpid())"
    (tmp_path / "outer").mkdir()
    nb = run(tmp_path / "outer", code.replace('"in', '"../in'), engine_name=outer)
    assert value(nb.cells[0]) not in (os.getpid(), server_of(tmp_path))
    assert printed(written(tmp_path / "outer").cells[0]) != ""
    assert none_runs(pids(tmp_path / "outer"))


def test_threads_of_the_driver_are_not_in_the_way(tmp_path: Path) -> None:
    code = """
    import pyarrow.compute, threading, tqdm, typst
    pyarrow.array(range(10**6)).to_pandas(); typst.compile(b"a")
    bar = tqdm.tqdm(total=3)
    """
    nbformat.write(notebook("import pyarrow, os; print(os.getppid())"), tmp_path / "in.ipynb")
    check = "import threading; assert threading.active_count() > 1"
    with driver(tmp_path, DRIVER.format(textwrap.dedent(code)) + check, "none") as process:
        assert process.communicate(timeout=SECONDS)[0].count("Error") == 0
        assert process.returncode == 0
    assert "ordinary_kernel" not in written(tmp_path).metadata.papermill


def test_many_open_files_are_not_in_the_way(tmp_path: Path) -> None:
    code = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))\n"
    code += "files = [open('/dev/null') for _ in range(1100)]"
    nbformat.write(notebook("print(1)", code, "print(2)"), tmp_path / "in.ipynb")
    timed = DRIVER.format(code).replace("progress_bar=False", "execution_timeout=100")
    with driver(tmp_path, timed, "none") as process:
        assert process.wait(SECONDS) == 0, process.communicate()[0]
    assert printed(written(tmp_path).cells[2]) == "2\n"


def test_many_notebooks_leave_no_process_and_no_open_file(tmp_path: Path) -> None:
    def count() -> tuple[int, int, int]:
        children = psutil.Process().children()  # a browser, of other tests, comes and goes
        ours = [one for one in children if "playwright" not in " ".join(one.cmdline())]
        processes = [*ours, *(each for one in ours for each in one.children(recursive=True))]
        files = sum(process.num_fds() for process in processes)
        return psutil.Process().num_fds(), len(processes), files

    run(tmp_path, LEFT)
    before = count()
    for _ in range(60):
        assert printed(execute(notebook("print(1)")).cells[0]) == "1\n"
    wait_until(lambda: count() == before)
