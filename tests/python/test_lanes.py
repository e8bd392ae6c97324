"""The lanes file: what is read from a good one, and what is said of faulty ones.

Run: python3 -m pytest tests/python/test_lanes.py
"""
import pytest

from photofinish import lanes
from photofinish.lanes import LanesError, parse
from photofinish.module import LanesModule, SetupError

GOOD = '''\
"""A docstring before the first cell."""
# %% parameters
n = 100_000     # numbers only
share = -0.5
# %% setup
values = list(range(n))
def make_queue():
    return list(range(n))
# %% lane idiom: index loop
def helper(x):
    return x
def index_loop(values, queue):
    return helper(len(values) + len(queue))
# %% lane better: sorted(x)[:k] and len [python=free-threaded]
def builtin(values, extra=3):
    return len(values) * 2
#%% lane kernel: items of x[a] [b]
from photofinish import kernels
def kernel(values):
    return 2 * len(values)
# %% [markdown]
# Words, ignored.
# %% lane parallel: all cores
def parallel(n):
    return kernels.sum([n, n])
# %% check
def same(a, b):
    return a == b
'''


def test_a_good_file():
    file = parse(GOOD)
    assert file.parameters == {"n": 100_000, "share": -0.5}
    assert [(lane.id, lane.kind, lane.title) for lane in file.lanes] == [
        ("index_loop", "idiom", "index loop"), ("builtin", "better", "sorted(x)[:k] and len"),
        ("kernel", "kernel", "items of x[a] [b]"), ("parallel", "parallel", "all cores")]
    assert file.lanes[0].arguments == ("values", "queue")
    assert file.lanes[1].options == {"python": "free-threaded"}
    assert file.lanes[1].defaults == {"extra"}
    assert file.check == "same"
    assert [cell.line for cell in file.cells] == [1, 3, 6, 10, 15, 18, 24, 27]


def test_line_ends_and_marks_of_other_editors(tmp_path):
    path = tmp_path / "lanes.py"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(lanes.load(path).lanes) == 4


def test_the_module_runs_as_the_file_would():
    file = parse(GOOD)
    with LanesModule(file, file.with_parameters({"n": 10})) as module:
        assert module.functions["parallel"](10) == 20
        names, values, fresh = module.arguments(file.lanes[0])
        assert names == ["values", "queue"] and values[0] == list(range(10)) and fresh == [False, True]
        assert module.arguments(file.lanes[1])[0] == ["values"]  # the other has a default
        assert module.same(1, 1)
        import __main__
        assert __main__.n == 10 and __main__.__name__ == "__main__"
    import __main__
    assert not hasattr(__main__, "share")


def test_a_lane_cannot_change_the_input_of_another():
    file = parse("# %% setup\nx = [1]\n# %% lane idiom: a\nx = [2]\ny = 5\ndef a(x, y): return x\n")
    with LanesModule(file, {}) as module:
        assert module.arguments(file.lanes[0])[1] == [[1], 5]


def test_parameters_are_set():
    file = parse(GOOD)
    assert file.with_parameters(None) == {"n": 100_000, "share": -0.5}
    assert file.with_parameters({"n": 5.0, "share": 1}) == {"n": 5, "share": 1.0}
    assert type(file.with_parameters({"n": 5.0})["n"]) is int
    for wrong, words in (({"m": 1}, "no parameter 'm'; the file has: n, share"), ({"n": 1.5}, "whole number"), ({"n": True}, "finite"),
                         ({"n": "5"}, "finite"), ({"share": float("nan")}, "finite"), ({"n": None}, "finite")):
        with pytest.raises(LanesError, match=words):
            file.with_parameters(wrong)


def test_lanes_are_chosen():
    file = parse(GOOD)
    assert [lane.id for lane in file.choose(["parallel", "index_loop"])] == ["index_loop", "parallel"]
    with pytest.raises(LanesError, match="no lane 'x'; the file has: index_loop"):
        file.choose(["x"])
    with pytest.raises(LanesError, match="name at least one"):
        file.choose([])


LANE = "# %% lane idiom: x\ndef f(): return 1\n"


@pytest.mark.parametrize("source, line, words", [
    ("", None, "there is no lane"),
    ("x = 1\n", None, "there is no lane"),
    ("# %% setup\nx = 1\n", None, "there is no lane"),
    ("# %%\nx = 1\n" + LANE, 1, "does not say what it is"),
    ("\n# %% lanes idiom: x\n", 2, "unknown cell 'lanes idiom: x'"),
    ("# %% Setup\n" + LANE, 1, "unknown cell 'Setup'"),
    ("# %% setup of all\n" + LANE, 1, "unknown cell"),
    ("# %% lane\ndef f(): pass\n", 1, "the lane has no kind"),
    ("# %% lane : x\ndef f(): pass\n", 1, "the lane has no kind"),
    ("# %% lane fast: x\ndef f(): pass\n", 1, "unknown kind of lane 'fast'; write .* idiom, better, kernel, parallel"),
    ("# %% lane Idiom: x\ndef f(): pass\n", 1, "unknown kind of lane 'Idiom'"),
    ("# %% lane idiom\ndef f(): pass\n", 1, "no title"),
    ("# %% lane idiom:  \ndef f(): pass\n", 1, "no title"),
    ("# %% lane idiom: [python=default]\ndef f(): pass\n", 1, "no title"),
    ("# %% lane idiom: x\ny = 1\n", 1, "no function"),
    ("# %% lane idiom: x\nclass A:\n    def f(self): pass\n", 1, "no function"),
    ("# %% lane idiom: x\n\nasync def f(): pass\n", 3, "async"),
    ("# %% lane idiom: x\ndef f():\n    for i in range(3):\n        yield i\n", 2, "generator"),
    ("# %% lane idiom: x\ndef f(*values): pass\n", 2, r"\*args"),
    ("# %% lane idiom: x\ndef f(**values): pass\n", 2, r"\*args"),
    ("# %% lane idiom: x\ndef f(*, a): pass\n", 2, r"after '\*'"),
    (LANE + LANE, 3, "second lane with the function 'f'"),
    ("# %% lane idiom: x [python=pypy]\ndef f(): pass\n", 1, "python=free-threaded"),
    ("# %% lane idiom: x [python]\ndef f(): pass\n", 1, "python=free-threaded"),
    ("# %% lane idiom: x [speed=3]\ndef f(): pass\n", 1, "unknown option 'speed'"),
    ("# %% lane idiom: x [python=default, python=default]\ndef f(): pass\n", 1, "twice"),
    ("# %% parameters\nn = 'x'\n" + LANE, 2, "plain number"),
    ("# %% parameters\nn = True\n" + LANE, 2, "plain number"),
    ("# %% parameters\nn = 10 ** 5\n" + LANE, 2, "plain number"),
    ("# %% parameters\nn = 1e999\n" + LANE, 2, "plain number"),
    ("# %% parameters\nn = [1]\n" + LANE, 2, "plain number"),
    ("# %% parameters\nn = m\n" + LANE, 2, "plain number"),
    ("# %% parameters\n\nimport math\n" + LANE, 3, "only lines like"),
    ("# %% parameters\na, b = 1, 2\n" + LANE, 2, "only lines like"),
    ("# %% parameters\na = b = 1\n" + LANE, 2, "only lines like"),
    ("# %% parameters\nn = 1\nn = 2\n" + LANE, 3, "set twice"),
    ("# %% parameters\nn = = 1\n" + LANE, 2, "not Python"),
    ("# %% parameters\nn = 1\n# %% parameters\nm = 1\n" + LANE, 3, "second parameters cell"),
    ("# %% setup\nx = 1\n# %% parameters\nn = 1\n" + LANE, 3, "must come before"),
    ("# %% setup\nx = 1\ny = (\n" + LANE, 3, "not Python"),
    ("# %% setup\ndef make_x(n): return n\n" + LANE, 2, "called without arguments"),
    ("# %% setup\nf = 1\n" + LANE, 3, "replaces a name of setup"),
    ("# %% setup\ndef f(): pass\n" + LANE, 3, "replaces a name of setup"),
    ("# %% parameters\nf = 1\n" + LANE, 3, "replaces a parameter"),
    (LANE + "# %% check\nx = 1\n", 3, "no function 'def same"),
    (LANE + "# %% check\ndef same(a): return True\n", 4, "two results"),
    (LANE + "# %% check\ndef same(a, b) return True\n", 4, "not Python"),
    (LANE + "# %% check\ndef same(a, b): return True\n# %% check\ndef same(a, b): return True\n", 5, "second check cell"),
    ("x = 1\ny = '\0'\n" + LANE, 2, "NUL"),
    ("".join(f"# %% lane idiom: x\ndef f{i}(): pass\n" for i in range(17)), 33, "at most 16"),
])
def test_faulty_files(source, line, words):
    with pytest.raises(LanesError, match=words) as caught:
        parse(source)
    assert caught.value.line == line
    if line is not None:
        assert str(caught.value).startswith(f"line {line}: ")


def test_a_file_that_is_not_utf8(tmp_path):
    path = tmp_path / "lanes.py"
    path.write_bytes(b"# %% setup\n# gr\xfc\xdfe\n" + LANE.encode())
    with pytest.raises(LanesError, match="UTF-8") as caught:
        lanes.load(path)
    assert caught.value.line == 2


def test_a_lane_that_does_not_compile_leaves_the_others():
    file = parse("# %% lane idiom: good\ndef f(): return 1\n# %% lane better: bad\n\ndef g():\n    return 1 +\n")
    assert [lane.id for lane in file.lanes] == ["f", "g"]
    with LanesModule(file, {}) as module:
        assert list(module.functions) == ["f"]
        assert 'File "<lane g>", line 3' in module.errors["g"] and "return 1 +" in module.errors["g"]
        assert "SyntaxError" in module.errors["g"] and "photofinish" not in module.errors["g"]


def test_a_lane_that_raises_when_it_is_defined():
    source = "# %% lane idiom: good\ndef f(): return 1\n# %% lane better: bad\nx = 1\nx / 0\ndef g(): return 1\n"
    with LanesModule(parse(source), {}) as module:
        assert module.errors["g"].startswith('Traceback (most recent call last):\n  File "<lane g>", line 2, in <module>\n    x / 0\n')
    with LanesModule(parse(source, "/somewhere/lanes.py"), {}) as module:
        assert 'File "/somewhere/lanes.py", line 5, in <module>\n    x / 0' in module.errors["g"]


def test_setup_that_raises():
    file = parse("# %% setup\ndef inner():\n    return {}['k']\ninner()\n" + LANE)
    with pytest.raises(SetupError) as caught:
        with LanesModule(file, {}):
            pass
    text = str(caught.value)
    assert '<setup>", line 3, in <module>' in text and '<setup>", line 2, in inner' in text and "KeyError: 'k'" in text
    assert "module.py" not in text


def test_an_argument_that_nobody_has():
    file = parse("# %% setup\nvalues = 1\n# %% lane idiom: x\ndef f(valeus): return 1\n# %% lane idiom: y\ndef g(zzz): return 1\n")
    with LanesModule(file, {}) as module:
        with pytest.raises(LanesError, match="'valeus', which setup does not have; did you mean 'values'?") as caught:
            module.arguments(file.lanes[0])
        assert caught.value.line == 3
        with pytest.raises(LanesError, match="set 'zzz' there"):
            module.arguments(file.lanes[1])


def test_future_imports_hold_for_all_cells():
    source = "from __future__ import annotations\n# %% lane idiom: x\ndef f(x: Nowhere = 1): return 1\n"
    with LanesModule(parse(source), {}) as module:
        assert module.errors == {}
