"""Every public name of photofinish.kernels says what it takes, gives and raises; its page in the docs is made of that."""
import inspect
import re

import pytest

from photofinish import kernels

ERROR = re.compile(r"\b[A-Z]\w*Error\b|\bUnavailable\b|\b[Rr]aises nothing\b")
LIKE = re.compile(r"\b(?:[Ll]ike|[Aa]s|what) (\w+)")


def public():
    return sorted(name for name, value in vars(kernels).items()
                  if not name.startswith("_") and (inspect.isroutine(value) or inspect.isclass(value)))


FUNCTIONS = [name for name in public() if inspect.isroutine(getattr(kernels, name))]
PYTHON = [name for name in FUNCTIONS if inspect.isfunction(getattr(kernels, name))]


def names_errors(name, seen=()):
    """Its docstring does, or refers to another function whose docstring does."""
    doc = inspect.getdoc(getattr(kernels, name)) or ""
    if ERROR.search(doc):
        return True
    return any(other in FUNCTIONS and other not in seen and names_errors(other, (*seen, name)) for other in LIKE.findall(doc))


def test_there_are_as_many_as_expected():
    assert len(FUNCTIONS) > 40 and len(PYTHON) > 40


@pytest.mark.parametrize("name", public())
def test_has_a_docstring_of_a_sentence(name):
    doc = inspect.getdoc(getattr(kernels, name))
    assert doc and doc.rstrip().endswith((".", ")", ":")) and len(doc.split()) >= 4


@pytest.mark.parametrize("name", FUNCTIONS)
def test_names_its_errors(name):
    assert names_errors(name), inspect.getdoc(getattr(kernels, name))


@pytest.mark.parametrize("name", PYTHON)
def test_has_the_type_of_every_parameter_and_of_the_result(name):
    signature = inspect.signature(getattr(kernels, name))
    assert signature.return_annotation is not signature.empty
    assert [parameter.name for parameter in signature.parameters.values() if parameter.annotation is parameter.empty] == []


@pytest.mark.parametrize("name", PYTHON)
def test_names_the_form_of_a_result_with_many_elements(name):
    function = getattr(kernels, name)
    if not re.search(r"\b(array|list|dict|tuple|bytes)\b", str(inspect.signature(function).return_annotation)):
        pytest.skip("one number")
    told = (inspect.getdoc(function) or "") + (inspect.getdoc(inspect.getmodule(function)) or "")
    assert re.search(r"array\('|array\.array\(|\blists?\b|\bbytes\b|\bdict\b", told)


@pytest.mark.parametrize("name", PYTHON)
def test_threads_are_a_keyword(name):
    threads = inspect.signature(getattr(kernels, name)).parameters.get("threads")
    assert threads is None or (threads.kind is threads.KEYWORD_ONLY and threads.default is None)
