"""The papermill engine ``prepkit``: notebooks run in forked children of a warm process.

``papermill --engine prepkit …`` uses it, and so does `prepkit packets`. Its outputs are the same as
the ordinary engine's: papermill's own client reads the same messages, from ipykernel's own shell.

papermill imports this module whenever it is imported itself. So this module imports the others only
when it is first used, and can't be imported before papermill.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager
from papermill.log import logger


class ForkEngine(Engine):  # type: ignore[misc]  # papermill has no types
    """Runs a notebook in a forked child, or in an ordinary kernel if that isn't possible.

    In the second case a warning and the notebook's metadata at ``papermill.ordinary_kernel`` say
    why. This happens if processes can't be forked safely, for kernels of another Python or with
    options of their own, and for notebooks that show live widgets or use ``get_ipython().kernel``:
    these are run again from their first cell.

    Outputs are the same as an ordinary kernel's, except:

    - What is written to standard output and error stays in its order, and what is printed after
      the end of a cell is shown by the next cell.
    - Of a cell that prints more than five million characters, the middle is left out, and of one
      that displays more than 100 MB, the rest. A line in the output says so.
    - Half a character (a lone surrogate) is shown as U+FFFD.
    - Displays of processes that the notebook forks are not shown.
    - There is no ``%history -l``, no ``%store``, and nothing of the user's IPython profile.

    Numerical libraries that the server has imported use one thread. Threads and processes that a
    notebook leaves running are ended when it ends.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        folder: str | Path | None = None,
        **options: Any,
    ) -> None:
        """Run the notebook of `nb_man`; its outputs and metadata are changed in place.

        Parameters
        ----------
        nb_man, kernel_name, log_output, stdout_file, stderr_file, start_timeout, execution_timeout
            As papermill gives them to every engine.
        folder
            The folder in which the notebook runs; by default the current one.
        **options
            Passed on to nbclient; options about talking to a kernel do nothing in a forked child.
        """
        from prepkit.engine import client
        from prepkit.engine.processes import NoForkError

        options |= {
            "log_output": log_output,
            "stdout_file": stdout_file,
            "stderr_file": stderr_file,
            "timeout": execution_timeout or options.get("timeout"),
        }
        folder = str(folder or Path.cwd())
        try:
            client.check_kernel(kernel_name)
            forked = client.ForkClient(nb_man, log=logger, **client.ForkClient.options_of(options))
            forked.execute_in(client.fork(folder))
            return
        except (NoForkError, client.NeedsKernelError) as error:
            logger.warning("Run in an ordinary kernel: %s.", error)
            reason = str(error)
        if kernel_name == "python3":
            # Without ipykernel's log, which would print something for each student.
            options.setdefault("extra_arguments", ["--IPKernelApp.log_level=CRITICAL"])
        options.setdefault("resources", {"metadata": {"path": folder}})
        nb_man.notebook_start()
        if nb_man.pbar:
            nb_man.pbar.reset()
        nb_man.nb.metadata.papermill["ordinary_kernel"] = reason
        NBClientEngine.execute_managed_notebook(
            nb_man, kernel_name, start_timeout=start_timeout, **options
        )
