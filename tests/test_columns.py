"""Columns of legs side by side, whichever points each leg was asked."""

from hypothesis import given
from hypothesis import strategies as st

from reports.columns import histories

POINTS = st.lists(st.sampled_from("abcde"), unique=True).map(tuple)


def test_points_come_in_the_order_in_which_they_are_first_answered():
    legs = [(("b", "c"), [1, 2]), ((), []), (("a", "b", "c"), [3, 4, 5]), (("b", "c"), [6, 7])]
    assert list(histories(legs, 0)) == [("b", (1, 0, 4, 6)), ("c", (2, 0, 5, 7)), ("a", (0, 0, 3, 0))]


def test_where_nothing_was_asked_there_are_no_points():
    assert list(histories([], None)) == list(histories([((), ()), ((), ())], None)) == []


@given(st.lists(POINTS, min_size=1))
def test_every_answer_stands_at_its_point_and_leg(legs):
    columns = [(points, [(leg, point) for point in points]) for leg, points in enumerate(legs)]
    found = dict(histories(columns, None))
    assert set(found) == {point for points in legs for point in points}
    for point, history in found.items():
        assert history == tuple((leg, point) if point in points else None for leg, points in enumerate(legs))
