"""Tells what makes timings noisy on this machine: governor, turbo, load, virtual machine and more, with what to do about each.

Changes nothing and needs no privileges. On macOS and Windows it says what it cannot see.
"""
from __future__ import annotations

import argparse
import textwrap

from . import machine, shared

HELP = "what makes timings noisy on this machine"
WIDTH = 100


def arguments(parser: argparse.ArgumentParser) -> None:
    shared.json_argument(parser)


def run(options: argparse.Namespace) -> int:
    found = machine.items()
    with shared.told("--json"):
        if shared.write({"schema": 1, "kind": "doctor", "cpu": machine.cpu_name(), "items": found}, options.json):
            print(text(machine.cpu_name(), found), end="")
    return 0


def text(cpu: str, found: list[dict]) -> str:
    """An item a line; below those that are not as they should be, what it means and what to do."""
    lines = [cpu, ""]
    wide = max(len(one["title"]) for one in found)
    for one in found:
        lines.append(f"{one['status']:<6}  {one['title']:<{wide}}  {one['found']}")
        if one["status"] in ("noisy", "info"):
            words = one["meaning"] + (f" -> {one['advice']}" if one["advice"] else "")
            lines += textwrap.wrap(words, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)
    noisy = [one["title"] for one in found if one["status"] == "noisy"]
    lines += ["", textwrap.fill(f"Makes timings noisy here: {'; '.join(noisy)}." if noisy else "Nothing seen that makes timings noisy.", WIDTH)]
    return "\n".join(lines) + "\n"
