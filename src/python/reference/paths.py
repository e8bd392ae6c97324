"""Puts the package and the extension that `make` built on the path of whoever imports this."""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "src" / "python"), str(ROOT / "build" / "native" / "python")]
