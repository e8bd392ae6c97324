"""Packs the Python package into one JSON file for the page's interpreter: pack.py PACKAGE_FOLDER TARGET

{path below site-packages: text}. The command line has no use there and is left out.
"""
import json
import pathlib
import sys

package, target = map(pathlib.Path, sys.argv[1:])
files = {f'{package.name}/{path.name}': path.read_text() for path in sorted(package.glob('*.py')) if path.name != '__main__.py'}
target.write_text(json.dumps(files))
