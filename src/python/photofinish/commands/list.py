"""Lists the lessons: slug and question.

Lessons are those of ./lessons, else those that came with the package.
"""
from __future__ import annotations

import argparse

from .. import lessons
from . import Failure

HELP = "the lessons"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`list` has no options."""


def run(options: argparse.Namespace) -> int:
    slugs = lessons.slugs()
    if not slugs:
        raise Failure("no lessons here; run it in the project's folder")
    width = max(map(len, slugs))
    for slug in slugs:
        print(f"{slug:<{width}}  {lessons.title(slug)}".rstrip())
    return 0
