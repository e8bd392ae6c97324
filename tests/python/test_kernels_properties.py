"""Kernels on data that Hypothesis makes up: the same as Python's own functions, and the same on any number of threads.

Run: python3 -m pytest tests/python/test_kernels_properties.py
Inputs are the same each time; HYPOTHESIS_PROFILE=search looks for new ones, for longer.
"""
import array
import collections
import functools
import io
import itertools
import math
import operator
import os
import struct

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from photofinish import kernels

common = dict(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large])
settings.register_profile("each-time", max_examples=60, derandomize=True, database=None, **common)
settings.register_profile("search", max_examples=2000, **common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "each-time"))

THREADS = [1, None] if kernels.threads_available() == 1 else [1, 2, None]
LOW, HIGH = -2**63, 2**63 - 1


def repeated(elements, most=60):
    """Short lists, and now and then one long enough for several chunks: a short one again and again, with one element changed."""
    def stretch(short, times, place, other):
        values = short * times
        if values and times > 1:
            values[place % len(values)] = other
        return values
    return st.builds(stretch, st.lists(elements, max_size=most), st.sampled_from([1] * 6 + [700]), st.integers(0, 10**6), elements)


any_int = st.one_of(st.integers(-5, 5), st.integers(LOW, HIGH), st.sampled_from([LOW, LOW + 1, -1, 0, HIGH - 1, HIGH, 2**32, 2**53 + 1]))
small_int = st.integers(-1000, 1000)
any_float = st.floats(width=64)
number = st.floats(allow_nan=False)
ints, small_ints, floats, numbers = (repeated(elements) for elements in (any_int, small_int, any_float, number))


def bits(result):
    """A form of the result in which -0.0 differs from 0.0, and all NaNs are one."""
    if isinstance(result, float):
        return "nan" if math.isnan(result) else struct.pack("d", result)
    if isinstance(result, array.array):
        return result.typecode, [bits(value) for value in result]
    if isinstance(result, dict):
        return [(bits(key), bits(value)) for key, value in result.items()]
    if isinstance(result, (list, tuple)):
        return [bits(value) for value in result]
    return type(result).__name__, result


def outcome(call):
    """What a call returns, or the type of its error."""
    try:
        return call()
    except (OverflowError, ValueError, KeyError, IndexError) as error:
        return type(error)


def on_all_threads(kernel, *arguments, **options):
    """The outcome, which must be the same on any number of threads, to the last bit."""
    results = [outcome(functools.partial(kernel, *arguments, threads=threads, **options)) for threads in THREADS]
    assert all(bits(result) == bits(results[0]) for result in results)
    return results[0]


def fits(value):
    return value if LOW <= value <= HIGH else OverflowError


def same(left, right):
    assert bits(left) == bits(right)


# ---------------------------------------------------------------------------------------------- reductions, arrays

@given(ints)
def test_reductions_of_ints(values):
    for form in (values, array.array("q", values)):
        assert on_all_threads(kernels.sum, form) == fits(sum(values))
        assert on_all_threads(kernels.any, form) is any(values)
        assert on_all_threads(kernels.all, form) is all(values)
        for ours, theirs in ((kernels.min, min), (kernels.max, max)):
            assert on_all_threads(ours, form) == outcome(lambda: theirs(values))
        assert on_all_threads(kernels.mean, form) == (sum(values) / len(values) if values else ValueError)


@given(floats)
def test_reductions_of_floats(values):
    form = array.array("d", values)
    total = on_all_threads(kernels.sum, form)
    exact = outcome(lambda: math.fsum(values))
    scale = max((abs(v) for v in values), default=0.0) * len(values)
    if isinstance(exact, float) and math.isfinite(exact) and scale < 1e300:
        assert abs(total - exact) <= scale * len(values) * 2**-53
    for ours, theirs in ((kernels.min, min), (kernels.max, max)):
        expected = outcome(lambda: theirs(values))
        same(on_all_threads(ours, form), expected)
    assert on_all_threads(kernels.any, form) is any(values)
    assert on_all_threads(kernels.all, form) is all(values)


@pytest.mark.parametrize("code", "bBhHiIlLqQf")
@given(values=repeated(st.integers(0, 127)))
def test_every_type_of_array(code, values):
    form = array.array(code, values)
    assert on_all_threads(kernels.sum, form) == sum(values)
    assert on_all_threads(kernels.max, form) == outcome(lambda: max(values))
    assert on_all_threads(kernels.dot, form, form) == sum(v * v for v in values)


@given(st.data())
def test_dot_and_axpy(data):
    x = data.draw(ints)
    y = x[::-1]
    assert on_all_threads(kernels.dot, x, y) == fits(sum(map(operator.mul, x, y)))
    u = data.draw(numbers)
    v = u[::-1]
    a = data.draw(number)
    same(on_all_threads(kernels.axpy, a, array.array("d", u), array.array("d", v)), array.array("d", (a * p + q for p, q in zip(u, v))))


@given(numbers)
def test_sqrt(values):
    expected = outcome(lambda: array.array("d", map(math.sqrt, values)))
    same(on_all_threads(kernels.sqrt, array.array("d", values)), expected)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.data())
def test_matmul(rows, inner, columns, data):
    left = data.draw(st.lists(number, min_size=rows * inner, max_size=rows * inner))
    right = data.draw(st.lists(number, min_size=inner * columns, max_size=inner * columns))
    expected = array.array("d")
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for k in range(inner):
                total += left[i * inner + k] * right[k * columns + j]
            expected.append(total)
    found = on_all_threads(kernels.matmul, array.array("d", left), array.array("d", right), rows, inner, columns)
    assert list(map(bits, found)) == list(map(bits, expected))


# ---------------------------------------------------------------------------------------------- sorting

@given(ints, st.sampled_from(["radix", "merge"]))
def test_sort(values, algorithm):
    assert list(on_all_threads(kernels.sort, values, algorithm=algorithm)) == sorted(values)
    assert list(on_all_threads(kernels.argsort, values)) == sorted(range(len(values)), key=values.__getitem__)
    records = list(range(len(values)))
    assert on_all_threads(kernels.sort_by_key, records, values) == sorted(records, key=values.__getitem__)


@given(numbers, st.sampled_from(["radix", "merge"]))
def test_sort_of_floats(values, algorithm):
    same(on_all_threads(kernels.sort, array.array("d", values), algorithm=algorithm), array.array("d", sorted(values)))
    assert list(on_all_threads(kernels.argsort, array.array("d", values))) == sorted(range(len(values)), key=values.__getitem__)


@given(ints, st.integers(-1, 70), st.sampled_from(["select", "heap"]))
def test_top_k(values, k, algorithm):
    inside = 0 <= k <= len(values)
    for ours, reverse in ((kernels.nsmallest, False), (kernels.nlargest, True)):
        found = on_all_threads(ours, k, values, algorithm=algorithm)
        assert found == (array.array("q", sorted(values, reverse=reverse)[:k]) if inside else ValueError)


# ---------------------------------------------------------------------------------------------- containers

key_lists = st.one_of(repeated(st.integers(-8, 8)), ints, repeated(st.sampled_from([0.0, -0.0, 1.5, -2.25, math.inf, 1e300])),
                      repeated(st.text(max_size=3)), repeated(st.binary(max_size=3)))


@given(key_lists)
def test_groups(keys):
    assert list(on_all_threads(kernels.count, keys).items()) == list(collections.Counter(keys).items())
    assert list(on_all_threads(kernels.unique, keys)) == list(dict.fromkeys(keys))
    groups = collections.defaultdict(list)
    sums = collections.defaultdict(int)
    for i, key in enumerate(keys):
        groups[key].append(i)
        sums[key] += i - 7
    assert {key: list(found) for key, found in on_all_threads(kernels.group_indices, keys).items()} == groups
    assert on_all_threads(kernels.group_sum, keys, range(-7, len(keys) - 7)) == sums


@given(key_lists, st.data())
def test_membership(keys, data):
    wanted = data.draw(st.lists(st.sampled_from(keys), max_size=20)) if keys else []
    wanted += [{str: "no such key", bytes: b"no such key", float: 77.5, int: 123456789}[type(keys[0] if keys else 0)]]
    for method in ("scan", "hash"):
        assert on_all_threads(kernels.contains, keys, wanted, method=method) == [key in keys for key in wanted]
    table = dict(zip(keys, range(len(keys))))
    assert list(on_all_threads(kernels.lookup, keys, range(len(keys)), wanted, -1)) == [table.get(key, -1) for key in wanted]


@given(st.text("AaPp", max_size=200))
def test_deque(script):
    deque, popped, values = collections.deque(), [], itertools.count()
    steps = {"A": lambda: deque.append(next(values)), "a": lambda: deque.appendleft(next(values)), "P": lambda: popped.append(deque.pop()),
             "p": lambda: popped.append(deque.popleft())}

    def play():
        for step in script:
            steps[step]()
        return array.array("q", popped), len(deque)
    same(outcome(lambda: kernels.deque_play(script, range(200))), outcome(play))


# ---------------------------------------------------------------------------------------------- text

texts = st.builds(lambda parts, times: b"".join(parts) * times, st.lists(st.sampled_from([b"\n", b" ", b"\r\n", b"ab", b"x" * 70, b"\t", b"\x00", b"\xff"])),
                  st.sampled_from([1, 1, 1, 9000]))


@given(texts)
def test_lines_and_words(data):
    lines = list(io.BytesIO(data))
    assert on_all_threads(kernels.count_lines, data) == len(lines)
    assert on_all_threads(kernels.count_words, data) == len(data.split())
    starts = list(itertools.accumulate(map(len, lines), initial=0))
    assert list(on_all_threads(kernels.line_starts, data)) == starts
    found = on_all_threads(kernels.longest_line, data)
    if lines:
        lengths = [len(line.removesuffix(b"\n")) for line in lines]
        index = lengths.index(max(lengths))
        assert found == (index, starts[index], lengths[index])
    else:
        assert found is ValueError


@given(ints, floats)
def test_format(whole, real):
    assert on_all_threads(kernels.format_lines, whole) == "".join(f"{value}\n" for value in whole).encode()
    assert on_all_threads(kernels.format_lines, array.array("d", real)) == "".join(f"{value!r}\n" for value in real).encode()


@given(st.one_of(repeated(st.text()), repeated(st.binary())), st.sampled_from(["", ", ", "€"]))
def test_join(pieces, separator):
    if pieces and isinstance(pieces[0], bytes):
        separator = separator.encode()
    elif any("\ud800" <= c <= "\udfff" for piece in pieces for c in piece):
        return
    assert on_all_threads(kernels.join, pieces, separator) == separator.join(pieces)


# ---------------------------------------------------------------------------------------------- iteration

def flat(rows):
    return array.array("q", itertools.chain.from_iterable(rows))


@given(st.lists(any_int, max_size=9), st.integers(0, 5), st.integers(0, 300), st.integers(0, 300))
def test_rows(values, r, start, stop):
    for ours, theirs in ((kernels.combinations, itertools.combinations), (kernels.permutations, itertools.permutations)):
        assert on_all_threads(ours, values, r, start=start, stop=stop) == flat(itertools.islice(theirs(values, r), start, max(start, stop)))
    rows = itertools.islice(itertools.product(values, repeat=min(r, 3)), start, max(start, stop))
    assert on_all_threads(kernels.product, values, repeat=min(r, 3), start=start, stop=stop) == flat(rows)


@given(st.lists(st.lists(small_int, max_size=4), max_size=4), st.integers(0, 2), small_int)
def test_products(pools, repeat, total):
    rows = list(itertools.product(*pools, repeat=repeat))
    assert on_all_threads(kernels.product, *pools, repeat=repeat) == flat(rows)
    assert on_all_threads(kernels.count_product_with_sum, *pools, repeat=repeat, total=total) == sum(sum(row) == total for row in rows)


@given(st.lists(st.integers(-9, 9), max_size=9), st.integers(0, 4), st.integers(-20, 20))
def test_rows_with_sum(values, r, total):
    for ours, theirs in ((kernels.count_combinations_with_sum, itertools.combinations), (kernels.count_permutations_with_sum, itertools.permutations)):
        assert on_all_threads(ours, values, r, total) == sum(sum(row) == total for row in theirs(values, r))


@given(repeated(st.integers(0, 2)))
def test_groupby(values):
    keys, lengths = on_all_threads(kernels.groupby, values)
    assert list(zip(keys, lengths)) == [(key, len(list(run))) for key, run in itertools.groupby(values)]


@given(st.lists(ints, max_size=4), st.integers(0, 100), st.integers(0, 200))
def test_chain_and_cycle(arrays, start, length):
    joined = flat(arrays)
    assert on_all_threads(kernels.chain, *arrays) == joined
    assert on_all_threads(kernels.cycle, joined, length, start=start) == array.array("q", itertools.islice(itertools.cycle(joined), start, start + length))


# ---------------------------------------------------------------------------------------------- primes, threads

@given(repeated(st.integers(-10, 10**6), most=20))
def test_primes(values):
    def is_prime(n):
        return n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))
    distinct = {value: is_prime(value) for value in set(values)}
    assert list(on_all_threads(kernels.are_prime, values)) == [distinct[value] for value in values]
    for value in values[:3]:
        assert on_all_threads(kernels.is_prime, value) is distinct[value]
        assert on_all_threads(kernels.count_primes, value, value + 1) == distinct[value]


@given(st.integers(0, 300), st.integers(1, 400), st.integers(0, 5))
def test_tiny_tasks(count, chunk, work):
    def task(x):
        for _ in range(work):
            x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
        return x >> 33
    assert on_all_threads(kernels.tiny_tasks, count, chunk, work) == sum(map(task, range(count)))


@pytest.mark.skipif(kernels.threads_available() < 2, reason="needs two threads")
@given(st.integers(0, 500), st.integers(1, 40), st.integers(1, 300))
def test_messages(count, size, batch):
    assert kernels.pass_messages(count, size, batch).checksum == sum(i % 256**min(size, 8) for i in range(count))
