"""What is found out after the clock: peak memory, counts, copied bytes; what the lanes file may ask for, and what is said of faulty ones.

Run: python3 -m pytest tests/python/test_passes.py
"""
import gc
import tracemalloc

import pytest

from photofinish import lanes, passes, race, timing
from photofinish.lanes import LanesError, parse

jsonschema = pytest.importorskip("jsonschema")

SORTS = """\
# %% parameters [memory]
n = 64
# %% setup
rows = [(i * 37 % n, i) for i in range(n)]
def key(row):
    return row[0]
# %% lane idiom: bubble
def bubble(rows, key):
    rows = list(rows)
    for end in range(len(rows), 1, -1):
        for i in range(end - 1):
            if key(rows[i + 1]) < key(rows[i]):
                rows[i], rows[i + 1] = rows[i + 1], rows[i]
    return rows
# %% lane better: sorted
def built_in(rows, key):
    return sorted(rows, key=key)
# %% lane better: by the global name
def by_name(rows):
    return sorted(rows, key=key)
# %% counts
key = counted(key, "calls of key")
"""


@pytest.fixture
def run(schema):
    def run(source, **options):
        found = race.run(parse(source), budget=0.1, **options)
        jsonschema.validate(found, schema)
        return found, {lane["id"]: lane for lane in found["lanes"]}
    return run


def test_counts_are_exact_and_the_module_is_as_before(run):
    found, by_id = run(SORTS)
    assert by_id["bubble"]["counts"] == {"calls of key": 2 * (64 * 63 // 2)}
    assert by_id["built_in"]["counts"] == by_id["by_name"]["counts"] == {"calls of key": 64}
    assert found["equal"] and not any("failed" in note for note in found["notes"])


def test_names_come_back_after_the_counts():
    from photofinish.module import LanesModule
    file = parse(SORTS)
    with LanesModule(file, {"n": 8}) as module:
        before = module.arguments(file.lanes[0])[1][1]
        with module.counting(counted=passes.Tally().counted):
            assert module.arguments(file.lanes[0])[1][1] is not before
        assert module.arguments(file.lanes[0])[1][1] is before is __import__("__main__").key
        assert not hasattr(__import__("__main__"), "counted")


def test_methods_are_counted_and_building_inputs_is_not(run):
    found, by_id = run("""\
# %% setup
class Sink:
    def __init__(self): self.parts = []
    def write(self, text): self.parts.append(text)
def make_sink():
    sink = Sink()
    sink.write("head")
    return sink
# %% lane idiom: often
def often(sink):
    for i in range(7): sink.write("x")
# %% lane better: once
def once(sink):
    sink.write("x" * 7)
# %% lane better: never
def never(sink):
    return None
# %% counts
Sink.write = counted(Sink.write, "writes")
""")
    assert [by_id[lane]["counts"]["writes"] for lane in ("often", "once", "never")] == [7, 1, 0]


def test_what_has_grown_after_a_call(run):
    _, by_id = run("""\
# %% setup
kept = []
class Link: pass
# %% lane idiom: a cycle
def cycle():
    link = Link()
    link.itself = link
    kept.append(link)
# %% lane better: shrinks
def shrinks():
    kept.clear()
# %% lane better: its result is gone
def result():
    return Link()
# %% counts
import gc
def links():
    return sum(type(one) is Link for one in gc.get_objects())
grown(links, "links left")
""")
    assert [by_id[lane]["counts"] for lane in ("cycle", "shrinks", "result")] == [{"links left": 1}, {"links left": 0}, {"links left": 0}]
    with pytest.raises(TypeError, match="grown takes a function"):
        passes.Tally().grown(3, "links")


def test_no_pass_without_being_asked(run):
    found, by_id = run(SORTS.replace(" [memory]", "").partition("# %% counts")[0])
    assert not any({"counts", "peak_bytes", "heap_bytes"} & lane.keys() for lane in by_id.values())


def test_no_pass_in_a_sweep(run):
    found, by_id = run(SORTS, untimed=False)
    assert not any({"counts", "peak_bytes", "heap_bytes"} & lane.keys() for lane in by_id.values())


def test_peak_memory_of_one_call(run):
    found, by_id = run("""\
# %% parameters [memory]
n = 100_000
# %% setup
def make_given():
    return bytearray(n)
# %% lane idiom: a list of all
def whole(n, given):
    return sum([i for i in range(n)])
# %% lane better: one at a time
def one_by_one(n, given):
    return sum(i for i in range(n))
# %% lane better: large result
def result(n, given):
    kept = bytearray(3 * n)
    return n * (n - 1) // 2
""")
    assert 8e5 < by_id["whole"]["peak_bytes"] < 8e6
    assert by_id["one_by_one"]["peak_bytes"] < 5e4, "inputs that are built anew do not count"
    assert 3e5 <= by_id["result"]["peak_bytes"] < 3.5e5
    assert not tracemalloc.is_tracing()


def test_the_peak_is_above_what_was_there():
    tracemalloc.start()
    try:
        kept = bytearray(10**6)
        assert passes.peak_bytes(timing.Batch(lambda: bytearray(1000), [], [])) < 20_000
        assert tracemalloc.is_tracing() and len(kept) == 10**6
    finally:
        tracemalloc.stop()


def test_the_heap_is_told_where_it_grew(run, monkeypatch):
    sizes = iter([1000, 5000, 5000, 5000, 5000, 5000])
    monkeypatch.setattr(race.check._photofinish, "heap_bytes", lambda: next(sizes))
    _, by_id = run(SORTS)
    assert [lane.get("heap_bytes") for lane in by_id.values()] == [4000, None, None]


def test_bytes_copied_for_a_kernel(run):
    _, by_id = run("# %% setup\nvalues = list(range(1000))\n# %% lane idiom: a\ndef a(values): return sum(values)\n"
                   "# %% lane kernel: C\nfrom photofinish import kernels\ndef c(values): return kernels.sum(values, threads=1)\n")
    assert by_id["c"]["copied_bytes"] >= 8000 and "copied_bytes" not in by_id["a"]


def test_what_fails_is_told_and_the_race_stands(run):
    cell = SORTS.partition("# %% counts")[0]
    found, by_id = run(cell + "# %% counts\nkey = counted(kee, 'calls')\n")
    assert "The counts cell failed: NameError: name 'kee' is not defined. Did you mean: 'key'?" in found["notes"] or any(
        note.startswith("The counts cell failed: NameError: name 'kee' is not defined") for note in found["notes"])
    assert "counts" not in by_id["bubble"] and found["comparisons"]
    found, by_id = run(cell + "# %% counts\ndef key(row):\n    raise ValueError('no')\n")
    assert "built_in: the pass for counts failed: ValueError: no" in found["notes"] and "counts" not in by_id["built_in"]
    found, _ = run(cell + "# %% counts\nkey = counted(key)\n")
    assert any("counts cell failed: TypeError" in note for note in found["notes"])
    with pytest.raises(TypeError, match="counted takes a function"):
        passes.Tally().counted("key", "calls")


@pytest.mark.parametrize("source, message", [
    ("# %% parameters [speed]\nn = 1\n", "line 1: unknown option 'speed'; a parameters line knows: [memory]"),
    ("# %% parameters memory\nn = 1\n", "line 1: unknown cell 'parameters memory'"),
    ("# %% counts\nx = 1\n# %% counts\ny = 1\n", "line 3: a second counts cell"),
    ("# %% counts\nx = (\n", "line 2: the counts cell is not Python"),
])
def test_faulty_files(source, message):
    with pytest.raises(LanesError) as found:
        parse(source + "# %% lane idiom: a\ndef a(): pass\n")
    assert str(found.value).startswith(message)


def test_asked_for():
    assert parse(SORTS).asks == {"memory"} and parse(SORTS).counts.line == 22
    assert parse("#%%parameters[memory]\n" + SORTS.partition("\n")[2]).parameters == {"n": 64}
    assert parse("# %% lane idiom: a\ndef a(): pass\n").counts is None


def test_an_empty_call_is_measured_and_told(run):
    gc.collect()
    overhead = timing.overhead(1e-3)
    assert 0 < overhead < 1e-4
    found, _ = run("# %% lane idiom: a\ndef a(): pass\n# %% lane better: b\ndef b(): return sum(range(100_000))\n")
    assert found["overhead_seconds"] > 0
    assert [note for note in found["notes"] if note.startswith("a: of the ") and "not subtracted" in note]
    assert not [note for note in found["notes"] if note.startswith("b: of the ")]
