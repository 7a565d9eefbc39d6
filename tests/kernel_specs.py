"""Kernels that a test makes known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpec


def kernels(folder: Path, monkeypatch: pytest.MonkeyPatch, **specs: KernelSpec) -> None:
    """Make kernels known, in addition to those that there are."""
    for name, spec in specs.items():
        (folder / "kernels" / name).mkdir(parents=True)
        (folder / "kernels" / name / "kernel.json").write_text(spec.to_json())
    monkeypatch.setenv("JUPYTER_PATH", str(folder))


def spec(*command: str, **env: str) -> KernelSpec:
    """Return the specification of a kernel that is started by this command."""
    from jupyter_client.kernelspec import KernelSpec

    argv = [*command, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return KernelSpec(argv=argv, display_name="A kernel", language="python", env=env)
