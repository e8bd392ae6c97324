"""Counts, groups, membership, lookup and the deque give what Python's own containers give.

Run: python3 -m pytest tests/python/test_containers.py
"""
import array
import collections
import math
import random
import sys

import pytest

from photofinish import kernels

CHUNK = 16384
SIZES = [0, 1, 2, 1000, CHUNK - 1, CHUNK, CHUNK + 1]
THREADS = [1, None]
NAN = math.nan


def inputs(n):
    draw = random.Random(n)
    yield array.array("q", (draw.randrange(10) for _ in range(n)))
    yield array.array("q", (draw.randint(-2**63, 2**63 - 1) for _ in range(n)))
    yield array.array("q", (draw.randrange(1000) << draw.randrange(50) for _ in range(n)))
    yield [draw.randrange(n // 3 + 1) for _ in range(n)]
    yield array.array("d", (draw.choice([0.0, -0.0, 1.5, math.inf, -math.inf, 5e-324]) for _ in range(n)))
    yield array.array("d", (draw.gauss(0, 1) for _ in range(n)))
    words = ["", "a", "ä", "to be", "or not", "or not to be, that is", "€" * 30]
    yield [draw.choice(words) + str(draw.randrange(3)) for _ in range(n)]
    yield [draw.randbytes(draw.randrange(4)) for _ in range(n)]


def items(mapping):
    """Also the order, and the sign of a zero."""
    return [(repr(key), value) for key, value in mapping.items()]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", THREADS)
def test_counts_and_distinct_values(n, threads):
    for values in inputs(n):
        counts = kernels.count(values, threads=threads)
        assert type(counts) is dict and items(counts) == items(collections.Counter(values))
        distinct, numbers = kernels.count_arrays(values, threads=threads)
        assert items(dict(zip(distinct, numbers))) == items(counts) and len(distinct) == len(numbers) == len(counts)
        distinct = kernels.unique(values, threads=threads)
        assert list(map(repr, distinct)) == list(map(repr, dict.fromkeys(values)))
        assert type(distinct) is (list if n and isinstance(values[0], (str, bytes)) else array.array)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", THREADS)
def test_groups(n, threads):
    draw = random.Random(1)
    for keys in inputs(n):
        groups, sums, whole = collections.defaultdict(list), collections.defaultdict(float), collections.defaultdict(int)
        values = array.array("d", (draw.gauss(0, 1e10) for _ in range(n)))
        integers = array.array("q", (draw.randrange(-2**40, 2**40) for _ in range(n)))
        for i, key in enumerate(keys):
            groups[key].append(i)
            sums[key] += values[i]
            whole[key] += integers[i]
        found = kernels.group_indices(keys, threads=threads)
        assert {key: list(indices) for key, indices in found.items()} == groups and list(found) == list(groups)
        assert items(kernels.group_sum(keys, values, threads=threads)) == items(sums)
        assert items(kernels.group_sum(keys, integers, threads=threads)) == items(whole)


def test_nan_equals_nothing():
    values = array.array("d", [NAN, 1.0, NAN, 1.0])
    counts = kernels.count(values)
    assert list(counts.values()) == [1, 2, 1] and sum(map(math.isnan, counts)) == 2
    assert len(kernels.unique(values)) == 3
    for method in ("scan", "hash"):
        assert kernels.contains(values, NAN, method=method) is False
        assert kernels.contains([0.0], [-0.0], method=method) == [True]
    assert list(kernels.lookup(values, [1, 2, 3, 4], [NAN, 1.0], 9)) == [9, 4]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("threads", THREADS)
def test_membership_and_lookup(n, threads):
    draw = random.Random(2)
    for haystack in inputs(n):
        others = [value for value in list(inputs(50))[2 if n == 0 or not isinstance(haystack[0], (str, bytes)) else 6]]
        if n and isinstance(haystack[0], bytes):
            others = [other.encode() for other in others]
        if n and isinstance(haystack[0], float):
            others = list(map(float, others))
        needles = [draw.choice(haystack) for _ in range(50) if n] + others
        draw.shuffle(needles)
        members = set(haystack)
        expected = [needle in members for needle in needles]
        for method in ("scan", "hash"):
            assert kernels.contains(haystack, needles, method=method, threads=threads) == expected
            assert kernels.contains(haystack, needles[0], method=method, threads=threads) is expected[0]
            assert kernels.contains(haystack, [], method=method, threads=threads) == []
        values = array.array("q", range(n))
        table = dict(zip(haystack, values))
        assert list(kernels.lookup(haystack, values, needles, -1, threads=threads)) == [table.get(needle, -1) for needle in needles]
        reals = array.array("d", values)
        there = [needle for needle in needles if needle in members]
        result = kernels.lookup(haystack, reals, there, threads=threads)
        assert result.typecode == "d" and list(result) == [table[needle] for needle in there]
        if not all(expected):
            with pytest.raises(KeyError) as caught:
                kernels.lookup(haystack, values, needles, threads=threads)
            assert caught.value.args[0] == needles[expected.index(False)]


def test_other_forms():
    assert kernels.count("mississippi") == collections.Counter("mississippi")
    assert kernels.count(b"mississippi") == collections.Counter(b"mississippi")
    assert kernels.count(iter(["a", "b", "a"])) == {"a": 2, "b": 1}
    assert kernels.count(i % 3 for i in range(10)) == {0: 4, 1: 3, 2: 3}
    assert kernels.count([True, 1, 2.0]) == {1: 2, 2: 1}
    assert kernels.unique(range(3)).tolist() == [0, 1, 2]
    assert kernels.unique({"a": 1, "b": 2}) == ["a", "b"]
    assert kernels.contains([1.0, 2.5], 1) and kernels.contains([1, 2], 2.0) and not kernels.contains([1, 2], 2.5)
    assert kernels.contains(["a", "b"], "b") and not kernels.contains([b"a"], b"b")
    assert kernels.contains([], 1) is False and kernels.contains([], ["a"]) == [False]
    assert kernels.contains(range(5), {3, 4}) == [True, True]


def test_numpy():
    numpy = pytest.importorskip("numpy")
    values = numpy.random.default_rng(1).integers(0, 1000, 50_000)
    distinct, counts = numpy.unique(values, return_counts=True)
    assert dict(sorted(kernels.count(values).items())) == dict(zip(distinct.tolist(), counts.tolist()))
    assert kernels.contains(values, numpy.int64(5)) is True and kernels.contains(values, numpy.float64(0.5)) is False
    assert kernels.contains(values, numpy.array([5, -1])) == [True, False]


@pytest.mark.parametrize("call, error, words", [
    (lambda: kernels.count([1, "a"]), TypeError, "kernels.count: expected int or float at index 1, not str"),
    (lambda: kernels.count(["a", 1]), TypeError, "kernels.count: expected str at index 1, not int"),
    (lambda: kernels.count([b"a", "a"]), TypeError, "expected bytes at index 1"),
    (lambda: kernels.count(["\ud800"]), UnicodeEncodeError, "surrogates"),
    (lambda: kernels.count([2**63]), OverflowError, "index 0"),
    (lambda: kernels.count(5), TypeError, "not int"),
    (lambda: kernels.count_arrays([None]), TypeError, "kernels.count_arrays"),
    (lambda: kernels.unique([None]), TypeError, "NoneType"),
    (lambda: kernels.group_sum([1, 2], [1]), ValueError, "2 keys, but 1 values"),
    (lambda: kernels.group_sum([1, 1], [2**63 - 1, 1]), OverflowError, "does not fit"),
    (lambda: kernels.group_sum([1], ["a"]), TypeError, "not str"),
    (lambda: kernels.contains([1], 1, method="tree"), ValueError, "'scan' or 'hash'"),
    (lambda: kernels.contains([1], "a"), TypeError, "one kind"),
    (lambda: kernels.contains(["a"], b"a"), TypeError, "one kind"),
    (lambda: kernels.contains([2**53 + 1], [0.5]), OverflowError, "beyond 2**53"),
    (lambda: kernels.contains([1], None), TypeError, "NoneType"),
    (lambda: kernels.lookup([1], [1, 2], [1]), ValueError, "1 keys, but 2 values"),
    (lambda: kernels.lookup([1], [1], [2]), KeyError, "2"),
    (lambda: kernels.lookup(["a"], [1], ["b"]), KeyError, "b"),
    (lambda: kernels.lookup([1], [1], [2], 0.5), TypeError, "must be an int"),
    (lambda: kernels.lookup([1], [1], [2], 2**63), OverflowError, ""),
    (lambda: kernels.lookup([1], [1.5], [2], "a"), TypeError, ""),
    (lambda: kernels.deque_play("P", []), IndexError, "operation 0 pops from an empty deque"),
    (lambda: kernels.deque_play("AA", [1]), ValueError, "operation 1 appends, but there are only 1 values"),
    (lambda: kernels.deque_play("Ax", [1]), ValueError, "operation 1 is none of"),
    (lambda: kernels.deque_play("A", [1.5]), TypeError, "expected ints"),
    (lambda: kernels.deque_play(5, [1]), TypeError, ""),
    (lambda: kernels.Deque([1.5]), TypeError, "expected ints"),
    (lambda: kernels.Deque().pop(), IndexError, "pop from an empty deque"),
    (lambda: kernels.Deque().popleft(), IndexError, "pop from an empty deque"),
    (lambda: kernels.Deque().append("a"), TypeError, "str"),
    (lambda: kernels.Deque().appendleft(2**63), OverflowError, "64 bits"),
    (lambda: kernels.Deque([1])[1], IndexError, "out of range"),
])
def test_errors(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_deque_equals_collections_deque():
    ours, theirs, draw = kernels.Deque(), collections.deque(), random.Random(3)
    for i in range(20_000):
        grow = draw.random() < (0.6 if i < 10_000 else 0.4)
        if grow or not theirs:
            value = draw.randint(-2**63, 2**63 - 1)
            method = draw.choice(["append", "appendleft"])
            assert getattr(ours, method)(value) == getattr(theirs, method)(value)
        else:
            method = draw.choice(["pop", "popleft"])
            assert getattr(ours, method)() == getattr(theirs, method)()
        assert len(ours) == len(theirs)
        if i % 1000 == 0:
            assert list(ours) == list(theirs) and ours[-1] == theirs[-1]
    ours.extend(ours)
    assert list(ours) == 2 * list(theirs)
    ours.clear()
    assert not ours and list(kernels.Deque(range(100))) == list(range(100))


def test_scripts():
    draw = random.Random(4)
    script, theirs, popped, pushed = [], collections.deque(), [], 0
    for _ in range(50_000):
        if draw.random() < 0.55 or not theirs:
            script.append(draw.choice("Aa"))
            (theirs.append if script[-1] == "A" else theirs.appendleft)(pushed)
            pushed += 1
        else:
            script.append(draw.choice("Pp"))
            popped.append(theirs.pop() if script[-1] == "P" else theirs.popleft())
    for form in ("".join(script), "".join(script).encode()):
        result, left = kernels.deque_play(form, range(pushed))
        assert result.tolist() == popped and left == len(theirs)
    assert kernels.deque_play("", []) == (array.array("q"), 0)


def test_references_do_not_leak():
    word, values = "word" * 10, ["word" * 10, 1]
    before = sys.getrefcount(word), sys.getrefcount(values[0]), sys.getrefcount(kernels.Deque)
    for _ in range(100):
        kernels.count([word, word])
        kernels.unique([word])
        kernels.group_indices([word])
        kernels.contains([word], [word])
        kernels.Deque([1])
        for call in (lambda: kernels.count(values), lambda: kernels.lookup([word], [1], ["x"]), lambda: kernels.Deque(["a"])):
            with pytest.raises((TypeError, KeyError)):
                call()
    assert (sys.getrefcount(word), sys.getrefcount(values[0]), sys.getrefcount(kernels.Deque)) == before
