"""make lesson and make check-lesson: what is begun passes the check as it is and can be rendered; nothing that exists is touched.

Run: python3 -m pytest tests/lessons/test_new_lesson.py
"""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src/python"), str(ROOT / "build/native/python")])}


@pytest.fixture
def new(tmp_path):
    """Begins a lesson in the folder `new.lessons`."""
    def new(slug):
        return subprocess.run([sys.executable, str(ROOT / "src/toolchain/lesson/new.py"), slug, str(new.lessons)], capture_output=True, text=True)
    new.lessons = tmp_path / "lessons"
    new.lessons.mkdir()
    return new


def test_a_new_lesson_passes_the_check(new):
    done = new("filter-numbers")
    assert done.returncode == 0 and '"filter-numbers"]' in done.stdout, done.stderr
    checked = subprocess.run([sys.executable, "-m", "photofinish", "check", "--json", "-", "filter-numbers"], cwd=new.lessons.parent, env=ENVIRONMENT,
                             capture_output=True, text=True)
    found = json.loads(checked.stdout)
    assert checked.returncode == 0 and len(found["trials"]) > 1
    assert not [one for one in found["findings"] if one["level"] == "fault"]
    assert "title: Filter numbers" in (new.lessons / "filter-numbers/lesson.md").read_text()


def test_the_renderer_reads_it(new):
    assert new("filter-numbers").returncode == 0
    program = f"""
        const {{ readLesson }} = await import({json.dumps(str(ROOT / "web/render/lesson.ts"))});
        console.log(JSON.stringify(readLesson({json.dumps(str(new.lessons))}, "filter-numbers")));"""
    done = subprocess.run(["node", "--input-type=module", "-e", program], cwd=ROOT, capture_output=True, text=True, env=ENVIRONMENT | {
        "PATH": f"{ROOT / 'build/venv/bin'}{os.pathsep}{os.environ['PATH']}"})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["minutes"] == 5


@pytest.mark.parametrize("slug", ["Upper", "9lives", "two words", "../up", ""])
def test_no_slug(new, slug):
    done = new(slug)
    assert done.returncode == 1 and "is no slug" in done.stderr and not list(new.lessons.iterdir())


def test_what_exists_is_not_touched(new):
    assert new("sums").returncode == 0
    (new.lessons / "sums/lanes.py").write_text("mine")
    done = new("sums")
    assert done.returncode == 1 and "exists already" in done.stderr
    assert (new.lessons / "sums/lanes.py").read_text() == "mine"


def test_the_commands_of_make(new):
    def make(*words):
        return subprocess.run(["make", "--no-print-directory", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True).stdout
    assert "src/toolchain/lesson/new.py 'sums'" in make("lesson", "SLUG=sums")
    assert "photofinish check 'sums'" in make("check-lesson", "SLUG=sums")
