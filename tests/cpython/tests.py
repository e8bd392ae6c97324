"""Runs modules of CPython's own tests in the page's interpreter: main.py SKIP WORDS MODULE..., with the package `test` in the home folder.

Prints a line of JSON for each test as it ends: {"test", "outcome", "why"}; outcome is passed, failed, skipped or (before it) started.
SKIP: a JSON list of tests that are not run again. WORDS: a JSON list of which one has to be in a test's name; empty: all are run.
"""
import json
import sys
import unittest


def prepare():
    from concurrent import futures
    from test import support
    from test.support import threading_helper

    support.verbose = False                        # times after which no line ends
    threading_helper.can_start_thread = True       # it goes by the platform's name
    if not hasattr(futures, "InterpreterPoolExecutor"):
        futures.InterpreterPoolExecutor = None     # the tests' helpers take it for granted; what uses it is skipped below


# What a browser cannot have, by a part of a test's name and the space that ends it.
NOT_HERE = {
    "InterpreterPool": "no subinterpreters", "ProcessPoolFork": "no fork", "ProcessPoolForkserver": "no fork",
    "test_parent_process ": "the children of a process that has died are ended, and this one would tell of it",
    # Faults of 3.14.2's library, which Pyodide has; the tests are of 3.14.8.
    "gh115634": "hangs with the library of 3.14.2", "gh119592": "hangs with the library of 3.14.2",
}


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


def run(skip, words, modules):
    for name in modules:
        try:
            suite = unittest.defaultTestLoader.loadTestsFromName(name)
        except unittest.SkipTest as reason:
            tell(name, "skipped", str(reason))
            continue
        kept = []
        for test in each(suite):
            why = next((why for part, why in NOT_HERE.items() if part in f"{test.id()} "), None)
            if why:
                tell(test.id(), "skipped", why)
            elif test.id() not in skip and (not words or any(word in test.id() for word in words)):
                kept.append(test)
        unittest.TestSuite(kept).run(Told())


prepare()
if __name__ == "__main__":      # processes that the tests start import this file
    run(set(json.loads(sys.argv[1])), json.loads(sys.argv[2]), sys.argv[3:])
