"""Finds lessons on disk: ./lessons, else those of the repository that this package is part of, else those that were installed with it."""
from __future__ import annotations

from pathlib import Path

from .lanes import LanesError


def folder() -> Path | None:
    """The folder of lessons, or None."""
    here = Path(__file__).resolve()
    places = (Path("lessons"), here.parents[3] / "lessons", here.parent / "lesson_files")
    return next((place for place in places if any(place.glob("*/lanes.py"))), None)


def slugs() -> list[str]:
    """All lessons by slug, sorted: folders with a lanes.py."""
    place = folder()
    return sorted(entry.parent.name for entry in place.glob("*/lanes.py")) if place else []


def title(slug: str) -> str:
    """What a lesson asks: the line "question:" (else "title:") at the head of its lesson.md; an empty string without one."""
    file = (folder() or Path()) / slug / "lesson.md"
    found = {}
    try:
        for line in file.read_text(encoding="utf-8").splitlines()[:20]:
            key, colon, value = line.partition(":")
            found.setdefault(key.strip(), value.strip())
    except OSError:
        pass
    return found.get("question") or found.get("title") or ""


def resolve(name: str) -> tuple[Path, str | None]:
    """(lanes file, slug or None) for a slug, a file or a folder with a lanes.py. LanesError where there is none."""
    path = Path(name)
    if path.is_dir() and (path / "lanes.py").is_file():
        return path / "lanes.py", path.name
    if path.is_file():
        return path, path.parent.name if path.name == "lanes.py" else None
    place = folder()
    if place and (place / name / "lanes.py").is_file():
        return place / name / "lanes.py", name
    known = slugs()
    hint = f"the lessons are: {', '.join(known)}" if known else "no folder 'lessons' was found either"
    raise LanesError(f"there is neither a file nor a lesson {name!r}; {hint}")


def reference(slug: str) -> Path | None:
    """The native reference of a lesson, or None where it has none or there is no such lesson."""
    place = folder()
    file = place and place / slug / "reference.json"
    return file if file and slug in slugs() and file.is_file() else None
