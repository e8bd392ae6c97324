"""What `check` finds in a lesson's text and in its native reference. Conditions and fills of the text are checked by `make`."""
from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from ..lanes import LanesFile
from .check_lanes import finding

REQUIRED = ("title", "question", "level", "minutes", "predict")
SAW = "## What you saw"

_LINE = re.compile(r"( *)([A-Za-z_]\w*):(?: +(.*))?")


def check(path: Path, file: LanesFile | None) -> list[dict]:
    """Front matter and sections of lesson.md, against the lanes where these could be read."""
    try:
        lines = path.read_text(encoding="utf-8").replace("\r\n", "\n").split("\n")
    except OSError as error:
        return [finding(path, None, f"cannot be read: {error.strerror}")]
    if lines[0] != "---" or "---" not in lines[1:]:
        return [finding(path, 1, 'begins with front matter between two lines "---"')]
    end = lines.index("---", 1)
    found: list[dict] = []
    fields: dict[str, tuple[int, str]] = {}
    names: dict[str, tuple[int, str]] = {}
    inside = False
    for number, line in enumerate(lines[1:end], 2):
        match = _LINE.fullmatch(line)
        if not match:
            if line.strip():
                found.append(finding(path, number, 'expected "key: value"'))
            continue
        indent, key, value = match[1], match[2], (match[3] or "").strip()
        if not indent:
            inside = key == "names"
            fields[key] = number, value
        elif inside:
            names[key] = number, value
        else:
            found.append(finding(path, number, 'only the lines below "names:" are indented'))
    found += [finding(path, 1, f'the front matter has no "{key}"') for key in REQUIRED if not fields.get(key, (0, ""))[1]]
    if fields.get("minutes", (0, "1"))[1] and not fields.get("minutes", (0, "1"))[1].isdecimal():
        found.append(finding(path, fields["minutes"][0], "minutes is a whole number"))
    if file is not None:
        found += _about_lanes(path, file, fields, names)
    if SAW not in lines[end:]:
        found.append(finding(path, None, f'there is no section "{SAW}"'))
    return found


def _about_lanes(path: Path, file: LanesFile, fields: dict, names: dict) -> list[dict]:
    ids = [lane.id for lane in file.lanes]
    baseline = next((lane.id for lane in file.lanes if lane.kind == "idiom"), ids[0])
    found = [finding(path, line, f"names: there is no lane {id}; lanes.py has {', '.join(ids)}") for id, (line, _) in names.items() if id not in ids]
    found += [finding(path, fields.get("names", (None,))[0], f"names: {id} has no name for sentences", "hint") for id in ids if id not in names]
    line, wanted = fields.get("predict", (None, ""))
    if wanted and (wanted not in ids or wanted == baseline):
        found.append(finding(path, line, f"predict must name a lane other than the first idiom ({baseline}), not {wanted!r}"))
    return found


def reference(path: Path, file: LanesFile | None, slug: str) -> list[dict]:
    """A missing reference is a hint, one of other code is a fault."""
    if file is None:
        return []
    try:
        recorded = json.loads(path.read_text(encoding="utf-8")).get("source_sha256")
    except OSError:
        return [finding(path, None, f"there is no native reference yet; make reference SLUG={slug}", "hint")]
    except ValueError:
        recorded = None
    if recorded != hashlib.sha256(file.source.encode("utf-8", "surrogatepass")).hexdigest():
        return [finding(path, None, f"recorded before lanes.py was changed; make reference SLUG={slug}")]
    return []
