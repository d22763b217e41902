"""Nothing that is read is ever run or unpacked: by the sources of everything that reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "yaml",
    "dbm",
    "code",
    "pty",
}
"""What turns bytes into objects by running what they say, or runs text."""
ARCHIVES = {"tarfile", "zipfile", "shutil.unpack_archive", "shutil.make_archive"}
"""Nobody here unpacks anything: wheels are uv's."""
BUILTINS = {"eval", "exec", "compile", "__import__", "input", "breakpoint"}
CALLS = {
    *("os.system", "os.popen", "pd.read_pickle", "pandas.read_pickle", "pd.eval", "pickle.load", "pickle.loads"),
    *("runpy.run_path", "runpy.run_module", "importlib.util.spec_from_file_location", "ctypes.CDLL"),
}
METHODS = {"read_pickle", "to_pickle", "exec_module", "load_module", "eval", "query", "unpack_archive", "extractall"}
OPTIONS = {"shell", "allow_pickle"}
REVIEWED = {
    "importlib.import_module": {"releases/uv.py"},  # of the name "uv", written there
    "ctypes.CDLL": {"matrix/parents.py"},  # of the C library, for prctl
}
"""What is allowed, where."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("matrix", "reports", "releases"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def deeds(tree: ast.AST) -> Iterator[str]:
    """Everything in a module that could run, or unpack, what it is given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.split(".")[0] in MODULES | ARCHIVES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {node.module, node.module.split(".")[0], *(f"{node.module}.{name.name}" for name in node.names)}
            yield from sorted(names & (MODULES | ARCHIVES | CALLS | {"importlib.import_module"}))
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            method = node.func.attr if isinstance(node.func, ast.Attribute) else None
            if method in METHODS or name in BUILTINS | CALLS | ARCHIVES | {"importlib.import_module"}:
                yield name
            for option in node.keywords:
                if option.arg in OPTIONS and not (
                    isinstance(option.value, ast.Constant) and option.value.value is False
                ):
                    yield f"{name}({option.arg}=)"


def test_nothing_that_is_read_is_run_or_unpacked() -> None:
    found = {(path, deed) for path, tree in sources() for deed in deeds(tree)}
    assert {(path, deed) for path, deed in found if path not in REVIEWED.get(deed, set())} == set()


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from pickle import loads",
        "import yaml",
        "eval(text)",
        "exec(text)",
        "compile(text, '', 'exec')",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "pd.read_pickle(path)",
        "frame.query(text)",
        "frame.eval(text)",
        "subprocess.run(text, shell=True)",
        "os.system(text)",
        "import tarfile",
        "zipfile.ZipFile(path).extractall(folder)",
        "shutil.unpack_archive(path)",
        "from shutil import unpack_archive",
        "spec.loader.exec_module(module)",
        "importlib.import_module(name)",
    ],
)
def test_the_rule_can_fail(text: str) -> None:
    assert list(deeds(ast.parse(text)))


@pytest.mark.parametrize(
    "text", ["re.compile(text)", "ast.literal_eval(text)", "json.loads(text)", "np.load(path, allow_pickle=False)"]
)
def test_what_reads_without_running_is_fine(text: str) -> None:
    assert not list(deeds(ast.parse(text)))
