"""What is due, in order."""

from __future__ import annotations

from living import at

from greenroom.state.life.agenda import Agenda


def done(agenda: Agenda) -> list[object]:
    """All that is on it, in the order in which it is due."""
    found = []
    while (due := agenda.next()) is not None:
        agenda.drop(due.number)
        found.append(due.what)
    return found


def test_what_is_due_first_is_first() -> None:
    """And of the same moment what was put there first."""
    agenda = Agenda()
    for what, minute in (("c", 3), ("a", 1), ("d", 3), ("b", 2)):
        agenda.add(at(9, minute), what)
    assert done(agenda) == ["a", "b", "c", "d"]


def test_looking_takes_nothing_away() -> None:
    """Only dropping does, also what is not next."""
    agenda = Agenda()
    first, second = agenda.add(at(9), "a"), agenda.add(at(10), "b")
    assert agenda.next() == agenda.next() == (at(9), first, "a")
    agenda.drop(second)
    agenda.drop(second)
    assert (len(agenda), [due.what for due in agenda.all()]) == (1, ["a"])
    assert done(agenda) == ["a"]


def test_numbers_are_given_once() -> None:
    """By whoever asks for one, and go on after those that were read from somewhere."""
    agenda = Agenda()
    agenda.last = 7
    assert (agenda.number(), agenda.add(at(9), "a"), agenda.add(at(9), "b", 3)) == (8, 9, 3)
    assert done(agenda) == ["b", "a"]


def test_what_is_dropped_takes_no_room() -> None:
    """Nobody puts so much on it that what was dropped fills the memory."""
    agenda = Agenda()
    agenda.add(at(23), "last")
    for _ in range(10_000):
        agenda.drop(agenda.add(at(10), "gone"))
    assert len(agenda._heap) < 100
    assert done(agenda) == ["last"]


def test_a_number_that_is_given_again_has_its_new_moment() -> None:
    """As after something that was undone; what is due before it comes first."""
    agenda = Agenda()
    agenda.drop(agenda.add(at(9), "undone", 1))
    agenda.add(at(11), "later", 1)
    agenda.add(at(10), "next", 2)
    assert done(agenda) == ["next", "later"]
