"""python3 -m photofinish sweep and race --repeat: output, files, exit codes, one-line errors.

Run: python3 -m pytest tests/python/test_command_sweep.py
"""
import json

import pytest

def test_sweep(command):
    done = command("sweep", "add-up", "--values", "100,1_000,10000,50_000", "--budget", "0.4", "--seed", "5", "--json", "sweep.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((command.folder / "sweep.json").read_text())
    assert found["kind"] == "sweep" and found["seed"] == 5 and [point["value"] for point in found["points"]] == [100, 1000, 10000, 50000]
    lines = done.stdout.splitlines()
    assert lines[1].split() == ["n", "loop", "built_in"] and lines[5].split()[0] == "50,000"
    assert any(line.startswith("loop: ") and "slope on log axes" in line for line in lines)


def test_sweep_over_workers_to_standard_output(command):
    (command.folder / "workers.py").write_text("# %% parameters\nn = 1\nworkers = 1\n# %% lane parallel: a\ndef a(workers):\n    return sum(range(4000 // workers)) * 0\n")
    words = ("sweep", "workers.py", "--over", "workers", "--values", "1,2,4", "--budget", "0.3")
    assert json.loads(command(*words, "--json", "-").stdout)["amdahl"][0]["lane"] == "a"
    assert "% does not get faster" in command(*words).stdout


@pytest.mark.parametrize("words, message", [
    (["sweep", "add-up", "--over", "m"], "no parameter 'm'"),
    (["sweep", "add-up", "--values", "5"], "2 to 32 different values"),
    (["sweep", "add-up", "--values", "0,5"], "above 0"),
    (["sweep", "nothing"], "neither a file nor a lesson"),
    (["race", "nothing", "--repeat", "2"], "neither a file nor a lesson"),
    (["race", "add-up", "--repeat", "2", "--budget", "0.05", "--json", "/nowhere/x.json"], "No such file"),
])
def test_errors_in_one_line(command, words, message):
    done = command(*words)
    assert done.returncode == 2 and message in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["sweep", "add-up", "--values", "a,b"], ["race", "add-up", "--repeat", "1"], ["race", "add-up", "--repeat", "x"]])
def test_wrong_use(command, words):
    assert command(*words).returncode == 2


def test_lanes_that_differ(command):
    path = command.folder / "lessons" / "add-up" / "lanes.py"
    path.write_text(command.lanes + "# %% lane better: wrong\ndef wrong(values):\n    return 0\n")
    done = command("sweep", "add-up", "--values", "100,1000", "--budget", "0.1")
    assert done.returncode == 1 and "n = 1,000: the lanes do not agree." in done.stdout


def test_repeat(command):
    path = command.folder / "lessons" / "add-up" / "lanes.py"
    path.write_text(command.lanes.replace("# %% setup\n", "# %% setup\nimport os\nwith open('processes', 'a') as file: print(os.getpid(), n, file=file)\n"))
    done = command("race", "add-up", "--repeat", "3", "--budget", "0.1", "--set", "n=250", "--seed", "7", "--lanes", "loop,built_in", "--json", "runs.json")
    assert done.returncode == 0, done.stderr
    started = [line.split() for line in (command.folder / "processes").read_text().splitlines()]
    assert len({pid for pid, _ in started}) == 3 and {n for _, n in started} == {"250"}
    found = json.loads((command.folder / "runs.json").read_text())
    assert found["kind"] == "repeat" and [run["seed"] for run in found["runs"]] == [7, 8, 9]
    assert done.stdout.count("\n  run ") == 3 and "runs differ by" in done.stdout and "built_in against loop:" in done.stdout
