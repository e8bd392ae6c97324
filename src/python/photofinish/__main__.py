"""python3 -m photofinish COMMAND: races on the command line, with the page's timing, kernels and report.

The commands are the modules of photofinish.commands; this file only reads the command line.

Exit codes: 0 done, and all lanes agree · 1 a lane failed, the lanes disagree, or a check found something · 2 wrong use or a faulty
lanes file, told in one line · 130 Ctrl-C.
"""
from __future__ import annotations

import argparse
import importlib
import sys

from . import __version__, commands


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; `arguments`: the words after the program's name, those of the process for None. Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except commands.Failure as failure:
        print(f"photofinish: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("photofinish: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe has seen enough: `photofinish list | head -1`
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="photofinish", description="Races ways of doing a job in Python against each other.")
    parser.add_argument("--version", action="version", version=f"photofinish {__version__}")
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in commands.NAMES:
        module = importlib.import_module(f".commands.{name}", __package__)
        command = subparsers.add_parser(name, help=module.HELP, description=module.__doc__.strip().split("\n\n")[0])
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
