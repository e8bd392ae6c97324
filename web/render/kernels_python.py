"""The public functions of photofinish.kernels as JSON: python3 web/render/kernels_python.py OUT.json

Signatures and docstrings are those that inspect sees, so the package has to be importable: photofinish on the path, its extension
built.
"""
import inspect
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src" / "python"), str(ROOT / "build" / "native" / "python")]

from photofinish import kernels  # noqa: E402


class Written:
    """An annotation as it is written in the source."""

    def __init__(self, text):
        self.text = text if isinstance(text, str) else inspect.formatannotation(text)

    def __repr__(self):
        return self.text


def signature_of(value) -> str:
    signature = inspect.signature(value)
    parameters = [parameter if parameter.annotation is parameter.empty else parameter.replace(annotation=Written(parameter.annotation))
                  for parameter in signature.parameters.values()]
    result = signature.return_annotation
    return str(signature.replace(parameters=parameters, return_annotation=result if result is signature.empty else Written(result)))


def described(name, value) -> dict:
    kind = "exception" if inspect.isclass(value) and issubclass(value, BaseException) else "class" if inspect.isclass(value) else "function"
    fields = getattr(value, "__annotations__", {}) if kind == "class" else {}
    methods = [member for member in vars(value) if not member.startswith("_")] if kind == "class" and not fields else []
    members = [{"name": member, "signature": signature_of(getattr(value, member)), "doc": inspect.getdoc(getattr(value, member)) or ""}
               for member in methods]
    return {"name": name, "kind": kind, "signature": "" if kind == "exception" or fields else signature_of(value),
            "fields": {field: getattr(hint, "__forward_arg__", str(hint)) for field, hint in fields.items()}, "members": members, "doc": inspect.getdoc(value) or ""}


def public() -> list:
    """(section's docstring, names): a section a module, in the order in which the package imports them."""
    sections = []
    seen = set()
    for line in inspect.getsource(kernels).splitlines():
        if line.startswith("from .") and line.endswith("import *"):
            module = sys.modules[f"{kernels.__name__}.{line.split()[1][1:]}"]
            sections.append((module.__name__.rpartition(".")[2], inspect.getdoc(module), module.__all__))
            seen.update(module.__all__)
    rest = [name for name, value in vars(kernels).items()
            if not name.startswith("_") and name not in seen and not inspect.ismodule(value) and (inspect.isroutine(value) or inspect.isclass(value))]
    sections.append(("here", "What there is here, and what copying took.", sorted(rest)))
    return sections


def main():
    found = {"doc": inspect.getdoc(kernels), "sections": [
        {"name": name, "doc": doc, "items": [described(item, getattr(kernels, item)) for item in names]} for name, doc, names in public()]}
    out = Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
