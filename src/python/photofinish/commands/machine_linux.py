"""What Linux tells, in /proc and /sys and without privileges, of what makes timings noisy: a function an item.

A function returns (status, found) or (status, found, advice), see machine.py; None where the system does not say.
"""
from __future__ import annotations

import os
from collections.abc import Callable

from .files import CPUS, Files

Look = Callable[[Files], "tuple[str, str] | tuple[str, str, str] | None"]
ITEMS: list[tuple[str, str, str, Look]] = []  # id, title, meaning, function

STOLEN = 0.01  # share of the time since boot
TUNE = "sudo python3 -m pyperf system tune"


def _item(id: str, title: str, meaning: str) -> Callable[[Look], Look]:
    def keep(look: Look) -> Look:
        ITEMS.append((id, title, meaning, look))
        return look
    return keep


@_item("governor", "Frequency governor",
       "Other governors than 'performance' change the frequency with the load: the first lanes of a race run slower than the last.")
def governor(files: Files):
    found = sorted(set(files.every(f"{CPUS}/cpu*/cpufreq/scaling_governor")))
    if not found:
        return None
    if found == ["performance"]:
        return "ok", found[0]
    return "noisy", ", ".join(found), f"sudo cpupower frequency-set --governor performance (or: {TUNE})"


@_item("turbo", "Turbo",
       "With it the frequency depends on temperature and on how many cores work: lanes on one core get a faster one than lanes on all.")
def turbo(files: Files):
    for path, on, off in ((f"{CPUS}/intel_pstate/no_turbo", "0", "1"), (f"{CPUS}/cpufreq/boost", "1", "0")):
        found = files.read(path)
        if found == on:
            return "noisy", "on", f"echo {off} | sudo tee /{path}"
        if found == off:
            return "ok", "off"
    return None


@_item("smt", "Threads of a core", "Two threads of one core share its units: what runs on the other one slows a lane by a third or more.")
def threads_of_a_core(files: Files):
    active = files.read(f"{CPUS}/smt/active")
    if active == "1":
        return "info", "two or more share a core", "--pin takes one thread of each core"
    return None if active is None else ("ok", "one thread a core")


@_item("isolated", "Isolated cores", "Cores that the scheduler leaves alone have the least noise.")
def isolated(files: Files):
    found, quiet = files.read(f"{CPUS}/isolated"), files.read(f"{CPUS}/nohz_full")
    if found is None:
        return None
    if quiet == "(null)":
        quiet = None
    told = f"isolated: {found or 'none'}; without a scheduler's tick: {quiet or 'none'}"
    if found:
        return "info", told, "for lanes on one core: --cpus with one of them; threads are not spread over several"
    return "info", told, "for a machine that only measures: boot with isolcpus and nohz_full"


@_item("affinity", "Cores that may be used", "Lanes on all cores use as many threads.")
def affinity(files: Files):
    allowed = len(os.sched_getaffinity(0))
    present = os.cpu_count() or allowed
    return "ok" if allowed == present else "info", f"{allowed} of {present}"


@_item("quota", "Limit of processor time",
       "A limit stops the whole process for the rest of each period once it is spent; lanes on all cores spend it first.")
def quota(files: Files):
    found = files.read("sys/fs/cgroup/cpu.max")
    if found is None:  # version 1 of control groups
        limit, period = (files.read(f"sys/fs/cgroup/cpu/cpu.cfs_{name}_us") for name in ("quota", "period"))
        found = f"{'max' if limit == '-1' else limit} {period}" if limit and period else "max"
    limit, _, period = found.partition(" ")
    if limit == "max":
        return "ok", "none seen"
    return ("noisy", f"{int(limit) / int(period or 100_000):.2g} cores' worth of time",
            "give the container whole cores (docker: --cpuset-cpus) in place of a share of them (--cpus)")


@_item("virtual", "Virtual machine, container",
       "A host may take a core away without a trace in the load, and its other guests share caches and memory.")
def virtual(files: Files):
    told = []
    if " hypervisor" in (files.read("proc/cpuinfo") or ""):
        maker = files.read("sys/class/dmi/id/sys_vendor")
        told.append("a virtual machine" + (f" ({maker})" if maker else ""))
    groups = files.read("proc/1/cgroup") or ""
    if files.there(".dockerenv") or files.there("run/.containerenv") or any(word in groups for word in ("docker", "kubepods", "lxc")):
        told.append("a container")
    stolen = _stolen(files.read("proc/stat") or "")
    if stolen > 0:
        told.append(f"{stolen:.1%} of the time since boot was taken by the host")
    if stolen > STOLEN:
        return "noisy", ", ".join(told), "measure on a machine of your own"
    return ("info", ", ".join(told)) if told else ("ok", "neither is seen")


def _stolen(stat: str) -> float:
    """The eighth figure of the first line of /proc/stat, as a share of the first eight."""
    words = stat.partition("\n")[0].split()
    times = [int(word) for word in words[1:9]] if words[:1] == ["cpu"] else []
    return times[7] / sum(times) if len(times) == 8 and sum(times) else 0.0


@_item("aslr", "Random addresses (ASLR)",
       "Every process has another memory layout, which moves times by a few percent: one run sees one layout. Repeat a race for a claim.")
def aslr(files: Files):
    found = {"0": "off", "1": "partly", "2": "full"}.get(files.read("proc/sys/kernel/randomize_va_space") or "")
    if found is None or found == "full":
        return found and ("ok", found)
    return "info", found, "without it every repeat has the layout of the first: echo 2 | sudo tee /proc/sys/kernel/randomize_va_space"


@_item("perf-event", "Profiling interrupts", "A profiler that samples the machine interrupts the lanes so many times a second.")
def perf_events(files: Files):
    rate = files.read("proc/sys/kernel/perf_event_max_sample_rate")
    if rate is None or rate == "1":
        return rate and ("ok", "one a second at most")
    return "info", f"up to {rate} a second", f"costs nothing while nobody profiles; else: {TUNE}"


@_item("throttling", "Throttled by heat", "A hot processor slows down, and the later lanes with it.")
def throttled(files: Files):
    counts = files.every(f"{CPUS}/cpu*/thermal_throttle/core_throttle_count")
    if not counts:
        return None
    times = sum(int(count) for count in counts)
    return ("noisy", f"{times} times since boot", "let the machine cool down; free its fans") if times else ("ok", "not since boot")


@_item("battery", "Battery", "On its battery a machine saves power: the processor runs slower, and not always equally slow.")
def battery(files: Files):
    states = files.every("sys/class/power_supply/BAT*/status")
    if not states:
        return "ok", "there is none"
    return ("noisy", "discharging", "plug the charger in") if "Discharging" in states else ("ok", states[0].lower())
