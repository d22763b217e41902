"""``python -m matrix plan``, ``run LEG``, ``merge``, ``timing`` and others, with the options of ``nox -s matrix``."""

from __future__ import annotations

import sys

from matrix.ending import status_of
from matrix.options import choose_cases, parse
from matrix.paths import PYTHONS, RECORDS, UsageError


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, 1 stores to merge that disagree, 2 wrong usage or nothing could run, 130 interrupted."""
    return status_of(lambda: _command(arguments))


def _command(arguments: list[str]) -> int:
    if arguments[:1] == ["plan"]:
        from matrix import plan

        options = plan.parse(arguments[1:])
        (plan.show_json if options.json else plan.show)(options)
    elif arguments[:1] == ["cases"]:
        for case, info in choose_cases(None).items():
            print(f"{case}  {info.claim}")
    elif arguments[:1] == ["merge"]:
        from matrix.merge import merge

        return merge(arguments[1:])
    elif arguments[:1] == ["timing"]:
        from matrix.timing import time_releases

        time_releases(arguments[1:])
    elif arguments[:1] == ["sensitivity"]:
        from matrix.sensitivity import measure_instrument

        measure_instrument(arguments[1:])
    elif arguments[:1] == ["bisect"]:
        from matrix.bisect import bisect

        bisect(arguments[1:])
    elif arguments[:1] == ["reproduce"]:
        from matrix.reproduce import reproduce

        reproduce(arguments[1:])
    elif arguments[:1] == ["run"] and len(arguments) > 1:
        _run(arguments[1], arguments[2:])
    else:
        commands = "plan|run LEG|merge FOLDER...|timing|sensitivity|bisect POINT|reproduce POINT|cases"
        raise UsageError(f"usage: python -m matrix {commands} [options]")
    return 0


def _run(leg_id: str, arguments: list[str]) -> None:
    from matrix import own_cases, stacks
    from matrix.run import run_leg
    from releases import legs, pythons

    options = parse(arguments)
    try:
        leg = legs.parse_id(leg_id, stacks.choose(options)[0])
    except ValueError as error:
        raise UsageError(str(error)) from error
    interpreter = pythons.find(PYTHONS).get(leg.lane)
    if interpreter is None:
        raise UsageError(f"{leg_id} needs Python {leg.lane}, which was not found here: uv python install {leg.lane}")
    cases = choose_cases(options.cases)
    own_cases.remember(RECORDS, options.cases)
    run_leg(leg, interpreter, cases, options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
