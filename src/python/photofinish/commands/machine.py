"""What the operating system and Python tell, without privileges, about what makes timings noisy. Reads; changes nothing.

Each item is a dict: id, title, status, found, meaning, advice ("" where there is nothing to do). Status is one of

ok       as it should be                       noisy    makes timings noisier or moves them
info     good to know, nothing is wrong        unseen   this system does not say, or does not let an ordinary user look

What only Linux shows (machine_linux.py) is "unseen" on macOS and Windows. The items are those of pyperf's `system show`, and
what virtual machines and containers add to them.
"""
from __future__ import annotations

import os
import platform
import subprocess
import sys
import sysconfig
import time

from .files import Files
from .machine_linux import ITEMS

LOAD = 0.5  # of a core; more of it and the machine counts as busy
LOST = (0.01, 0.05)  # shares of time taken away: of note, noisy
GAP = 50e-6  # seconds; a loop that only reads the clock takes a thousandth of it


def items(files: Files | None = None, system: str | None = None) -> list[dict]:
    """Everything that `doctor` tells. Takes a third of a second: it watches for time that is taken away."""
    files, system = files or Files(), system or platform.system()
    found = [load(), lost_time()]
    for id, title, meaning, look in ITEMS:
        seen = look(files) if system == "Linux" else mac_battery() if system == "Darwin" and id == "battery" else None
        silent = "the system does not show it, as in most virtual machines" if system == "Linux" else f"{system} does not show it"
        found.append(item(id, title, meaning, *(seen or ("unseen", silent))))
    return [*found, clock(files), python()]


def item(id: str, title: str, meaning: str, status: str, found: str, advice: str = "") -> dict:
    return {"id": id, "title": title, "status": status, "found": found, "meaning": meaning, "advice": advice}


def cpu_name(files: Files = Files()) -> str:
    """The processor as its maker calls it; "unknown" where the system does not say."""
    for line in (files.read("proc/cpuinfo") or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("model name", "Model", "Hardware") and value.strip():
            return value.strip()
    if sys.platform == "darwin":
        return _output("sysctl", "-n", "machdep.cpu.brand_string") or "unknown"
    return platform.processor() or platform.machine() or "unknown"


def load() -> dict:
    words = "load", "Load", "Programs that want a core: each takes time slices from the lanes, and caches as well."
    try:
        average, cores = os.getloadavg()[0], os.cpu_count() or 1
    except (AttributeError, OSError):
        return item(*words, "unseen", "this system does not tell")
    busy = average > LOAD * cores
    return item(*words, "noisy" if busy else "ok", f"{average:.2f} over the last minute, {cores} cores",
                "close other programs, or wait" if busy else "")


def lost_time(seconds: float = 0.3) -> dict:
    """Reads the clock in a loop: a reading that comes late means that something else ran on this core."""
    clock = time.perf_counter
    start = last = clock()
    lost = longest = 0.0
    while last < start + seconds:
        now = clock()
        if now - last > GAP:
            lost += now - last
            longest = max(longest, now - last)
        last = now
    share = lost / (last - start)
    status = "noisy" if share > LOST[1] else "info" if share > LOST[0] else "ok"
    return item("lost-time", "Time taken away", "What this process lost to other programs, interrupts and the host while it only read the clock.",
                status, f"{share:.1%} of {seconds:g} s, at most {longest * 1e3:.1f} ms in a row",
                "close other programs; a virtual machine's host may be busy" if status == "noisy" else "")


def clock(files: Files) -> dict:
    try:
        from ..timing import tick
        step = tick(0.01)
    except ImportError:  # without the C extension nothing can be raced, but this can be told
        step = time.get_clock_info("perf_counter").resolution
    source = files.read("sys/devices/system/clocksource/clocksource0/current_clocksource")
    slow = source in ("hpet", "acpi_pm", "jiffies", "pit")
    status = "noisy" if slow or step > 1e-4 else "info" if step > 1e-6 else "ok"
    return item("clock", "Clock", "A sample lasts a millisecond, or ten steps of the clock where that is longer. Some sources are slow to read.",
                status, f"steps of {step * 1e9:.0f} ns" + (f", source {source}" if source else ""),
                "boot with clocksource=tsc where the processor has a steady one" if slow else "")


def python() -> dict:
    told, advice = [f"{platform.python_implementation()} {platform.python_version()}"], ""
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        told.append("free-threaded")
    jit = getattr(sys, "_jit", None)
    if jit is not None and jit.is_enabled():
        told.append("with its JIT")
    if sysconfig.get_config_var("Py_DEBUG"):
        told.append("a debug build")
        advice = "use a release build of Python"
    elif sys.gettrace() is not None or sys.getprofile() is not None:
        told.append("traced")
        advice = "end the debugger, profiler or coverage"
    return item("python", "Python", "Debug builds, tracing and profiling slow Python's own code and hardly slow C: ratios are wrong.",
                "noisy" if advice else "ok", ", ".join(told), advice)


def mac_battery() -> tuple[str, ...] | None:
    told = _output("pmset", "-g", "batt")
    if told is None:
        return None
    return ("noisy", "discharging", "plug the charger in") if "discharging" in told else ("ok", "not discharging")


def _output(*command: str) -> str | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
