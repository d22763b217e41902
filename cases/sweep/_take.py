"""How the cases of this folder ask: an op's directional derivatives by nested tapes, and the same numerically.

The op's outputs y become one number, s(x) = sum of w (y + y^2 / 2) with fixed w, real and imaginary parts apart. The square
makes the second derivative of a linear op the product of two of its gradients, which must be right, and never zero by itself.
With two fixed directions u and v: ``first`` is <grad s, v>, ``second`` is the tape's gradient of that along u. A gradient that
is None counts as zero.

Oracle: s along the lines x + t (u + v) and x + t (u - v), interpolated at t = 0 and ten points around it by a polynomial. With
the derivatives D and E along the two lines, first = (D' - E') / 2 and second = (D'' - E'') / 4. The polynomial through eight of
the points says how much to trust it: where the two differ by more than the case's tolerance, the oracle refuses. s is computed
by the table's closed form in NumPy, or where there is none by the release's own forward, which needs no gradient.
"""

import collections
import functools
import importlib
import zlib

import numpy as np
import tensorflow as tf

from cases import _compat

Entry = collections.namedtuple("Entry", "inputs call numpy float32 step")
NAMESPACES = ("math", "linalg", "nn", "signal", "image")


def spread(shape, low=-1.0, high=1.0, seed=0):
    """Evenly spaced numbers in a fixed disorder: no two are near each other, and none of -1...1 is near zero."""
    size = int(np.prod(shape))
    order = np.random.RandomState(seed).permutation(size)
    return (low + (high - low) * (order + 0.37) / size).reshape(shape)


def entry(*inputs, **options):
    """One line of a table; ``call(op, *tensors)`` is ``op(*tensors)`` unless it is said."""
    values = {"call": lambda op, *xs: op(*xs), "numpy": None, "float32": False, "step": None}
    values.update(options)
    if values["step"] is None:
        values["step"] = 0.25 if values["float32"] else 0.05
    return Entry(inputs=tuple(np.asarray(x, np.float64) for x in inputs), **values)


def each(names, *inputs, **options):
    """The same line for several ops."""
    return {name: entry(*inputs, **options) for name in names.split()}


def complex_entry(*inputs, **options):
    """A line of an op of complex numbers; its inputs are pairs, the real and the imaginary parts."""
    call = options.pop("call", lambda op, *zs: op(*zs))
    closed = options.pop("numpy", None)

    def of_pairs(op, *parts):
        return call(op, *[tf.complex(*parts[at : at + 2]) for at in range(0, len(parts), 2)])

    def numpy_of_pairs(*parts):
        return closed(*[parts[at] + 1j * parts[at + 1] for at in range(0, len(parts), 2)])

    return entry(*inputs, call=of_pairs, numpy=numpy_of_pairs if closed else None, **options)


def table(namespace):
    return importlib.import_module("cases.sweep._table_" + namespace).TABLE


def find(namespace, name):
    """The op of ``special.dawsn`` or ``pow@zero`` (what follows the @ says which inputs), where the release has it."""
    found, path = getattr(tf, namespace), "tf." + namespace
    for part in name.partition("@")[0].split("."):
        path += "." + part
        if not hasattr(found, part):
            raise _compat.Unsupported(path)
        found = getattr(found, part)
    return found


def names(line, order):
    """What the outputs of a line are called: float32 has tolerances of its own."""
    suffix = "_float32" if line.float32 else ""
    return {"first": ("first",), "second": ("first", "second"), "third": ("third",)}[order], suffix


def directions(line, name):
    """u and v, one array per input, with no small numbers."""
    random = np.random.RandomState(zlib.crc32(name.encode()) % 2**31)
    signs = [[random.choice([-1.0, 1.0], x.shape) for x in line.inputs] for _ in range(2)]
    return [[random.uniform(0.5, 1.0, x.shape) * sign for x, sign in zip(line.inputs, some)] for some in signs]


def weights(parts):
    random = np.random.RandomState(7)
    return [random.uniform(0.5, 1.5, np.shape(part)) * random.choice([-1.0, 1.0], np.shape(part)) for part in parts]


def forward(namespace, name, xs):
    """The real parts and imaginary parts of all that an op gives, tensors of float64."""
    line = table(namespace)[name]
    if line.float32:
        xs = [tf.cast(x, tf.float32) for x in xs]
    parts = []
    for output in tf.nest.flatten(line.call(find(namespace, name), *xs)):
        if output is not None and output.dtype.is_complex:
            parts += [tf.cast(tf.math.real(output), tf.float64), tf.cast(tf.math.imag(output), tf.float64)]
        elif output is not None and output.dtype.is_floating:
            parts.append(tf.cast(output, tf.float64))
    return parts


def numpy_forward(namespace, name, xs):
    """The same as arrays: by the closed form where the table has one."""
    line = table(namespace)[name]
    if line.numpy is None:
        return [part.numpy() for part in forward(namespace, name, [tf.constant(x) for x in xs])]
    outputs = line.numpy(*xs)
    parts = []
    for output in outputs if isinstance(outputs, (list, tuple)) else [outputs]:
        parts += [np.real(output), np.imag(output)] if np.iscomplexobj(output) else [np.asarray(output)]
    return parts


@functools.lru_cache(maxsize=None)
def start(namespace, name):
    """u, v and w of one line."""
    line = table(namespace)[name]
    u, v = directions(line, name)
    return u, v, weights(numpy_forward(namespace, name, line.inputs))


@functools.lru_cache(maxsize=None)
def asked_forward(namespace, name):
    """Why the release does not compute the op of these inputs at all (no kernel, no such argument); None if it does."""
    try:
        forward(namespace, name, [tf.constant(x) for x in table(namespace)[name].inputs])
    except _compat.Unsupported as missing:
        return str(missing)
    except Exception as error:
        return "tf.{}.{} of these inputs ({})".format(namespace, name.partition("@")[0], type(error).__name__)
    return None


@functools.lru_cache(maxsize=None)
def along(namespace, name, a, b):
    """Derivatives of s along a u + b v: an array of the first, second and third, and one of their errors."""
    line = table(namespace)[name]
    u, v, w = start(namespace, name)

    def value(t):
        xs = [x + t * (a * du + b * dv) for x, du, dv in zip(line.inputs, u, v)]
        parts = numpy_forward(namespace, name, xs)
        return sum(float((weight * (part + 0.5 * part * part)).sum()) for weight, part in zip(w, parts))

    return derivatives(value, line.step)


def derivatives(value, step):
    """First, second and third derivative at 0 of a function of one number, and how far two estimates of each differ."""
    nodes = step * np.arange(1, 6) / 5.0
    centre = value(0.0)
    plus, minus = np.array([value(t) for t in nodes]), np.array([value(-t) for t in nodes])
    fewer, more = (_interpolated(nodes[:n], centre, plus[:n], minus[:n]) for n in (4, 5))
    return more, np.abs(more - fewer)


def _interpolated(nodes, centre, plus, minus):
    """Of the polynomial through these points: its odd part is t, t^3, ..., its even part t^2, t^4, ..."""
    h = nodes[-1]
    powers = 2 * np.arange(len(nodes))
    t = (nodes / h)[:, None]
    odd = np.linalg.solve(t ** (powers + 1), (plus - minus) / 2)
    even = np.linalg.solve(t ** (powers + 2), (plus + minus) / 2 - centre)
    return np.array([odd[0] / h, 2 * even[0] / h**2, 6 * odd[1] / h**3])


def oracle(namespace, name, order, rtol, atol):
    """The right outputs, or an ArithmeticError where numerical differentiation cannot tell."""
    if order == "third":
        value, error = along(namespace, name, 0, 1)
        right = {"third": (value[2], error[2])}
    else:
        (d, d_error), (e, e_error) = along(namespace, name, 1, 1), along(namespace, name, 1, -1)
        right = {
            "first": ((d[0] - e[0]) / 2, (d_error[0] + e_error[0]) / 2),
            "second": ((d[1] - e[1]) / 4, (d_error[1] + e_error[1]) / 4),
        }
    outputs, suffix = names(table(namespace)[name], order)
    found = {"shape": "ok"}
    for output in outputs:
        value, error = right[output]
        if not error <= atol[output + suffix] + rtol[output + suffix] * abs(value):
            raise ArithmeticError("{} is {:.9g} with an error of {:.1e}: too much".format(output, value, error))
        found[output + suffix] = np.float64(value)
    return found


def explanations(namespace, name, order):
    """NaN, and nothing (zero or None), in one order or in all of them."""
    outputs, suffix = names(table(namespace)[name], order)
    found = {}
    for word, value in (("NaN", np.nan), ("no", 0.0)):
        found[word + " derivative"] = {output + suffix: value for output in outputs}
        if len(outputs) > 1:
            found[word + " second derivative"] = {outputs[-1] + suffix: value}
    return found


def build(namespace, name, order, mode):
    """The call of a case: the outputs of one op, one order and one mode."""
    missing = asked_forward(namespace, name)
    if missing:
        raise _compat.Unsupported(missing)
    line = table(namespace)[name]
    u, v, w = start(namespace, name)
    odd = []

    def scalar(xs):
        parts = forward(namespace, name, xs)
        return (tf.add_n([tf.reduce_sum(weight * (part + 0.5 * part * part)) for weight, part in zip(w, parts)]),)

    def slope(function, direction):
        """All that ``function`` gives, and the derivative of the last of it along ``direction``."""

        def taken(xs):
            with tf.GradientTape() as tape:
                tape.watch(xs)
                values = function(xs)
            total = tf.zeros([], tf.float64)
            for gradient, to in zip(tape.gradient(values[-1], xs), direction):
                if gradient is None:
                    continue
                # A gather's gradient is IndexedSlices; converted, it is dense.
                gradient = tf.convert_to_tensor(gradient)
                if gradient.shape.is_compatible_with(to.shape):
                    total += tf.reduce_sum(gradient * to)
                else:
                    odd.append("{} where {} is right".format(gradient.shape, to.shape))
            return values + (total,)

        return taken

    wanted = {
        "first": slope(scalar, v),
        "second": slope(slope(scalar, v), u),
        "third": slope(slope(slope(scalar, v), v), v),
    }[order]
    call = _compat.in_mode(wanted, mode, autograph=False)
    outputs, suffix = names(line, order)

    def answer():
        found = call([tf.constant(x) for x in line.inputs])[-len(outputs) :]
        values = {output + suffix: value for output, value in zip(outputs, found)}
        return dict({"shape": "; ".join(sorted(set(odd))) or "ok"}, **values)

    return answer
