"""doctor and --pin: what is said of machines that this one is not, from folders that stand in for /proc and /sys.

Run: python3 -m pytest tests/python/test_machine.py
"""
import json
import os
import subprocess
import sys

import pytest

from photofinish.commands import Failure, doctor, machine, pin
from photofinish.commands.files import Files, cpu_list

STATUSES = {"ok", "info", "noisy", "unseen"}

CPUS = "sys/devices/system/cpu"
NOISY_LAPTOP = {
    f"{CPUS}/cpu0/cpufreq/scaling_governor": "powersave", f"{CPUS}/cpu1/cpufreq/scaling_governor": "powersave",
    f"{CPUS}/intel_pstate/no_turbo": "0", f"{CPUS}/smt/active": "1", f"{CPUS}/isolated": "", f"{CPUS}/nohz_full": "(null)",
    f"{CPUS}/cpu0/thermal_throttle/core_throttle_count": "3", f"{CPUS}/cpu1/thermal_throttle/core_throttle_count": "4",
    "sys/class/power_supply/BAT0/status": "Discharging", "sys/fs/cgroup/cpu.max": "150000 100000",
    "proc/sys/kernel/randomize_va_space": "0", "proc/sys/kernel/perf_event_max_sample_rate": "100000",
    "proc/cpuinfo": "processor : 0\nmodel name : Fast 3000\nflags : fpu hypervisor vme", "proc/stat": "cpu 10 0 10 70 0 0 0 10 0 0\ncpu0 1",
    "sys/class/dmi/id/sys_vendor": "QEMU", "run/.containerenv": "",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet",
}
TUNED_SERVER = {
    f"{CPUS}/cpu0/cpufreq/scaling_governor": "performance", f"{CPUS}/cpufreq/boost": "0", f"{CPUS}/smt/active": "0",
    f"{CPUS}/isolated": "2-3", f"{CPUS}/nohz_full": "2-3", f"{CPUS}/cpu0/thermal_throttle/core_throttle_count": "0",
    "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    "proc/sys/kernel/randomize_va_space": "2", "proc/sys/kernel/perf_event_max_sample_rate": "1",
    "proc/cpuinfo": "model name : Calm 1\nflags : fpu", "proc/stat": "cpu 10 0 10 80 0 0 0 0 0 0",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc",
}


def folder(path, files):
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text + "\n")
    return Files(path)


def by_id(found):
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        assert set(one) == {"id", "title", "status", "found", "meaning", "advice"}
        assert one["status"] in STATUSES and one["title"] and one["found"] and one["meaning"].endswith(".")
    return {one["id"]: one for one in found}


def test_a_noisy_laptop(tmp_path):
    found = by_id(machine.items(folder(tmp_path, NOISY_LAPTOP), "Linux"))
    noisy = {"governor", "turbo", "quota", "virtual", "throttling", "battery", "clock"}
    assert {id for id in noisy if found[id]["status"] == "noisy" and found[id]["advice"]} == noisy
    assert {found[id]["status"] for id in ("smt", "isolated", "aslr", "perf-event")} == {"info"}
    assert found["governor"]["found"] == "powersave" and found["throttling"]["found"].startswith("7 times")
    assert found["quota"]["found"].startswith("1.5 cores") and "10.0%" in found["virtual"]["found"] and "QEMU" in found["virtual"]["found"]
    assert "container" in found["virtual"]["found"] and "hpet" in found["clock"]["found"]


def test_a_tuned_server(tmp_path):
    found = by_id(machine.items(folder(tmp_path, TUNED_SERVER), "Linux"))
    fine = ("governor", "turbo", "smt", "quota", "virtual", "aslr", "perf-event", "throttling", "battery")
    assert {id: found[id]["status"] for id in fine} == dict.fromkeys(fine, "ok")
    assert "2-3" in found["isolated"]["found"]


@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_where_nothing_can_be_seen(tmp_path, system, monkeypatch):
    monkeypatch.setattr(machine, "_output", lambda *command: None)
    found = by_id(machine.items(Files(tmp_path), system))
    assert found["governor"]["status"] == found["turbo"]["status"] == found["aslr"]["status"] == "unseen"
    if system != "Linux":
        assert found["battery"]["found"] == f"{system} does not show it"


def test_a_mac_on_its_battery(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "_output", lambda *command: "Now drawing from 'Battery Power'\n -InternalBattery-0 78%; discharging; 3:10")
    assert by_id(machine.items(Files(tmp_path), "Darwin"))["battery"]["status"] == "noisy"


def test_the_text_names_what_is_noisy(tmp_path):
    text = doctor.text("Fast 3000", machine.items(folder(tmp_path, NOISY_LAPTOP), "Linux"))
    assert "noisy   Turbo" in text and "-> echo 1 | sudo tee" in text and max(map(len, text.splitlines())) < 130
    assert "Battery" in text[text.index("Makes timings noisy here: "):]


def test_a_debug_build_or_a_tracer_is_noise(monkeypatch):
    monkeypatch.setattr(machine.sysconfig, "get_config_var", lambda name: name == "Py_DEBUG")
    assert machine.python()["status"] == "noisy" and "debug build" in machine.python()["found"]


def test_the_processor(tmp_path):
    assert machine.cpu_name(folder(tmp_path, NOISY_LAPTOP)) == "Fast 3000"
    assert machine.cpu_name() != ""


def test_command():
    done = subprocess.run([sys.executable, "-m", "photofinish", "doctor", "--json", "-"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    by_id(json.loads(done.stdout)["items"])


# ---------------------------------------------------------------------------------------------- --pin

def test_cpu_lists():
    assert cpu_list("0-2,5") == [0, 1, 2, 5] and cpu_list("") == cpu_list(None) == [] and cpu_list("3\n") == [3]
    with pytest.raises(ValueError):
        cpu_list("0-")


def test_one_hardware_thread_of_each_core(tmp_path):
    siblings = {f"{CPUS}/cpu{core}/topology/thread_siblings_list": f"{core % 2},{core % 2 + 2}" for core in range(4)}
    assert pin.default_cores({0, 1, 2, 3}, folder(tmp_path, siblings)) == [0, 1]
    assert pin.default_cores({2, 3}, Files(tmp_path)) == [2, 3]
    assert pin.default_cores({0, 2, 3}, Files(tmp_path)) == [0, 3]


@pytest.fixture
def affinity():
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system has no affinity")
    before = os.sched_getaffinity(0)
    yield before
    os.sched_setaffinity(0, before)


def test_pinned(affinity):
    core = max(affinity)
    assert pin.pin([core]) == [core] and os.sched_getaffinity(0) == {core}


@pytest.mark.parametrize("cores", [[100_000], [0, 4095], [-1]])
def test_cores_that_are_not_there(affinity, cores):
    with pytest.raises(Failure, match="this process may use"):
        pin.pin(cores)
    assert os.sched_getaffinity(0) == affinity


def test_where_nothing_can_be_pinned(monkeypatch):
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    with pytest.raises(Failure, match="needs Linux"):
        pin.pin()


def test_a_pinned_race(affinity, tmp_path):
    (tmp_path / "lanes.py").write_text("# %% lane idiom: cores\nimport os\ndef cores():\n    return len(os.sched_getaffinity(0))\n")
    done = subprocess.run([sys.executable, "-m", "photofinish", "race", "lanes.py", "--cpus", str(min(affinity)), "--budget", "0.1", "--json", "-"],
                          cwd=tmp_path, capture_output=True, text=True, timeout=60)
    found = json.loads(done.stdout)
    assert found["value"] == "1" and found["where"]["pinned"] == [min(affinity)] and found["where"]["cores"] == 1 and found["where"]["cpu"]
