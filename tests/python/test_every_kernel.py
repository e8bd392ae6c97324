"""Every public function of photofinish.kernels natively: every_kernel.py, which the page runs too (tests/browser/kernels.test.ts).

Run: python3 -m pytest tests/python/test_every_kernel.py
"""
import json
import subprocess
import sys


def test_every_kernel(root):
    done = subprocess.run([sys.executable, root / "tests/python/every_kernel.py"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["missing"] == []
    assert found["calls"] > 100
