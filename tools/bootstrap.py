"""Makes the project's environment: ``python3 tools/bootstrap.py run|demo|test|check [--system-packages]``.

Uses only the standard library. With uv where it is present, else with venv and pip; in both cases every package is
pinned by version and hash. A second call with unchanged pins does nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the project's environment.")
    parser.add_argument("purpose", choices=["run", "demo", "test", "check"])
    parser.add_argument("--system-packages", action="store_true", help="install Debian packages too, as root")
    arguments = parser.parse_args()
    if sys.version_info < OLDEST:
        return _complain(
            f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {sys.version.split()[0]}. "
            "Install it and run again, for example as: make PYTHON=python3.12 test"
        )
    if not sys.platform.startswith("linux") and sys.platform != "darwin":
        return _complain("Linux or macOS is needed: documents are converted in a sandbox that other systems lack.")
    if arguments.system_packages:
        _install_system_packages()
    try:
        _install_python_packages(arguments.purpose)
    except (subprocess.CalledProcessError, OSError) as error:
        return _complain(f"The environment could not be made: {error}. Remove {VENV} and try again.")
    return 0


def _install_python_packages(purpose: str) -> None:
    requirements = ROOT / "requirements" / f"{purpose}.txt"
    stamp = VENV / f".pins-{purpose}"
    state = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == state:
        return
    uv = shutil.which("uv")
    python = VENV / "bin" / "python"
    if uv:
        if not python.exists():
            _run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])
        _run([uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", str(requirements)])
    else:
        if not python.exists():
            _make_venv()
        _run([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(requirements)])
    stamp.write_text(state)


def _make_venv() -> None:
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise OSError(
            "python's venv module does not work here; on Debian install it with: apt-get install python3-venv"
        )


def _install_system_packages() -> None:
    """As root on Debian, whatever of the list is missing; elsewhere the tests say what they skip."""
    wanted = [line for line in (ROOT / "tools/system-packages.txt").read_text().split("\n") if line and line[0] != "#"]
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    missing = [package for package in wanted if not _is_installed(package)]
    if not missing:
        return
    if os.geteuid() != 0:
        print(f"Not root, so these are not installed and their tests are skipped: {' '.join(missing)}", file=sys.stderr)
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {' '.join(missing)}", file=sys.stderr)
    subprocess.run(["apt-get", "update", "-q"], check=False, env=environment, stdout=subprocess.DEVNULL)
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing]
    installed = subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    if installed.returncode:
        print("Some could not be installed; their tests are skipped.", file=sys.stderr)


def _is_installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${Status}", package]
    answer = subprocess.run(query, check=False, capture_output=True, text=True)
    return answer.stdout.endswith("ok installed")


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
