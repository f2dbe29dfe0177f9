"""Writes requirements/*.txt: every package pinned by version and hash, for all supported Pythons. Needs uv.

No lock file is kept: it would name the host that packages were found on. Hashes say the same and more.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GROUPS = {
    "run": (),
    "demo": ("demo",),
    "test": ("test", "demo"),
    "check": ("check", "test", "demo"),
}


def main() -> int:
    everything = ROOT / "requirements" / "check.txt"
    _compile("check", constraint=None)
    for name in GROUPS:
        if name != "check":
            _compile(name, constraint=everything)
    return 0


def _compile(name: str, *, constraint: Path | None) -> None:
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11", "pyproject.toml"]
    for group in GROUPS[name]:
        command += ["--group", group]
    if constraint is not None:
        command += ["--constraint", str(constraint)]
    command += ["--output-file", str(ROOT / "requirements" / f"{name}.txt")]
    subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
