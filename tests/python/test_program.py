"""Programs run as by `python3 file.py`: the same output and exit code as CPython's.

Run: python3 -m pytest tests/python/test_program.py
"""
import json
import os
import random
import subprocess
import sys
import textwrap

import pytest

from photofinish import page

# A program uses up its interpreter, so each has a process of its own; what page.run says is left in a file.
DRIVER = """
import json, sys
from photofinish import page
path, answer, *words = sys.argv[1:]
status = page.run(open(path, encoding="utf-8").read(), [path, *words])
json.dump(status, open(answer, "w"))
"""


@pytest.fixture
def run(tmp_path):
    """Runs a program and says what came of it: (status, exit code, stdout, stderr)."""
    def run(source, *words):
        path, answer = tmp_path / "main.py", tmp_path / "answer.json"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        done = subprocess.run([sys.executable, "-c", DRIVER, path, answer, *words], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        return *json.loads(answer.read_text()), done.stdout, done.stderr
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
    assert run(source) == ("ok", 0, "[0, 1, 4, 9]\n", "")


def test_after_restore_draws_other_numbers():
    state = random.getstate()
    page.after_restore()
    first = random.random()
    random.setstate(state)
    page.after_restore()
    assert random.random() != first


def test_warm_finds_the_library():
    assert page.warm() == []
