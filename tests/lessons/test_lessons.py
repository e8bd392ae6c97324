"""Every lesson as it stands: its lanes run natively and agree at several sizes, its pages' links lead somewhere.

Run: make test-lessons      (or: python3 -m pytest tests/lessons, after make and with the extension built)

The same lessons are raced in browsers by tests/browser/lessons.test.ts.
"""
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"
sys.path[:0] = [str(ROOT / "src" / "python"), str(ROOT / "build" / "native" / "python")]

from photofinish import lanes, race  # noqa: E402

LESSONS = sorted(path.name for path in (ROOT / "lessons").iterdir() if path.is_dir())
PAGES = sorted(SITE.rglob("index.html"))


@pytest.mark.parametrize("size", [0.001, 0.01, 0.1])
@pytest.mark.parametrize("slug", LESSONS)
def test_lanes_run_and_agree(slug, size):
    file = lanes.load(ROOT / "lessons" / slug / "lanes.py")
    first, default = next(iter(file.parameters.items()))
    found = race.run(file, params={first: max(2, int(default * size))}, budget=0.05, seed=1)
    assert [lane.get("error") for lane in found["lanes"]] == [None] * len(found["lanes"])
    assert found["equal"] and len(found["lanes"]) >= 2


@pytest.mark.parametrize("slug", LESSONS)
def test_code_fits_a_phone(slug):
    long = [line for line in (ROOT / "lessons" / slug / "lanes.py").read_text().splitlines() if len(line) > 64]
    assert not long


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.ids = [], set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.found += [given[name] for name in ("href", "src") if given.get(name)]
        if given.get("id"):
            self.ids.add(given["id"])


def read(page: Path) -> Links:
    links = Links()
    links.feed(page.read_text())
    return links


def test_the_site_is_built():
    assert len(PAGES) >= len(LESSONS) + 2, "run make first"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(SITE)))
def test_links_resolve(page):
    for link in read(page).found:
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https" and "." in parts.netloc, link
            continue
        assert not parts.path.startswith("/"), f"{link}: the site must work under any sub-path"
        target = (page.parent / parts.path).resolve() if parts.path else page
        target = target / "index.html" if target.is_dir() else target
        assert target.is_file(), link
        if parts.fragment and target.suffix == ".html":
            assert parts.fragment in read(target).ids, link
