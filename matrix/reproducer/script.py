"""A point of a case as a stand-alone script: what is observed beside what is right, exit status 1 where they differ."""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections.abc import Sequence

from matrix.one_point import OnePoint
from matrix.reproducer.fold import value_of
from matrix.reproducer.gather import OWN, SEPARATOR, SPAWN, Gathered
from matrix.reproducer.layout import laid_out
from matrix.reproducer.scopes import Rename, spelled
from matrix.reproducer.shrink import shrink
from matrix.words import harmless

LINES = 60
"""A script is shorter than this, unless its point needs more."""
_AGREES = """
def agrees(o, e{names}):
    if o is None or e is None or isinstance(o, str) or isinstance(e, str):
        return type(o) is type(e) and o == e
    o, e = (np.asarray(v.numpy() if hasattr(v, "numpy") else v) for v in (o, e))
    rtol = {rtol}
    scale = np.abs(e[np.isfinite(e)]).max(initial=0)
    tolerance = 0 if {{o.dtype.kind, e.dtype.kind}} <= set("iub") else rtol * scale{atol}
    return o.shape == e.shape and np.allclose(o.astype({wide}), e.astype({wide}), 0, tolerance, equal_nan=True)
"""
_END = """
right, wrong = {right}, 0
for name in dict(right, **observed):
    o, e = observed.get(name, "nothing"), right.get(name, "nothing")
    fine = {fine}
    wrong += not fine
    print("{{}}: {{}}\\nobserved {{}}\\nright    {{}}".format(name, "right" if fine else "WRONG", o, e))
sys.exit(1 if wrong else 0)
"""
_TAKEN = {"agrees", "observed", "right", "wrong", "name", "o", "e", "fine", "np", "tf", "os", "sys", "tempfile"}
_ULP = "8 * (np.finfo(o.dtype).eps if o.dtype.kind in 'fc' else {other})"
_FOLDERS = re.compile(r"\bsave|tmp|open\(")
"""What writes files: it gets a folder of its own, as in tfdrift."""


def script(point: OnePoint, notes: Sequence[str] = ()) -> str:
    """The program for one point; ``notes`` become comments at its head."""
    gathered = Gathered(point.info)
    *program, pair = [ast.fix_missing_locations(one) for one in _pretty(shrink(gathered, point.params))]
    definitions = "\n".join(map(ast.unparse, program))
    agrees, end = _judge(point, definitions, pair)
    needs = {"np", "tf"} & set(re.findall(r"\w+", definitions + agrees + end)) | spelled(
        ast.Module([*program, pair], [])
    )
    files = _FOLDERS.search(definitions)
    lines = [f"import {name}" for name in ("sys", *(("os", "tempfile") if files else ()))]
    lines += [line for line, name in (("import numpy as np", "np"), ("import tensorflow as tf", "tf")) if name in needs]
    lines += [ast.unparse(one) for one in gathered.imports if needs & set(_bound(one))]
    lines = sorted(
        dict.fromkeys(lines), key=lambda line: (line.split()[1].split(".")[0] in ("numpy", "tensorflow"), line)
    )
    folder = "os.chdir(tempfile.mkdtemp())"
    if SPAWN in definitions:
        end = 'if __name__ == "__main__":\n' + textwrap.indent(f"{folder}\n{end}", "    ")
    elif files:
        lines.append(folder)
    begin = [*_head(point, notes), *lines]
    text = f"{definitions}\n{agrees}\n{end}"
    made = [*begin, "", *laid_out(text)]
    if len(made) >= LINES:
        made = [*begin, *(line for line in laid_out(text) if line)]
    return "\n".join(made) + "\n"


def _head(point: OnePoint, notes: Sequence[str]) -> list[str]:
    since = f" {point.info.since} or newer" if point.info.since else ""
    return [
        *(f"# {harmless(' '.join(words.split()))[:200]}" for words in (str(point), point.info.claim, *notes)),
        f"# Needs TensorFlow{since} and NumPy; ends with status 1 where what is observed is not what is right.",
    ]


def _judge(point: OnePoint, definitions: str, pair: ast.stmt) -> tuple[str, str]:
    """How the answer is compared: by the case's own tolerances, as ``cases/_compare.py`` does."""
    assert isinstance(pair, ast.Expr)
    assert isinstance(pair.value, ast.Tuple)
    observed, right = pair.value.elts
    first = f"observed = {ast.unparse(observed)}"
    if _exact(right, point.info.track):
        return "", first + _END.format(right=ast.unparse(right), fine="np.array_equal(o, e)")
    rtol, atol = point.info.rtol, point.info.atol
    ulp = _ULP.format(other="2.0**-7 if o.dtype.name == 'bfloat16' else 0" if "bfloat16" in definitions else "0")
    names, given, relative, absolute = "", "", ulp if rtol is None else repr(rtol), f" + {atol!r}" if atol else ""
    if isinstance(rtol, dict):
        names, given, relative = ", rtol", f", {rtol!r}.get(name)", f"{ulp} if rtol is None else rtol"
    if isinstance(atol, dict):
        names, given, absolute = f"{names}, atol", f"{given}, {atol!r}.get(name, 0.0)", " + atol"
    wide = "complex" if "complex" in definitions else "float"
    agrees = _AGREES.format(names=names, rtol=relative, atol=absolute, wide=wide)
    if re.fullmatch(r"[\d.e-]+", relative):
        agrees = agrees.replace(f"    rtol = {relative}\n", "").replace("rtol * scale", f"{relative} * scale")
    return agrees, first + _END.format(right=ast.unparse(right), fine=f"agrees(o, e{given})")


def _exact(right: ast.expr, counts: Sequence[str]) -> bool:
    """Whether what is right is written out and is equal or not: counts, texts, yes or no, nothing."""
    value = value_of(right)
    return isinstance(value, dict) and all(
        one is None or isinstance(one, str | bool) or (isinstance(one, int) and name in counts)
        for name, one in value.items()
    )


def _bound(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [(alias.asname or alias.name).split(".")[0] for alias in node.names]


def _pretty(program: list[ast.stmt]) -> list[ast.stmt]:
    """Definitions get back the names that they had, or longer ones where two would be the same."""
    module = ast.Module(program, [])
    names = spelled(module)
    taken = {name for name in names if SEPARATOR not in name} | set(dir(builtins)) | _TAKEN
    new: dict[str, str] = {}
    for name in sorted(names - taken, key=lambda name: (not name.endswith(OWN), name)):
        base, _, label = name.partition(SEPARATOR)
        choices = (base, f"{base.strip('_')}_of_{label}", *(f"{base}_{number}" for number in range(2, 99)))
        new[name] = next(one for one in choices if one not in taken)
        taken.add(new[name])
    return [Rename(new).visit(one) for one in program]
