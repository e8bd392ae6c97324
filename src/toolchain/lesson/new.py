"""Begins a lesson: a folder with lanes.py and lesson.md that race and pass `check` as they are, to be rewritten (make lesson SLUG=x).

python3 new.py SLUG [FOLDER]     FOLDER: where lessons are, default lessons. Nothing that exists is touched.
"""
import re
import sys
from pathlib import Path

TEMPLATES = Path(__file__).parent


def begin(slug: str, lessons: Path) -> list[Path]:
    """Writes the files and returns them. ValueError for a word that is no slug, FileExistsError where there is such a folder."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", slug):
        raise ValueError(f"{slug!r} is no slug: small letters, digits and hyphens, a letter first; make lesson SLUG=join-strings")
    folder = lessons / slug
    folder.mkdir(exist_ok=False)
    written = []
    for name in ("lanes.py", "lesson.md"):
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        written.append(folder / name)
        written[-1].write_text(text.replace("TITLE", slug.replace("-", " ").capitalize()), encoding="utf-8")
    return written


def main(words: list[str]) -> int:
    if not 1 <= len(words) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    slug, lessons = words[0], Path(words[1] if len(words) > 1 else "lessons")
    try:
        written = begin(slug, lessons)
    except FileExistsError:
        print(f"{lessons / slug} exists already", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(*written, sep="\n")
    print(f'A runnable example: rewrite it, and look at it with make check-lesson SLUG={slug}.\n'
          f'It appears in the catalogue once {lessons / "manifest.toml"} names it, in the list of a group:\n'
          f'    lessons = [..., "{slug}"]')
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
