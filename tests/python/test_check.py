"""photofinish check: what it finds, with file and line, and that whole lessons have no faults.

Run: python3 -m pytest tests/python/test_check.py
"""
import hashlib
import json
import subprocess
import sys

import pytest

from photofinish import lanes
from photofinish.commands import check_lanes, check_text

GOOD = """\
# %% parameters
n = 2_000
# %% setup
import random
random.seed(1)
values = random.choices(range(100), k=n)
def make_copy():
    return list(values)
# %% lane idiom: loop
def loop(values):
    total = 0
    for value in values:
        total += value
    return total
# %% lane better: empties its own copy
def empties(copy):
    total = 0
    while copy:
        total += copy.pop()
    return total
"""
TEXT = """\
---
title: Sums
question: How?
level: first steps
minutes: 5
predict: empties
names:
  loop: the loop
  empties: the other one
---

Why?

## What you saw

### empties: faster, slower, same, undecided
So.
"""


@pytest.fixture
def found(tmp_path, monkeypatch):
    """Checks the text of a lanes file: [(line, level, message)]."""
    def found(source):
        path = tmp_path / "lanes.py"
        path.write_text(source)
        file, messages = check_lanes.read(path)
        if file is not None:
            messages += check_lanes.check(file)[0]
        assert all(one["file"] == str(path) for one in messages)
        # A busy machine makes any call seem slow; the hint on pace has its own test.
        return [(one["line"], one["level"], one["message"]) for one in messages if "a call of" not in one["message"]]
    return found


def test_a_good_file(found):
    assert found(GOOD) == []


def test_sizes():
    file = lanes.parse("# %% parameters\nn = 10_000\nshare = 0.5\nfew = 3\n# %% lane idiom: a\ndef a(n): pass\n")
    assert [one["n"] for one in check_lanes.parameters(file)] == [10, 100, 1000, 10_000, 10_000, 10_000]
    assert [(one["share"], one["few"]) for one in check_lanes.parameters(file)][3:] == [(0.25, 3), (0.5, 2), (0.5, 3)]
    assert check_lanes.parameters(lanes.parse("# %% lane idiom: a\ndef a(): pass\n")) == [{}]


@pytest.mark.parametrize("change, line, message", [
    (("# %% setup", "# %% nonsense"), 3, "unknown cell"),
    (("    return total\n# %% lane better", "    return (total\n# %% lane better"), 14, "is not Python"),
    (("total += copy.pop()", "total += copy.nothing()"), 19, "empties failed with n=2: AttributeError"),
    (("total += copy.pop()", "total += copy.pop() * 2"), 16, "where loop returns"),
    (("def empties(copy)", "def empties(copies)"), 15, "did you mean 'copy'"),
    (("def make_copy():\n    return list(values)", "copy = list(values)"), 15, "empties returns another value when called again"),
    (("random.seed(1)", "pass"), 4, "setup makes other data each time with n=2; give its random numbers a seed"),
    (("random.seed(1)", "random.sed(1)"), 5, "setup failed with n=2: AttributeError"),
    (("import random\n", "import random  #" + "." * 60 + "\n"), 4, "columns; more than 64 do not fit a phone"),
])
def test_faults_with_their_lines(found, change, line, message):
    messages = found(GOOD.replace(*change))
    assert any(at == line and level == "fault" and message in text for at, level, text in messages), messages


def test_only_where_it_is_large(found):
    messages = found(GOOD.replace("    return total\n# %%", "    return total + (len(values) > 1000)\n# %%"))
    assert [(line, text.split(" with ")[1]) for line, _, text in messages] == [(16, "n=2000")]


def test_hints(found):
    messages = found(GOOD.replace("lane idiom", "lane better").replace("import random\n", "import random  #" + "." * 40 + "\n"))
    assert [(line, level) for line, level, _ in messages] == [(9, "hint"), (4, "hint")]


def test_pace(tmp_path):
    path = tmp_path / "lanes.py"
    path.write_text("# %% lane idiom: a\nimport time\ndef a():\n    time.sleep(0.06)\n# %% lane better: b\ndef b():\n    pass\n")
    slow, quick = check_lanes.check(check_lanes.read(path)[0])[0]
    assert (slow["line"], slow["level"]) == (2, "hint") and "over 50 ms a race is slow" in slow["message"]
    assert (quick["line"], quick["level"]) == (6, "hint") and "below 10 us" in quick["message"]


# ---------------------------------------------------------------------------------------------- the text

@pytest.mark.parametrize("change, line, message", [
    (("---\n", "", 1), 1, "front matter between"),
    (("question: How?\n", ""), 1, 'no "question"'),
    (("question: How?", "question How?"), 3, 'expected "key: value"'),
    (("minutes: 5", "minutes: five"), 5, "whole number"),
    (("predict: empties", "predict: loop"), 6, "other than the first idiom (loop), not 'loop'"),
    (("predict: empties", "predict: emptied"), 6, "not 'emptied'"),
    (("  loop: the", "  lop: the"), 8, "there is no lane lop; lanes.py has loop, empties"),
    (("names:\n", ""), 7, "indented"),
    (("## What you saw", "## What I saw"), None, 'no section "## What you saw"'),
])
def test_faults_of_the_text(tmp_path, change, line, message):
    (tmp_path / "lesson.md").write_text(TEXT.replace(*change))
    found = check_text.check(tmp_path / "lesson.md", lanes.parse(GOOD))
    assert any(one["line"] == line and one["level"] == "fault" and message in one["message"] for one in found), found


def test_a_good_text(tmp_path):
    (tmp_path / "lesson.md").write_text(TEXT)
    assert check_text.check(tmp_path / "lesson.md", lanes.parse(GOOD)) == []
    assert "cannot be read" in check_text.check(tmp_path / "none.md", None)[0]["message"]


def test_references(tmp_path):
    path, file = tmp_path / "reference.json", lanes.parse(GOOD)
    assert check_text.reference(path, file, "sums")[0]["level"] == "hint"
    path.write_text(json.dumps({"source_sha256": "0"}))
    stale, = check_text.reference(path, file, "sums")
    assert stale["level"] == "fault" and "make reference SLUG=sums" in stale["message"]
    path.write_text(json.dumps({"source_sha256": hashlib.sha256(GOOD.encode()).hexdigest()}))
    assert check_text.reference(path, file, "sums") == []


# ---------------------------------------------------------------------------------------------- the command

def check(folder, *words):
    return subprocess.run([sys.executable, "-m", "photofinish", "check", *words], cwd=folder, capture_output=True, text=True, timeout=60)


def test_command(tmp_path):
    lesson = tmp_path / "lessons" / "sums"
    lesson.mkdir(parents=True)
    (lesson / "lanes.py").write_text(GOOD)
    (lesson / "lesson.md").write_text(TEXT)
    done = check(tmp_path, "sums")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sums: no faults; lanes ran with n=2; n=20; n=200; n=2000" in done.stdout
    assert "hint: there is no native reference yet" in done.stdout
    (lesson / "lanes.py").write_text(GOOD.replace("return total", "return totl", 1))
    done = check(tmp_path, "sums")
    assert done.returncode == 1 and "lessons/sums/lanes.py:14: loop failed with n=2: NameError" in done.stdout
    done = check(tmp_path, "sums", "--json", "-")
    assert [one["line"] for one in json.loads(done.stdout)["findings"] if one["level"] == "fault"] == [14]
    done = check(tmp_path, "product")
    assert done.returncode == 2 and "neither a file nor a lesson" in done.stderr
