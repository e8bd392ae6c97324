"""python3 -m photofinish: its output, its files, its exit codes, its one-line errors.

Run: python3 -m pytest tests/python/test_command.py
"""
import json
import signal
import subprocess
import sys
import time

import pytest

def test_list(command):
    done = command("list")
    assert (done.returncode, done.stdout) == (0, "add-up  How are numbers added?\n")


@pytest.mark.parametrize("what", ["add-up", "lessons/add-up", "lessons/add-up/lanes.py"])
def test_race(command, what, schema):
    done = command("race", what, "--budget", "0.3", "--set", "n=1_000", "--seed", "5", "--json", "report.json")
    assert done.returncode == 0, done.stderr
    assert "built_in  better" in done.stdout and "baseline" in done.stdout and "All lanes returned 499500" in done.stdout
    found = json.loads((command.folder / "report.json").read_text())
    pytest.importorskip("jsonschema").validate(found, schema)
    assert found["lesson"] == "add-up" and found["seed"] == 5 and found["params"] == {"n": 1000}


def test_json_to_standard_output(command):
    done = command("race", "add-up", "--budget", "0.1", "--lanes", "built_in", "--json", "-")
    assert [lane["id"] for lane in json.loads(done.stdout)["lanes"]] == ["built_in"]


@pytest.mark.parametrize("words, message", [
    (["race", "nothing"], "neither a file nor a lesson 'nothing'; the lessons are: add-up"),
    (["race", "add-up", "--lanes", "x"], "no lane 'x'; the file has: loop, built_in"),
    (["race", "add-up", "--set", "m=1"], "no parameter 'm'"),
    (["race", "add-up", "--budget", "0"], "outside 0.05 to 3600"),
    (["race", "faulty.py"], "line 1: unknown cell"),
    (["race", "add-up", "--json", "/nowhere/x.json", "--budget", "0.1"], "No such file"),
])
def test_errors_in_one_line(command, words, message):
    (command.folder / "faulty.py").write_text("# %% nonsense\n")
    done = command(*words)
    assert done.returncode == 2 and message in done.stderr and done.stderr.count("\n") == 1


def test_wrong_use(command):
    assert command().returncode == 2
    done = command("race", "add-up", "--set", "n")
    assert done.returncode == 2 and "not of the form n=1000" in done.stderr


def test_setup_that_fails(command):
    (command.folder / "bad.py").write_text("# %% setup\nx = 1 / 0\n# %% lane idiom: a\ndef a(): pass\n")
    done = command("race", "bad.py")
    assert done.returncode == 2 and 'bad.py", line 2, in <module>' in done.stderr and "photofinish/" not in done.stderr


def test_a_lane_that_fails_or_differs(command):
    path = command.folder / "lanes.py"
    path.write_text(command.lanes + "# %% lane better: bad\ndef bad(values):\n    return values.nothing\n")
    done = command("race", "lanes.py", "--budget", "0.1")
    assert done.returncode == 1 and 'lanes.py", line 16, in bad' in done.stdout
    path.write_text(command.lanes + "# %% lane better: wrong\ndef wrong(values):\n    return 0\n")
    done = command("race", "lanes.py", "--budget", "0.1")
    assert done.returncode == 1 and "do NOT agree" in done.stdout and "wrong returned 0 where loop returned 4950" in done.stdout


def test_processes_in_a_lane(command):
    (command.folder / "pool.py").write_text("""\
# %% setup
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
def square(x):
    return x * x
# %% lane idiom: one after another
def serial():
    return list(map(square, range(8)))
# %% lane parallel: processes
def processes():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(square, range(8)))
""")
    done = command("race", "pool.py", "--budget", "0.5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All lanes returned [0, 1, 4, 9, 16, 25, 36, 49]" in done.stdout


def test_ctrl_c(command):
    (command.folder / "long.py").write_text("# %% lane idiom: a\ndef a():\n    while True: pass\n")
    running = subprocess.Popen([sys.executable, "-m", "photofinish", "race", "long.py"], cwd=command.folder, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, "photofinish: stopped\n")


def test_the_docs_know_every_command_and_option(root):
    import argparse
    import re
    from photofinish import __main__ as main
    from photofinish import commands
    text = (root / "web/render/docs/command-line.md").read_text()
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    for name in commands.NAMES:
        assert name in sections, f"web/render/docs/command-line.md has no section on {name}"
    parser, = [action for action in main._parser()._actions if isinstance(action, argparse._SubParsersAction)]
    for name, command in parser.choices.items():
        known = {option for action in command._actions for option in action.option_strings if option.startswith("--")} - {"--help"}
        told = set(re.findall(r"--[a-z]+", sections[name]))
        assert told <= known, f"{name}: the docs tell of {told - known}"
        assert known <= told | {"--json"}, f"{name}: the docs do not tell of {known - told}"


def test_progress_is_for_terminals(monkeypatch):
    import io
    from photofinish.commands import shared
    assert shared.progress() is None
    monkeypatch.setattr(sys, "stderr", terminal := io.StringIO())
    terminal.isatty = lambda: True
    tell = shared.progress()
    tell({"event": "stage", "stage": "warm-up"})
    tell({"event": "samples", "lanes": {}, "seconds": 1.25, "budget": 9.3})
    tell({"event": "checked"})
    tell({"event": "look", "look": 3, "last": True, "comparisons": []})
    assert terminal.getvalue() == "\rwarming up\x1b[K\rracing: 1.2 of at most 9.3 s\x1b[K\r\x1b[K"
