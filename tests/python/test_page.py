"""What the worker in the page calls: strings in, strings out.

Run: python3 -m pytest tests/python/test_page.py
"""
import json

import pytest

from photofinish import page

jsonschema = pytest.importorskip("jsonschema")

SOURCE = "# %% parameters\nn = 50\n# %% lane idiom: a\ndef a(n): return sum(range(n))\n# %% lane better: b\ndef b(n): return n * (n - 1) // 2\n"
WHERE = {"python": "3.14.2", "runtime": "browser", "browser": "Chromium 156", "cores": 4, "isolated": True, "date": "2026-01-01T00:00:00Z"}


def test_a_race(schema):
    events = []
    options = {"lesson": "x", "params": {"n": 60}, "lanes": None, "seed": 3, "budget": 0.2, "where": WHERE}
    found = json.loads(page.race(SOURCE, json.dumps(options), lambda text: events.append(json.loads(text))))
    jsonschema.validate(found, schema)
    tick = found["where"].pop("clock_tick_ns")
    assert tick > 0 and found["where"] == WHERE
    assert found["lesson"] == "x" and found["seed"] == 3 and found["params"] == {"n": 60} and found["value"] == "1770"
    assert events[0] == {"event": "stage", "stage": "setup"} and events[-1]["event"] == "look"


def test_no_options(schema):
    found = json.loads(page.race(SOURCE, '{"budget": 0.1}', lambda text: None))
    jsonschema.validate(found, schema)
    assert found["where"]["runtime"] == "browser" and found["lesson"] is None


def test_what_the_reader_wrote_comes_back_as_a_value():
    def fail(source, options="{}"):
        return json.loads(page.race(source, options, lambda text: None))["failed"]
    assert fail("# %% lane x: y\n")["name"] == "LanesError"
    assert fail("\n# %% lane x: y\n")["line"] == 2
    assert fail(SOURCE, '{"params": {"m": 1}}') == {"name": "LanesError", "message": "there is no parameter 'm'; the file has: n", "line": None}
    failed = fail("# %% setup\n\n1 / 0\n" + SOURCE.partition("\n# %% lane")[0].replace("# %% parameters\nn = 50", "# %% lane idiom: a\ndef a(): pass\n"))
    assert failed["name"] == "SetupError" and '"<setup>", line 2, in <module>' in failed["message"]


def test_stop_passes_through():
    with pytest.raises(KeyboardInterrupt):
        page.race("# %% lane idiom: a\ndef a(): raise KeyboardInterrupt\n", "{}", lambda text: None)
