"""What pyproject.toml cannot say: which C sources make the extension, and how they are compiled. Everything else stands there."""
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).parent
os.chdir(ROOT)
Path("build/wheel").mkdir(parents=True, exist_ok=True)

CORE = ["src/runtime/status.c", "src/runtime/arena.c", "src/runtime/parallel_for.c", "src/runtime/pool.c", "src/runtime/prim_native.c"]
FOLDERS = ["src/kernels", "src/stats", "src/python/_photofinish"]
SOURCES = CORE + sorted(str(path) for folder in FOLDERS for path in Path(folder).rglob("*.c"))
HEADERS = sorted(str(path) for path in Path("src").rglob("*.h"))
FLAGS = Path("src/c_flags.txt").read_text().split()  # the Makefile has the reasons


class Build(build_ext):
    """Compiles the sources on all cores: setuptools takes one after another."""

    def build_extensions(self):
        one_by_one = self.compiler.compile

        def compile(sources, **options):
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                return [object for objects in pool.map(lambda source: one_by_one([source], **options), sources) for object in objects]

        self.compiler.compile = compile
        super().build_extensions()


setup(
    cmdclass={"build_ext": Build},
    ext_modules=[Extension(
        "_photofinish", SOURCES, depends=HEADERS, py_limited_api=True, define_macros=[("Py_LIMITED_API", "0x030b0000")],
        extra_compile_args=[*FLAGS, "-O3", "-pthread"], extra_link_args=["-pthread"], libraries=["m"],
    )],
)
