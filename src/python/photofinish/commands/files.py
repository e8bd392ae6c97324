"""Small files of the system: /proc and /sys, or a folder that stands in for them (tests)."""
from __future__ import annotations

from pathlib import Path

CPUS = "sys/devices/system/cpu"


class Files:
    """The files below `root`, of which any may be missing or closed to us. Paths are relative to it."""

    def __init__(self, root: Path = Path("/")):
        self.root = root

    def read(self, path: str) -> str | None:
        """The text without white space at its ends; None where it cannot be read."""
        try:
            return (self.root / path).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return None

    def every(self, pattern: str) -> list[str]:
        """The texts of all files that match, of those that can be read."""
        texts = (self.read(str(path.relative_to(self.root))) for path in sorted(self.root.glob(pattern)))
        return [text for text in texts if text is not None]

    def there(self, path: str) -> bool:
        return (self.root / path).exists()


def cpu_list(text: str | None) -> list[int]:
    """'0-2,5' -> [0, 1, 2, 5]: the kernel's way to write sets of cores. ValueError for other text."""
    found: list[int] = []
    for part in filter(None, (text or "").replace(" ", "").split(",")):
        first, dash, last = part.partition("-")
        found += range(int(first), int(last if dash else first) + 1)
    return found
