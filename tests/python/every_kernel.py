"""Every public function of photofinish.kernels on real data, on one thread and on all cores, beside what Python itself gives.

Run: python3 tests/python/every_kernel.py: prints one JSON object. test_every_kernel.py runs it natively, tests/browser/kernels.test.ts
in the page. A public function that has no line here is listed under "missing".
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
import struct
import sys
import types

from photofinish import kernels

N = 20_000  # more than a chunk of 16384
draw = random.Random(4)
ints = [draw.randint(-10**6, 10**6) for _ in range(N)]
reals = [draw.randint(-10**6, 10**6) / 4 for _ in range(N)]  # quarters: their sums are exact in any order
small = [draw.randint(0, 500) for _ in range(N)]
words = ["".join(draw.choices("abcdefghi", k=draw.randint(0, 3))) for _ in range(N)]
text = "\n".join(" ".join(words[i:i + 7]) for i in range(0, N, 7)).encode()
runs = [value for value in draw.choices(range(5), k=N // 4) for _ in range(draw.randint(1, 8))]
q = array.array("q", ints)
d = array.array("d", reals)
pool = [draw.randint(-50, 50) for _ in range(24)]
side = 20
left, right = reals[:side * side], reals[side * side:2 * side * side]


def flat(rows):
    return array.array("q", itertools.chain.from_iterable(rows))


def is_prime(n):
    return n > 1 and all(n % divisor for divisor in range(2, math.isqrt(n) + 1))


def product():
    return array.array("d", (sum(left[i * side + k] * right[k * side + j] for k in range(side)) for i in range(side) for j in range(side)))


def grouped(keys, values, start, add):
    groups = {}
    for key, value in zip(keys, values):
        groups[key] = add(groups.get(key, start()), value)
    return groups


def longest():
    lines = list(io.BytesIO(text))
    lengths = [len(line.rstrip(b"\n")) for line in lines]
    index = lengths.index(max(lengths))
    return index, sum(map(len, lines[:index])), lengths[index]


def sorted_into(threads):
    out = array.array("q", bytes(8 * N))
    assert kernels.sort_into(q, out, threads=threads) is None
    return out


def deque_script(script, values):
    deque, values, popped = collections.deque(), iter(values), []
    steps = {"A": lambda: deque.append(next(values)), "a": lambda: deque.appendleft(next(values)),
             "P": lambda: popped.append(deque.pop()), "p": lambda: popped.append(deque.popleft())}
    for step in script:
        steps[step]()
    return array.array("q", popped), len(deque)


def ends_of(deque):
    for value in ints[:300]:
        (deque.append if value % 2 else deque.appendleft)(value)
    return [deque.pop() for _ in range(100)] + [deque.popleft() for _ in range(100)] + [len(deque)]


def step(x, work):
    for _ in range(work):
        x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
    return x >> 33


def waits(threads):
    found = kernels.wait(3, 0.001, threads=threads)
    return [end - start > 0.00099 and end <= found.seconds for start, end in found.spans]  # differences are rounded


def copied(call):
    before = kernels.copied_bytes()
    call()
    return kernels.copied_bytes() - before


def trips():
    found = kernels.round_trips(200, 10)
    return sum(count for _, _, count in found.histogram), found.seconds > 0


script = "AAaPaAp" * (N // 7)
# name: (ours, given the number of threads; what it should be), several to a name
LINES = [
    ("sum", lambda t: kernels.sum(q, threads=t), lambda: sum(ints)),
    ("sum", lambda t: kernels.sum(ints, threads=t), lambda: sum(ints)),
    ("sum", lambda t: kernels.sum(d, threads=t), lambda: math.fsum(reals)),
    ("sum", lambda t: kernels.sum(text, threads=t), lambda: sum(text)),
    ("min", lambda t: kernels.min(q, threads=t), lambda: min(ints)),
    ("min", lambda t: kernels.min(d, threads=t), lambda: min(reals)),
    ("max", lambda t: kernels.max(array.array("i", ints), threads=t), lambda: max(ints)),
    ("max", lambda t: kernels.max(array.array("f", small), threads=t), lambda: float(max(small))),
    ("mean", lambda t: kernels.mean(q, threads=t), lambda: sum(ints) / N),
    ("any", lambda t: kernels.any(array.array("q", bytes(8 * N)), threads=t), lambda: False),
    ("all", lambda t: kernels.all(small, threads=t), lambda: all(small)),
    ("dot", lambda t: kernels.dot(q, small, threads=t), lambda: sum(map(operator.mul, ints, small))),
    ("stream_sum", lambda t: kernels.stream_sum(iter(ints), block=1000), lambda: sum(ints)),
    ("stream_min", lambda t: kernels.stream_min(iter(reals)), lambda: min(reals)),
    ("stream_max", lambda t: kernels.stream_max(iter(ints)), lambda: max(ints)),
    ("stream_mean", lambda t: kernels.stream_mean(iter(ints)), lambda: sum(ints) / N),
    ("is_prime", lambda t: [kernels.is_prime(n, threads=t) for n in (91, 10**10 + 19)], lambda: [False, True]),
    ("are_prime", lambda t: kernels.are_prime(small, threads=t), lambda: bytes(map(is_prime, small))),
    ("count_primes", lambda t: kernels.count_primes(50, 9_000, threads=t), lambda: sum(map(is_prime, range(50, 9_000)))),
    ("sort", lambda t: kernels.sort(q, threads=t), lambda: array.array("q", sorted(ints))),
    ("sort", lambda t: kernels.sort(d, algorithm="merge", threads=t), lambda: array.array("d", sorted(reals))),
    ("sort_into", sorted_into, lambda: array.array("q", sorted(ints))),
    ("argsort", lambda t: kernels.argsort(small, threads=t), lambda: array.array("q", sorted(range(N), key=small.__getitem__))),
    ("sort_by_key", lambda t: kernels.sort_by_key(words, small, threads=t), lambda: [words[i] for i in sorted(range(N), key=small.__getitem__)]),
    ("nsmallest", lambda t: kernels.nsmallest(50, q, threads=t), lambda: array.array("q", heapq.nsmallest(50, ints))),
    ("nlargest", lambda t: kernels.nlargest(50, d, algorithm="heap", threads=t), lambda: array.array("d", heapq.nlargest(50, reals))),
    ("count", lambda t: kernels.count(small, threads=t), lambda: dict(collections.Counter(small))),
    ("count", lambda t: kernels.count(words, threads=t), lambda: dict(collections.Counter(words))),
    ("count_arrays", lambda t: kernels.count_arrays(small, threads=t),
     lambda: tuple(array.array("q", part) for part in zip(*collections.Counter(small).items()))),
    ("unique", lambda t: kernels.unique(words, threads=t), lambda: list(dict.fromkeys(words))),
    ("group_sum", lambda t: kernels.group_sum(small, q, threads=t), lambda: grouped(small, ints, int, operator.add)),
    ("group_indices", lambda t: kernels.group_indices(small, threads=t),
     lambda: {key: array.array("q", found) for key, found in grouped(small, range(N), list, lambda found, i: found + [i]).items()}),
    ("contains", lambda t: kernels.contains(small, [3, 501], threads=t), lambda: [3 in small, 501 in small]),
    ("contains", lambda t: kernels.contains(q, ints[-1], method="scan", threads=t), lambda: True),
    ("lookup", lambda t: kernels.lookup(small, q, range(600), -1, threads=t),
     lambda: array.array("q", map(collections.defaultdict(lambda: -1, zip(small, ints)).__getitem__, range(600)))),
    ("Deque", lambda t: ends_of(kernels.Deque()), lambda: ends_of(collections.deque())),
    ("deque_play", lambda t: kernels.deque_play(script, ints, threads=t), lambda: deque_script(script, ints)),
    ("combinations", lambda t: kernels.combinations(pool, 3, threads=t), lambda: flat(itertools.combinations(pool, 3))),
    ("permutations", lambda t: kernels.permutations(pool, 3, start=5, threads=t), lambda: flat(itertools.islice(itertools.permutations(pool, 3), 5, None))),
    ("product", lambda t: kernels.product(pool, pool[:5], repeat=2, threads=t), lambda: flat(itertools.product(pool, pool[:5], repeat=2))),
    ("count_combinations_with_sum", lambda t: kernels.count_combinations_with_sum(pool, 3, 10, threads=t),
     lambda: sum(sum(row) == 10 for row in itertools.combinations(pool, 3))),
    ("count_permutations_with_sum", lambda t: kernels.count_permutations_with_sum(pool, 3, 10, threads=t),
     lambda: sum(sum(row) == 10 for row in itertools.permutations(pool, 3))),
    ("count_product_with_sum", lambda t: kernels.count_product_with_sum(pool, total=10, repeat=3, threads=t),
     lambda: sum(sum(row) == 10 for row in itertools.product(pool, repeat=3))),
    ("chain", lambda t: kernels.chain(q, small, threads=t), lambda: array.array("q", ints + small)),
    ("cycle", lambda t: kernels.cycle(pool, N, start=7, threads=t), lambda: array.array("q", itertools.islice(itertools.cycle(pool), 7, N + 7))),
    ("groupby", lambda t: kernels.groupby(runs, threads=t),
     lambda: tuple(array.array("q", part) for part in zip(*((key, len(list(run))) for key, run in itertools.groupby(runs))))),
    ("sqrt", lambda t: kernels.sqrt(small, threads=t), lambda: array.array("d", map(math.sqrt, small))),
    ("axpy", lambda t: kernels.axpy(1.5, d, q, threads=t), lambda: array.array("d", (1.5 * x + y for x, y in zip(reals, ints)))),
    ("matmul", lambda t: kernels.matmul(left, right, side, side, side, threads=t), product),
    ("bytes_per_element", lambda t: kernels.bytes_per_element(d), lambda: 8.0),
    ("count_lines", lambda t: kernels.count_lines(text, threads=t), lambda: len(list(io.BytesIO(text)))),
    ("count_words", lambda t: kernels.count_words(text, threads=t), lambda: len(text.split())),
    ("longest_line", lambda t: tuple(kernels.longest_line(text, threads=t)), longest),
    ("line_starts", lambda t: kernels.line_starts(text, threads=t),
     lambda: array.array("q", itertools.accumulate(map(len, io.BytesIO(text)), initial=0))),
    ("format_lines", lambda t: kernels.format_lines(q, threads=t), lambda: "".join(f"{n}\n" for n in ints).encode()),
    ("format_lines", lambda t: kernels.format_lines(d, threads=t), lambda: "".join(f"{n!r}\n" for n in reals).encode()),
    ("join", lambda t: kernels.join(words, "-", threads=t), lambda: "-".join(words)),
    ("tiny_tasks", lambda t: kernels.tiny_tasks(500, 10, 7, threads=t), lambda: sum(step(i, 7) for i in range(500))),
    ("wait", waits, lambda: [True] * 3),
    ("copied_bytes", lambda t: copied(lambda: kernels.sum(ints, threads=1)), lambda: 8 * N),
    ("copy_seconds", lambda t: kernels.copy_seconds() > 0, lambda: True),
    ("threads_available", lambda t: kernels.threads_available() >= 1, lambda: True),
]
PAIRS = [  # always on two threads
    ("pass_messages", lambda t: kernels.pass_messages(1000, 8, 10).checksum, lambda: sum(range(1000))),
    ("round_trips", lambda t: trips(), lambda: (200, True)),
]


def exact(value):
    """A form in which types and every bit of a float count."""
    if isinstance(value, float):
        return struct.pack("d", value)
    if isinstance(value, array.array):
        return value.typecode, value.tobytes()
    if isinstance(value, dict):
        return [(exact(key), exact(found)) for key, found in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [exact(item) for item in value]
    return type(value).__name__, value


def check(name, ours, theirs):
    """A sentence for each number of threads on which the two differ."""
    expected = theirs()
    for threads in (1, None):
        try:
            found = ours(threads)
        except Exception as error:
            yield f"{name}, threads={threads}: {type(error).__name__}: {error}"
            continue
        if exact(found) != exact(expected):
            yield f"{name}, threads={threads}: {str(found)[:100]} instead of {str(expected)[:100]}"


def main():
    lines = LINES + PAIRS * (kernels.threads_available() > 1)
    public = {name for name in dir(kernels) if not name.startswith("_") and isinstance(
        getattr(kernels, name), (types.FunctionType, types.BuiltinFunctionType)) or name == "Deque"}
    wrong = [sentence for line in lines for sentence in check(*line)]
    return {"python": sys.version.split()[0], "threads": kernels.threads_available(), "calls": 2 * len(lines), "wrong": wrong,
            "missing": sorted(public - {name for name, *_ in LINES + PAIRS})}


if __name__ == "__main__":
    print(json.dumps(main()))
