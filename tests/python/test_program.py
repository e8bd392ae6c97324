"""Programs run as by `python3 file.py`: the same output and exit code as CPython's, and nothing left over for the next.

Run: python3 -m pytest tests/python/test_program.py
"""
import gc
import os
import random
import subprocess
import sys
import textwrap

import pytest

from photofinish import page, program


@pytest.fixture
def run(tmp_path, capfd, monkeypatch):
    """Runs a program here and says what came of it. Streams are real ones, as in the page."""
    def run(source, *words):
        path = tmp_path / "main.py"
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (open(os.dup(number), "w", encoding="utf-8") for number in (1, 2))
        try:
            status, code = page.run(textwrap.dedent(source), [str(path), *words])
        finally:
            sys.stdout.close(), sys.stderr.close()
            sys.stdout, sys.stderr = streams
        out = capfd.readouterr()
        return status, code, out.out, out.err
    run.path = tmp_path / "main.py"
    return run


PROGRAMS = {
    "prints": "print('hello'); import sys; print('there', file=sys.stderr)",
    "raises": "def f(x):\n    return 1 / x\n\nf(0)\n",
    "raises from": "try:\n    {}['k']\nexcept KeyError as error:\n    raise ValueError('no') from error\n",
    "raises in a library": "import json\njson.loads('{')\n",
    "does not compile": "x = 1\nif x\n    print()\n",
    "null byte in a string": "print(len('a\\0b'))",
    "exit": "import sys; sys.exit()",
    "exit 3": "import sys; print('out'); sys.exit(3)",
    "exit -1": "raise SystemExit(-1)",
    "exit 256": "raise SystemExit(256)",
    "exit with words": "import sys; sys.exit('that is all')",
    "exit function": "exit(4)",
    "atexit": "import atexit\natexit.register(print, 'second', sep='')\natexit.register(print, 'first')\nprint('body')\n",
    "atexit after an error": "import atexit\n@atexit.register\ndef bye():\n    print('bye')\n1 / 0\n",
    "atexit unregistered": "import atexit\natexit.register(print, 'no')\natexit.unregister(print)\n",
    "main": "if __name__ == '__main__':\n    import sys\n    print(__name__, sys.modules['__main__'].__dict__ is globals(), __spec__)\n",
    "arguments": "import sys; print(sys.argv[1:])",
    "thread that ends late": "import threading, time\nthreading.Thread(target=lambda: (time.sleep(.1), print('late'))).start()\nprint('end')\n",
    "executor left open": "from concurrent.futures import ThreadPoolExecutor as E\ne = E(2)\nf = e.submit(print, 'from a thread')\n",
    "excepthook": "import sys\nsys.excepthook = lambda *a: print('hook', a[0].__name__)\n1 / 0\n",
    "own class in the traceback": "class Odd(Exception):\n    def __str__(self):\n        return 'odd'\nraise Odd\n",
    "deep recursion": "def f(n):\n    return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n    print('deep')\n",
    "exception group": "raise ExceptionGroup('two', [ValueError(1), TypeError(2)])\n",
    "pickle of a class of main": "import pickle\nclass A: pass\nprint(type(pickle.loads(pickle.dumps(A()))) is A)\n",
    "source of a function": "import inspect\ndef f():\n    return 5\nprint(inspect.getsource(f))\n",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nprint(P(3))\n",
    "no newline at the end of output": "import sys; sys.stdout.write('no newline')",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_like_cpython(run, name):
    status, code, out, err = run(PROGRAMS[name], "a", "b")
    native = subprocess.run([sys.executable, run.path, "a", "b"], capture_output=True, text=True, timeout=60,
                            env={**os.environ, "PYTHONPATH": ""})
    assert (code, out, err) == (native.returncode, native.stdout, native.stderr)
    if code == 0 and "exit" not in name:
        assert status == "ok"


def test_statuses(run):
    assert run("pass")[:2] == ("ok", 0)
    assert run("1 / 0")[:2] == ("exception", 1)
    assert run("raise SystemExit(0)")[:2] == ("exit", 0)
    status, code, _, err = run("def f():\n    raise KeyboardInterrupt\nf()\n")
    assert (status, code) == ("stopped", 130) and err.endswith("in f\n    raise KeyboardInterrupt\nKeyboardInterrupt\n")


def test_nothing_is_left_over(run):
    before = program._Settings()
    run("""
        import sys, os, builtins, warnings, gc, threading, decimal, random
        name = 1
        sys.argv = []; sys.path.clear(); sys.excepthook = None; sys.setrecursionlimit(500); sys.settrace(lambda *a: None)
        sys.stdout.flush(); sys.ps1 = '?'
        os.environ['LEFT'] = 'over'; os.chdir('/'); builtins.left = 1; builtins.print = None
        warnings.simplefilter('error'); gc.disable(); decimal.getcontext().prec = 3
        threading.excepthook = None
    """)
    after = program._Settings()
    for name in ("main", "sys", "path", "environment", "directory", "recursion", "collecting", "excepthook", "builtins"):
        assert getattr(after, name) == getattr(before, name), name
    assert gc.isenabled() and sys.gettrace() is None
    status, _, out, _ = run("import decimal\nprint(decimal.Decimal(1) / 3)\nname\n")
    assert status == "exception" and out == "0.3333333333333333333333333333\n"


def test_a_module_beside_the_program_is_read_anew(run):
    helper = run.path.with_name("helper_of_main.py")
    for value in (1, 2):
        helper.write_text(f"value = {value}\n# {'x' * value}\n")
        assert run("import helper_of_main\nprint(helper_of_main.value)")[2] == f"{value}\n"
    assert "helper_of_main" not in sys.modules


def test_executors_work_again_in_the_next_run(run):
    source = """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(2) as pool:
            print(sum(pool.map(abs, range(-5, 0))))
    """
    assert run(source)[2] == "15\n" and run(source)[2] == "15\n"


def test_processes(run):
    source = """
        from concurrent.futures import ProcessPoolExecutor
        import multiprocessing
        def square(x):
            return x * x
        if __name__ == "__main__":
            with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
                print(list(pool.map(square, range(4))))
    """
    for _ in range(2):
        assert run(source) == ("ok", 0, "[0, 1, 4, 9]\n", "")


def test_without_arguments_the_file_has_a_name(capsys):
    assert page.run("import sys; print(sys.argv, __file__)") == ("ok", 0)
    assert capsys.readouterr().out == f"['{page.MAIN}'] {page.MAIN}\n"


def test_after_restore_draws_other_numbers():
    state = random.getstate()
    page.after_restore()
    first = random.random()
    random.setstate(state)
    page.after_restore()
    assert random.random() != first


def test_warm_finds_the_library():
    assert page.warm() == []
