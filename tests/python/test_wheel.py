"""The wheel of `make native`: what is in it, and that it works in a fresh venv of every Python that this machine has.

Run: make native && python3 -m pytest tests/python/test_wheel.py
"""
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHEELS = sorted((ROOT / "build" / "native").glob("photofinish-*.whl"))
TOOLCHAIN = ROOT / "src" / "toolchain" / "run"

pytestmark = pytest.mark.skipif(not WHEELS, reason="there is no wheel; make native")


def interpreter(version):
    """A Python of this version outside of the toolchain folder, or None."""
    versions = Path.home() / ".pyenv" / "versions"
    found = [str(path) for path in sorted(versions.glob(f"{version}.*/bin/python"))] + [shutil.which(f"python{version}")]
    return next((path for path in found if path), None)


def test_it_is_one_for_every_python():
    assert len(WHEELS) == 1 and "-cp311-abi3-" in WHEELS[0].name


def test_it_holds_the_package_and_the_lessons_as_they_are():
    package, lessons = ROOT / "src" / "python" / "photofinish", ROOT / "lessons"
    sources = {"photofinish/" + path.relative_to(package).as_posix(): path for path in [*package.rglob("*.py"), *package.rglob("*.json")]}
    sources |= {"photofinish/lesson_files/" + path.relative_to(lessons).as_posix(): path for path in lessons.glob("*/*.*") if path.is_file()}
    with zipfile.ZipFile(WHEELS[0]) as wheel:
        names = set(wheel.namelist())
        assert not set(sources) - names, "pyproject.toml does not name a package of these, or the wheel is old: make native"
        changed = [name for name, path in sources.items() if wheel.read(name) != path.read_bytes()]
        assert not changed, "the wheel is old: make native"
        assert "_photofinish.abi3.so" in names or "_photofinish.pyd" in names


def test_the_library_and_its_header():
    library, header = ROOT / "build/native/libphotofinish.so", ROOT / "build/native/include/photofinish.h"
    if not library.exists():
        pytest.skip("there is no library; make native")
    assert header.read_bytes() == (ROOT / "src/include/photofinish.h").read_bytes()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_installed_in_a_fresh_venv(version, tmp_path):
    python = interpreter(version)
    if python:
        install(python, [], tmp_path / "venv")
        photofinish(tmp_path / "venv", [], tmp_path)
    elif version == "3.14" and (ROOT / "build" / "toolchain" / ".ready").exists():
        folder = ROOT / "build" / "tests" / "wheel"  # inside the toolchain there is only the project
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        install("python3.14", [str(TOOLCHAIN)], folder / "venv")
        photofinish(folder / "venv", [str(TOOLCHAIN)], folder)
    else:
        pytest.skip(f"this machine has no Python {version}")


def run(*words, cwd=None):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def install(python, prefix, venv):
    if prefix:
        run(*prefix, python, "-m", "venv", str(venv))
        run(*prefix, str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(WHEELS[0]))
    else:
        run(python, "-m", "venv", "--without-pip", str(venv))
        run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(venv / "bin" / "python"), "install",
            "--no-index", "--no-deps", str(WHEELS[0]))


def photofinish(venv, prefix, folder):
    listed = run(*prefix, str(venv / "bin" / "photofinish"), "list", cwd=folder)
    assert [line.split()[0] for line in listed.splitlines()] == sorted(path.parent.name for path in ROOT.glob("lessons/*/lanes.py"))
    raced = run(*prefix, str(venv / "bin" / "python"), "-m", "photofinish", "race", "count-primes", "--set", "n=1000", "--lanes",
                "sieve,c_all_cores", "--budget", "0.1", cwd=folder)
    assert "All lanes returned 168" in raced
