"""Stands in for NumPy's build backend while pip downloads its source.

pip wants to know the version of what it has downloaded and asks the backend for metadata. The real one would configure all of
NumPy for this machine to answer; the source says it in PKG-INFO.
"""
import pathlib
import shutil


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    information = pathlib.Path('PKG-INFO')
    version = next(line.split()[1] for line in information.read_text().splitlines() if line.startswith('Version: '))
    target = pathlib.Path(folder, f'numpy-{version}.dist-info')
    target.mkdir(parents=True)
    shutil.copy(information, target / 'METADATA')
    return target.name
