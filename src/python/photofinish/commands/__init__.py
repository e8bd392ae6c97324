"""The commands of `python3 -m photofinish`, a module each; a new one is a file here and its name in NAMES.

A command's module has, beside a docstring whose first paragraph `--help` shows:

HELP                     one line for the list of commands
arguments(parser)        adds its options to an argparse parser
run(options) -> int      does it and returns the exit code; Failure for what the user has to put right

Modules import the C extension only inside run(): `list` and `--help` work without it. What several commands need stands in
shared.py. The page has no use for this package and is packed without it.
"""
NAMES = ("list", "race", "sweep", "check", "doctor", "compare")


class Failure(Exception):
    """What a command cannot do, and what to do about it, in one line for the user. Exit code 2."""
