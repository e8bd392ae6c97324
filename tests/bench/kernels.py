"""What a Python user would call instead of a kernel, timed beside it: prints one JSON object.

Run by kernels.ts, natively and in the page: python3 tests/bench/kernels.py. SCALE below 1 makes the inputs smaller.
A kernel that is in no row here and not in WITHOUT is listed under "missing".
"""
import array
import collections
import heapq
import io
import itertools
import json
import math
import operator
import random
import statistics
import sys
import time

import _photofinish
from photofinish import kernels

try:
    import numpy
except ImportError:
    numpy = None

SCALE = 1.0
SECONDS = 0.06        # for each side of a row
BATCH_SECONDS = 0.002
WITHOUT = {"wait": "waiting takes as long everywhere", "round_trips": "no counterpart in one process of Python",
           "count_groups": "half of groupby", "tiny_tasks": "measures the pool itself"}
CODES = {"int64": "q", "int32": "i", "double": "d", "float": "f", "bytes": "B"}

rows = []


def row(names, n, setup, ours, builtin, numpy_=None):
    """names: kernels that this row times. Expressions see what setup(n) returns, T for threads, and numpy's arrays as it makes them."""
    rows.append((names.split(), n, setup, ours, builtin, numpy_))


def numbers(n, code, seed=1, low=-1000, high=1000):
    draw = random.Random(seed)
    if code == "B":
        return array.array("B", bytes(draw.randrange(256) for _ in range(n)))
    if code in "df":
        return array.array(code, (draw.uniform(low, high) for _ in range(n)))
    return array.array(code, (draw.randint(low, high) for _ in range(n)))


def forms(**arrays):
    """Each array x as itself, as list x_list and, where there is NumPy, as x_np."""
    names = dict(arrays)
    for name, values in arrays.items():
        names[name + "_list"] = list(values)
        if numpy is not None:
            names[name + "_np"] = numpy.array(values)
    return names


for kind, code in CODES.items():
    def two(n, code=code):
        return forms(x=numbers(n, code), y=numbers(n, code, 2), zeros=array.array(code, [0]) * n, ones=array.array(code, [1]) * n)
    for operation, builtin, numpy_ in (
            ("sum(x", "sum(x_list)", "x_np.sum()"), ("min(x", "min(x_list)", "x_np.min()"), ("max(x", "max(x_list)", "x_np.max()"),
            ("mean(x", "statistics.fmean(x_list)", "x_np.mean()"), ("any(zeros", "any(zeros_list)", "zeros_np.any()"),
            ("all(ones", "all(ones_list)", "ones_np.all()"),
            ("dot(x, y", "sum(map(operator.mul, x_list, y_list))", "numpy.dot(x_np, y_np)")):
        row(f"{operation.split('(')[0]}_{kind}", 100_000, two, f"kernels.{operation}, threads=T)", builtin, numpy_)

for kind, code in (("int64", "q"), ("double", "d")):
    def keyed(n, code=code):
        return forms(x=numbers(n, code, low=-10**9, high=10**9), y=numbers(n, "q", 2))
    row(f"sort_{kind}", 100_000, keyed, "kernels.sort(x, threads=T)", "sorted(x_list)", "numpy.sort(x_np)")
    row(f"argsort_{kind}", 100_000, keyed, "kernels.argsort(x, threads=T)", "sorted(range(n), key=x_list.__getitem__)",
        "numpy.argsort(x_np, kind='stable')")
    row(f"sort_by_key_{kind}", 100_000, keyed, "kernels.sort_by_key(y, x, threads=T)",
        "[r for _, r in sorted(zip(x_list, y_list), key=operator.itemgetter(0))]", "y_np[numpy.argsort(x_np, kind='stable')]")
    row(f"nsmallest_{kind}", 100_000, keyed, "kernels.nsmallest(100, x, threads=T)", "heapq.nsmallest(100, x_list)",
        "numpy.sort(numpy.partition(x_np, 99)[:100])")
    row(f"nlargest_{kind}", 100_000, keyed, "kernels.nlargest(100, x, threads=T)", "heapq.nlargest(100, x_list)",
        "numpy.sort(numpy.partition(x_np, n - 100)[n - 100:])[::-1]")

row("sqrt_double", 100_000, lambda n: forms(x=numbers(n, "d", low=0)), "kernels.sqrt(x, threads=T)", "[math.sqrt(v) for v in x_list]",
    "numpy.sqrt(x_np)")
row("axpy_double", 100_000, lambda n: forms(x=numbers(n, "d"), y=numbers(n, "d", 2)), "kernels.axpy(1.5, x, y, threads=T)",
    "[1.5 * u + v for u, v in zip(x_list, y_list)]", "1.5 * x_np + y_np")


def matrices(n):
    side = math.isqrt(n)
    names = forms(x=numbers(side * side, "d"), y=numbers(side * side, "d", 2))
    names["side"] = side
    names["left"] = [names["x_list"][i * side:(i + 1) * side] for i in range(side)]
    names["right"] = [names["y_list"][i::side] for i in range(side)]
    if numpy is not None:
        names["left_np"], names["right_np"] = names["x_np"].reshape(side, side), names["y_np"].reshape(side, side)
    return names


row("matmul_double", 3_600, matrices, "kernels.matmul(x, y, side, side, side, threads=T)",
    "[[sum(map(operator.mul, a, b)) for b in right] for a in left]", "left_np @ right_np")
row("matmul_double", 90_000, matrices, "kernels.matmul(x, y, side, side, side, threads=T)", None, "left_np @ right_np")


def text(n):
    draw = random.Random(3)
    words = ["".join(draw.choices("abcdefgh", k=draw.randint(1, 9))) for _ in range(n // 6)]
    data = "".join(word + ("\n" if draw.random() < 0.1 else " ") for word in words).encode()
    return {"data": data, "pieces": [word.decode() for word in data.split()]}


row("count_lines", 1_000_000, text, "kernels.count_lines(data, threads=T)", "sum(1 for _ in io.BytesIO(data))")
row("line_starts", 1_000_000, text, "kernels.line_starts(data, threads=T)", "list(itertools.accumulate(map(len, io.BytesIO(data))))")
row("longest_line", 1_000_000, text, "kernels.longest_line(data, threads=T)", "max(io.BytesIO(data), key=len)")
row("count_words", 1_000_000, text, "kernels.count_words(data, threads=T)", "len(data.split())")
row("concat", 300_000, text, "kernels.join(pieces, ' ', threads=T)", "' '.join(pieces)")
row("format_int64", 50_000, lambda n: forms(x=numbers(n, "q", low=-10**9, high=10**9)), "kernels.format_lines(x, threads=T)",
    "''.join(f'{v}\\n' for v in x_list).encode()")
row("format_double", 50_000, lambda n: forms(x=numbers(n, "d")), "kernels.format_lines(x, threads=T)",
    "''.join(f'{v!r}\\n' for v in x_list).encode()")


def keys(n):
    return forms(x=numbers(n, "q", low=0, high=n // 10), y=numbers(n, "q", 2), wanted=numbers(n, "q", 3, 0, n // 5)) | {"n": n}


def group_sums(keys, values):
    sums = collections.defaultdict(int)
    for key, value in zip(keys, values):
        sums[key] += value
    return sums


def group_indices(keys):
    groups = collections.defaultdict(list)
    for i, key in enumerate(keys):
        groups[key].append(i)
    return groups


def look_up(keys, values, wanted):
    table = dict(zip(keys, values))
    return [table.get(key, 0) for key in wanted]


def play(script, values):
    deque, popped, values = collections.deque(), [], iter(values)
    for step in script:
        if step == "A":
            deque.append(next(values))
        elif step == "a":
            deque.appendleft(next(values))
        elif step == "P":
            popped.append(deque.pop())
        else:
            popped.append(deque.popleft())
    return popped


row("count", 100_000, keys, "kernels.count(x, threads=T)", "collections.Counter(x_list)", "numpy.unique(x_np, return_counts=True)")
row("unique", 100_000, keys, "kernels.unique(x, threads=T)", "list(dict.fromkeys(x_list))", "numpy.unique(x_np)")
row("group_sum", 100_000, keys, "kernels.group_sum(x, y, threads=T)", "group_sums(x_list, y_list)")
row("group_order", 100_000, keys, "kernels.group_indices(x, threads=T)", "group_indices(x_list)")
row("contains", 100_000, keys, "kernels.contains(x, -1, method='scan', threads=T)", "-1 in x_list", "(x_np == -1).any()")
row("lookup", 100_000, keys, "kernels.lookup(x, y, wanted, 0, threads=T)", "look_up(x_list, y_list, wanted_list)")
row("deque_play", 100_000, lambda n: {"script": "AAaaPp" * (n // 6), "x": array.array("q", range(n))},
    "kernels.deque_play(script, x, threads=T)", "play(script, x)")

POOL = {"pool": array.array("q", range(80)), "small": array.array("q", range(40))}
row("combinations", 1, lambda n: POOL, "kernels.combinations(pool, 3, threads=T)", "list(itertools.combinations(pool, 3))")
row("permutations", 1, lambda n: POOL, "kernels.permutations(small, 3, threads=T)", "list(itertools.permutations(small, 3))")
row("product", 1, lambda n: POOL, "kernels.product(small, repeat=3, threads=T)", "list(itertools.product(small, repeat=3))")
row("combinations_with_sum", 1, lambda n: POOL, "kernels.count_combinations_with_sum(pool, 3, 100, threads=T)",
    "sum(1 for row in itertools.combinations(pool, 3) if sum(row) == 100)")
row("permutations_with_sum", 1, lambda n: POOL, "kernels.count_permutations_with_sum(small, 3, 50, threads=T)",
    "sum(1 for row in itertools.permutations(small, 3) if sum(row) == 50)")
row("product_with_sum", 1, lambda n: POOL, "kernels.count_product_with_sum(small, repeat=3, total=50, threads=T)",
    "sum(1 for row in itertools.product(small, repeat=3) if sum(row) == 50)")
row("groupby", 100_000, lambda n: forms(x=array.array("q", (v for v in numbers(n // 4, "q") for _ in range(4)))),
    "kernels.groupby(x, threads=T)", "[(key, sum(1 for _ in run)) for key, run in itertools.groupby(x_list)]")
row("chain", 100_000, lambda n: forms(x=numbers(n, "q")), "kernels.chain(x, x, threads=T)", "list(itertools.chain(x_list, x_list))",
    "numpy.concatenate((x_np, x_np))")
row("cycle", 100_000, lambda n: forms(x=numbers(100, "q")) | {"length": n}, "kernels.cycle(x, length, threads=T)",
    "list(itertools.islice(itertools.cycle(x_list), length))", "numpy.resize(x_np, length)")


def is_prime(n):
    return n > 1 and (n == 2 or n % 2 != 0 and all(n % d for d in range(3, math.isqrt(n) + 1, 2)))


row("count_primes", 10_000, lambda n: {"n": n}, "kernels.count_primes(0, n, threads=T)", "sum(map(is_prime, range(n)))")
row("is_prime", 1, lambda n: {}, "kernels.is_prime(10**10 + 19, threads=T)", "is_prime(10**10 + 19)")
row("is_prime_int64", 2_000, lambda n: forms(x=numbers(n, "q", low=0, high=10**6)), "kernels.are_prime(x, threads=T)",
    "list(map(is_prime, x_list))")


def through_a_queue(n):
    import queue
    import threading
    messages, total = queue.SimpleQueue(), 0
    thread = threading.Thread(target=lambda: [messages.put(i) for i in range(n)])
    thread.start()
    for _ in range(n):
        total += messages.get()
    thread.join()
    return total


row("pass_messages", 10_000, lambda n: {"n": n}, "kernels.pass_messages(n, 8, 100)", "through_a_queue(n)")


def time_of(code, names):
    """Seconds of one evaluation: the fastest of several batches, each long enough for a browser's clock."""
    def batch(calls):
        start = time.perf_counter()
        for _ in range(calls):
            eval(code, names)
        return time.perf_counter() - start
    batch(1)
    calls, best, until = 1, math.inf, time.perf_counter() + SECONDS
    while best == math.inf or time.perf_counter() < until:
        took = batch(calls)
        if took < BATCH_SECONDS:
            calls *= 8 if took < BATCH_SECONDS / 16 else 2
        else:
            best = min(best, took / calls)
    return best


def measure(kernel_names, n, setup, ours, builtin, numpy_):
    n = max(1, int(n * SCALE))
    names = globals() | {"n": n} | setup(n)
    sides = {"one": (ours, 1), "all": (ours, None), "builtin": (builtin, 1), "numpy": (numpy_ if numpy is not None else None, 1)}
    result = {"kernel": kernel_names[0], "n": n}
    for side, (source, threads) in sides.items():
        try:
            result[side] = None if source is None else time_of(compile(source, side, "eval"), names | {"T": threads})
        except (RuntimeError, ImportError) as error:          # Unavailable; no threads in this Python
            result[side], result["why"] = None, str(error)
    return result


def call_costs():
    """Seconds of a call that has nothing to do: of a kernel on one thread and on all, and of the built-in function."""
    names = globals() | {"nothing": array.array("q")}
    sources = {"one": "kernels.sum(nothing, threads=1)", "all": "kernels.sum(nothing)", "builtin": "sum(nothing)"}
    return {side: time_of(compile(source, side, "eval"), names) for side, source in sources.items()}


def main():
    known = {name for names, *_ in rows for name in names} | set(WITHOUT)
    every = [name for name, _ in _photofinish.kernels()]
    results = [measure(*line) for line in rows if line[0][0] in every]
    print(json.dumps({"python": sys.version.split()[0], "numpy": numpy and numpy.__version__, "rows": results, "call": call_costs(),
                      "missing": sorted(set(every) - known), "without": WITHOUT}))


if __name__ == "__main__":
    main()
