"""Runs modules of CPython's own tests in the page's interpreter: main.py SKIP MODULE..., with the package `test` in the home folder.

Prints a line of JSON for each test as it ends: {"test", "outcome", "why"}; outcome is passed, failed, skipped or (before it) started.
SKIP: a JSON list of tests that are not run again.
"""
import json
import sys
import unittest

from concurrent import futures
from test import support
from test.support import threading_helper

support.verbose = False                        # times after which no line ends
threading_helper.can_start_thread = True       # it goes by the platform's name
if not hasattr(futures, "InterpreterPoolExecutor"):
    futures.InterpreterPoolExecutor = None     # the tests' helpers take it for granted; what uses it is skipped below
skip = set(json.loads(sys.argv[1]))


def tell(test, outcome, why=""):
    print("@@" + json.dumps({"test": test, "outcome": outcome, "why": why}), flush=True)


def short(error):
    kind, value = error[:2]
    return f"{kind.__name__}: {value}".splitlines()[0][:200]


class Told(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        self.ended = False
        tell(test.id(), "started")

    def end(self, test, outcome, why=""):
        self.ended = True
        tell(test.id(), outcome, why)

    def addSuccess(self, test):
        self.end(test, "passed")

    def addError(self, test, error):
        self.end(test, "failed", short(error))

    def addFailure(self, test, error):
        self.end(test, "failed", short(error))

    def addSkip(self, test, why):
        self.end(test, "skipped", why)

    def addExpectedFailure(self, test, error):
        self.end(test, "passed")

    def addUnexpectedSuccess(self, test):
        self.end(test, "failed", "succeeded unexpectedly")

    def addSubTest(self, test, subtest, error):
        if error:
            self.end(test, "failed", short(error))

    def stopTest(self, test):
        if not self.ended:
            tell(test.id(), "passed")


def each(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        else:
            yield test


for name in sys.argv[2:]:
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName(name)
    except unittest.SkipTest as reason:
        tell(name, "skipped", str(reason))
        continue
    kept = []
    for test in each(suite):
        if "InterpreterPool" in test.id() and not futures.InterpreterPoolExecutor:
            tell(test.id(), "skipped", "no subinterpreters")
        elif test.id() not in skip:
            kept.append(test)
    unittest.TestSuite(kept).run(Told())
