"""Packs the Python package into one JSON file for the page's interpreter: pack.py PACKAGE_FOLDER TARGET

{path below site-packages: text}. The command line has no use there and is left out.
"""
import json
import pathlib
import sys

package, target = map(pathlib.Path, sys.argv[1:])
files = {path.relative_to(package.parent).as_posix(): path.read_text() for path in sorted(package.rglob('*.py'))
         if path.name != '__main__.py' and 'commands' not in path.relative_to(package).parts}
target.write_text(json.dumps(files))
