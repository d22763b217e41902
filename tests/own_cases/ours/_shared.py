"""Shared code of one's own: a change in it makes the cases beside it be asked again."""


def half(value):
    return value / 2
