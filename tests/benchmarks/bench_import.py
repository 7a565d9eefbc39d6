"""What ``import prepkit`` costs, as a ratio to ``import pandas``: CPU seconds of whole processes.

Run it: ``python tests/benchmarks/bench_import.py``. The two are measured in turn, after a warm-up.
The last row also uses every public name, which is what a notebook that needs all of them would pay.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
CASES = {
    "import pandas": "import pandas",
    "import prepkit": "import prepkit",
    "import prepkit, load the bank": "import prepkit; prepkit.load_bank()",
    "import prepkit, use every name": (
        "import prepkit; [getattr(prepkit, name) for name in prepkit.__all__]"
    ),
}


def cpu_seconds(code: str) -> float:
    """Return the CPU time, user and system, of a Python process that runs `code`."""
    measure = f"{code}\nimport time; print(time.process_time())"
    printed = subprocess.run(
        [sys.executable, "-c", measure], capture_output=True, text=True, check=True
    )
    return float(printed.stdout)


def main() -> None:
    """Measure and print the table."""
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for run in range(RUNS + 1):
        for name, code in CASES.items():
            seconds = cpu_seconds(code)
            if run:  # the first run warms the disk cache
                times[name].append(seconds)
    base = statistics.median(times["import pandas"])
    print(f"{'':34}{'median CPU s':>14}{'ratio':>8}   ({RUNS} runs, {time.strftime('%Y-%m-%d')})")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:34}{median:14.3f}{median / base:8.2f}")


if __name__ == "__main__":
    main()
