"""Scripts without a guard: which part of them child processes take, and that they do what they do where children are forked.

Run: python3 -m pytest tests/python/test_processes_guard.py
"""
import argparse
import ast
import multiprocessing
import os
import subprocess
import sys
import textwrap

import pytest
from photofinish.processes import guard

GUARDED = {
    "the usual one": 'if __name__ == "__main__":\n    main()\n',
    "the other way round": 'if "__main__" == __name__: main()\n',
    "not": 'if __name__ != "__main__":\n    import quiet\nelse:\n    main()\n',
    "one of": 'if __name__ in ("__main__", "x"): main()\n',
    "by and": '__name__ == "__main__" and main()\n',
    "by a name": 'IS_MAIN = __name__ == "__main__"\nif IS_MAIN: main()\n',
    "in a function": 'def is_main():\n    return __name__ == "__main__"\nif is_main(): main()\n',
    "match": 'match __name__:\n    case "__main__":\n        main()\n',
    "inside a try": 'try:\n    if __name__ == "__main__":\n        main()\nexcept KeyboardInterrupt:\n    pass\n',
    "which process": 'import multiprocessing as mp\nif mp.parent_process() is None:\n    main()\n',
    "which process by name": 'from multiprocessing import current_process\nif current_process().name == "MainProcess":\n    main()\n',
}
UNGUARDED = {
    "nothing": "",
    "a logger": "import logging\nlog = logging.getLogger(__name__)\n",
    "printed": "print(__name__)\n",
    "a process that says its name": "from multiprocessing import current_process\ndef work():\n    if current_process().name: print()\nwork()\n",
    "the word in a string": 'print("if __name__ == \'__main__\':")\n',
    "in a comment": '# if __name__ == "__main__":\n',
}


@pytest.mark.parametrize("name", GUARDED)
def test_a_guard_is_seen(name):
    assert guard.is_guarded(GUARDED[name])


@pytest.mark.parametrize("name", UNGUARDED)
def test_no_guard_is_seen(name):
    assert not guard.is_guarded(UNGUARDED[name])


# What goes in, and what children take of it; comments say what is left out.
TAKEN = {
    "imports and definitions": """
        import os, sys
        from math import *
        def f(x): return x
        async def g(): pass
        class C(list):
            limit = 3
            def m(self): return self.limit
        """,
    "constants": """
        N = 10_000
        M = N * 2 + 1
        NAMES = ["a", "b"] * 3
        LOOKUP = {"a": 1, **{"b": 2}}
        FIRST, *REST = NAMES
        SQUARES = [n * n for n in range(N)]
        WORDS = "one two".split()
        TEXT = f"{N} of {len(NAMES)}"
        SMALLEST = min(NAMES) if NAMES else None
        key = lambda pair: pair[1]
        x: int = 5
        y: str
        N += 1
        """,
    "types": """
        import collections, enum, typing
        Point = collections.namedtuple("Point", "x y")
        T = typing.TypeVar("T")
        Colour = enum.Enum("Colour", "RED GREEN")
        """,
    "a function of another module is not called": """
        import random, re
        values = [random.random() for _ in range(10)]   # out
        pattern = re.compile("a+")   # out
        print(values)   # out
        """,
    "settings": """
        import os
        os.environ["OMP_NUM_THREADS"] = "1"
        config = {}
        config["a"] = 1
        os.environ["HOME"] = input()   # out
        """,
    "conditional imports": """
        import sys
        try:
            import numpy as np
        except ImportError:
            np = None
        if sys.platform == "win32":
            import winreg
        else:
            import posix
        try:
            main()   # out
        except KeyboardInterrupt:
            print("stopped")   # out
        """,
    "what runs": """
        def main(): pass
        main()   # out
        for i in range(3): total = i   # out
        while True: break   # out
        results = main()   # out
        after = results   # out
        later = after + 1   # out
        del after   # out
        """,
    "what definitions need": """
        def default(): return 5
        FALLBACK = default()
        OTHER = default()   # out
        def f(x=FALLBACK): return x
        registry = []
        def register(function):
            registry.append(function)
            return function
        @register
        def g(): pass
        class Base: pass
        def make(base): return type("Made", (base,), {})
        Parent = make(Base)
        class Child(Parent): pass
        """,
    "a default from another module": """
        import threading
        lock = threading.Lock()
        def f(lock=lock): return lock
        """,
    "settings of the process": """
        import decimal, sys, warnings
        sys.setrecursionlimit(10_000)
        decimal.getcontext().prec = 50
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        def basicConfig(): pass
        basicConfig()   # out
        sys.exit()   # out
        """,
    "nothing of processes": """
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        CORES = multiprocessing.cpu_count()
        queue = multiprocessing.Queue()   # out
        pool = ProcessPoolExecutor(CORES)   # out
        futures = [pool.submit(len, x) for x in ("a", "b")]   # out
        """,
    "a name that hides a builtin": """
        def sum(values): return print(values)
        total = sum([1, 2])   # out
        """,
    "a with": """
        import warnings
        with warnings.catch_warnings():
            import old
        with open("x") as file: text = file.read()   # out
        """,
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_children_take(name):
    source = textwrap.dedent(TAKEN[name])
    tree = ast.parse(source)
    kept = guard._Reduction(tree.body).kept(tree.body)
    expected = "".join(line + "\n" for line in source.splitlines() if "# out" not in line)
    if name == "conditional imports":
        expected = expected.replace("try:\nexcept KeyboardInterrupt:\n", "")
    assert ast.unparse(ast.Module(kept, [])) == ast.unparse(ast.parse(expected))


def test_variables_that_functions_read():
    source = textwrap.dedent("""
        import re
        pattern = re.compile("a")
        unread = 3
        for i in range(3): last = i
        def f():
            global made
            made = last
            return [pattern for unread in ()]
        def g(unread): return made + len("") + unread
        class C:
            values = last
    """)
    assert guard.variables([guard.Part("x.py", source)]) == {"pattern", "last", "made"}


def test_what_definitions_need_is_taken_from_the_parent():
    source = textwrap.dedent("""
        import argparse
        class Point:
            def __init__(self, x): self.x = x
        parser = argparse.ArgumentParser()
        parser.add_argument("--n", type=int, default=3)
        options = parser.parse_args()
        origin, other = make()
        def f(n=options.n, p=origin): return n, p
        class C:
            limit = options.n
    """)
    part = guard.Part("x.py", source)
    assert guard.variables([part]) == {"options", "origin"}
    taken = []
    names = {guard.TAKE: lambda name, make=None: taken.append(name) or {"options": argparse.Namespace(n=5), "origin": 7}[name]}
    code, = guard.reduce([part], sent=["options", "origin"])
    exec(code, names)
    assert names["f"]() == (5, 7) and names["C"].limit == 5 and taken == ["options", "origin"] and "parser" not in names


def test_remade():
    parts = [guard.Part("a.py", "import threading, multiprocessing\nn = 2\n"),
             guard.Part("b.py", "lock = threading.Lock()\nother = threading.Lock()\nqueue = multiprocessing.Queue()\nm = n + k\n")]
    names = {}
    for code in guard.reduce(parts, given=["k"], remade=["lock", "queue"]):
        names.setdefault("k", 1)
        exec(code, names)
    assert "lock" in names and "other" not in names and "queue" not in names and names["m"] == 3


def test_future_statements_hold_for_all_parts():
    parts = [guard.Part("a.py", "from __future__ import annotations\n"), guard.Part("b.py", "def f(x: Undefined): pass\n")]
    names = {}
    for code in guard.reduce(parts):
        exec(code, names)
    assert names["f"].__annotations__ == {"x": "Undefined"}


# ---------------------------------------------------------------------------------------------- programs

# The seams that hand the main program over, on the system's own processes.
SEAMS = """
from multiprocessing import spawn
from photofinish.processes import library

line = spawn.get_command_line

def with_seams(**words):
    command = line(**words)
    at = command.index("-c") + 1
    command[at] = "import seams; " + command[at]
    return command

spawn.get_command_line = with_seams
spawn.get_preparation_data = library._preparation_data
spawn.prepare = library._prepare
"""
DRIVER = """
import multiprocessing, seams, sys
from photofinish import page
multiprocessing.set_start_method("spawn")
path = sys.argv[1]
sys.exit(page.run(open(path, encoding="utf-8").read(), [path])[1])
"""

PROGRAMS = {
    "primes": """
        import math
        from concurrent.futures import ProcessPoolExecutor
        PRIMES = [10000003, 10000007, 10000009]
        def is_prime(n):
            return n > 1 and all(n % i for i in range(2, int(math.sqrt(n)) + 1))
        with ProcessPoolExecutor(max_workers=3) as executor:
            for number, prime in zip(PRIMES, executor.map(is_prime, PRIMES)):
                print(number, prime)
        """,
    "variables have the parent's values": """
        import multiprocessing
        def make(n):
            return {i: i * i for i in range(n)}
        table, offset, calls = make(5), 0, []
        def work(i):
            return table[i] + offset + len(calls)
        for step in range(3):
            offset += 10 * step
            calls.append(step)
        with multiprocessing.Pool(2) as pool:
            print(pool.map(work, range(5)))
        """,
    "shared values as globals": """
        from multiprocessing import Lock, Process, Value
        counter, lock = Value("i", 0), Lock()
        def work(times):
            for _ in range(times):
                with lock:
                    counter.value += 1
        processes = [Process(target=work, args=(50,)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        print(counter.value, [process.exitcode for process in processes])
        """,
    "classes of the script": """
        import threading
        from collections import namedtuple
        from multiprocessing import Pool
        Point = namedtuple("Point", "x y")
        lock = threading.Lock()
        class Odd(Exception):
            pass
        class Double:
            def __init__(self, factor): self.factor = factor
            def __call__(self, point):
                with lock:
                    if point.x > 2: raise Odd(point)
                    return Point(point.x * self.factor, point.y)
        print("once")
        pool = Pool(1)
        print(pool.map(Double(2), [Point(1, 2), Point(2, 3)]))
        try:
            pool.apply(Double(2), (Point(3, 4),))
        except Odd as error:
            print("odd", error)
        pool.close()
        pool.join()
        """,
    "options and settings": """
        import argparse, decimal
        from multiprocessing import Pool
        parser = argparse.ArgumentParser()
        parser.add_argument("--n", type=int, default=3)
        options = parser.parse_args()
        decimal.getcontext().prec = 5
        class Point:
            def __init__(self, x): self.x = x
        origin = Point(options.n)
        def work(i, n=options.n, p=origin):
            return str(decimal.Decimal(1) / decimal.Decimal(i + 3)), n, p.x
        with Pool(2) as pool:
            print(pool.map(work, range(3)))
        """,
    "children of children": """
        from multiprocessing import Process, Queue
        def leaf(queue): queue.put(("leaf", SIZE))
        def branch(queue):
            child = Process(target=leaf, args=(queue,))
            child.start()
            child.join()
            queue.put(("branch", child.exitcode))
        SIZE = len("abc")
        queue = Queue()
        child = Process(target=branch, args=(queue,))
        child.start()
        print(queue.get(), queue.get())
        child.join()
        print(child.exitcode)
        """,
}


@pytest.fixture
def run(tmp_path):
    """Runs a program, with the seams or by `python3 main.py`: (exit code, stdout, stderr)."""
    def run(source, driver=None, before=""):
        path = tmp_path / "main.py"
        path.write_text(before + textwrap.dedent(source))
        (tmp_path / "seams.py").write_text(SEAMS)
        words = [sys.executable, *(["-c", driver] if driver else []), path]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])})
        return done.returncode, done.stdout, done.stderr
    return run


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="the reference is a system that forks")
@pytest.mark.parametrize("name", PROGRAMS)
def test_as_where_children_are_forked(run, name):
    forked = run(PROGRAMS[name], before="import multiprocessing; multiprocessing.set_start_method('fork')\n")
    code, out, err = run(PROGRAMS[name], DRIVER)
    assert (code, out) == forked[:2], err
    assert forked[0] == 0 and err.count("\n") == 1 and err.startswith("[main.py starts processes and has no `if __name__")
    assert "bootstrapping phase" in err


def test_native_python_says_what_the_note_says(run):
    source = "import multiprocessing\np = multiprocessing.get_context('spawn').Process(target=print)\np.start()\np.join()\n"
    assert "An attempt has been made to start a new process before the\n        current process has finished its bootstrapping phase." in run(source)[2]


def test_with_a_guard_as_ever(run):
    source = """
        import multiprocessing, sys
        print("imported", __name__)
        def work(x): return x + 1
        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.map(work, [1, 2]), sys.modules["__mp_main__"].work is work)
    """
    assert run(source, DRIVER) == run(source) == (0, "imported __main__\nimported __mp_main__\n[2, 3] True\n", "")


def test_a_wrong_guard_says_what_native_python_says(run):
    source = """
        import multiprocessing
        print("one" if __name__ == "__main__" else "two", flush=True)
        process = multiprocessing.get_context("spawn").Process(target=print)
        process.start()
        process.join()
        print(process.exitcode)
    """
    ours, native = run(source, DRIVER), run(source)
    assert ours[:2] == native[:2] == (0, "one\ntwo\n1\n")
    assert "bootstrapping phase" in ours[2]
