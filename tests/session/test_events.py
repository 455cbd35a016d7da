"""The list of events: everything is told at once, what comes again soon is counted, and the last word is true."""

from __future__ import annotations

from livegrade.session.events import Event, EventLog, Link

S = 1_000_000_000
DARK = "'ndi:CAM A' is connected and sends no pictures"


def lost(at_s: float, text: str = DARK, subject: str = "slot A") -> Event:
    return Event(int(at_s * S), subject, Link.LOST, text)


def running(at_s: float) -> Event:
    return Event(int(at_s * S), "slot A", Link.RUNNING, "")


def told(events: EventLog) -> list[tuple[Link, str]]:
    return [(event.link, event.text) for event in events.since(0)[0]]


def test_other_texts_subjects_and_links_are_told_at_once() -> None:
    events = EventLog()
    for event in (lost(0), running(0), lost(0, "other"), lost(0, subject="slot B")):
        events.add(event)
    assert len(told(events)) == 4


def test_a_flapping_source_is_counted() -> None:
    """Twice a second for a minute: one line each every ten seconds, and no flap is forgotten."""
    events = EventLog()
    for half in range(120):
        events.add(lost(half / 2))
        events.add(running(half / 2 + 0.25))
        events.settle(int((half / 2 + 0.3) * S))
    events.settle(None)
    lines = told(events)
    assert len(lines) <= 2 * 8
    for link in (Link.LOST, Link.RUNNING):
        texts = [text for said, text in lines if said is link]
        counts = [int(text.rpartition("(")[2].split()[0]) if text.endswith(" times)") else 1 for text in texts]
        assert sum(counts) == 120
    assert lines[2] == (Link.LOST, f"{DARK} (19 times)") or lines[2] == (Link.LOST, f"{DARK} (20 times)")
    assert lines[-1][0] is Link.RUNNING


def test_the_same_after_ten_seconds_is_told_again() -> None:
    events = EventLog()
    events.add(lost(0))
    events.add(lost(9.9))
    assert told(events) == [(Link.LOST, DARK)]
    events.settle(10 * S)
    assert told(events) == [(Link.LOST, DARK)] * 2
    events.add(lost(21))
    assert told(events) == [(Link.LOST, DARK)] * 3


def test_a_loss_that_stays_is_told_soon_though_it_was_told_before() -> None:
    events = EventLog()
    for event in (lost(0), running(1), lost(1.5)):
        events.add(event)
    events.settle(int(3.4 * S))
    assert told(events)[-1] == (Link.RUNNING, "")
    events.settle(int(3.5 * S))
    assert told(events)[-1] == (Link.LOST, DARK)
    count = events.since(0)[1]
    events.settle(60 * S)
    assert events.since(0)[1] == count


def test_a_format_that_comes_back_is_told_at_once() -> None:
    events = EventLog()
    for at_s, format in enumerate(("1080p25", "720p50", "1080p25", "720p50")):
        events.add_change(Event(at_s * S, "slot A", Link.RUNNING, f"signal is {format}"))
        assert told(events)[-1] == (Link.RUNNING, f"signal is {format}")
    events.settle(None)
    assert len(told(events)) == 4


def test_a_count_that_comes_late_does_not_have_the_last_word() -> None:
    events = EventLog()
    for event in (lost(0), running(1), lost(2), lost(2.5, "gone"), Event(3 * S, "slot A", Link.ENDED, "over")):
        events.add(event)
    events.settle(10 * S)
    assert told(events)[-2:] == [(Link.LOST, DARK), (Link.ENDED, "over")]


def test_what_is_counted_is_told_at_the_end() -> None:
    events = EventLog()
    for event in (lost(0), running(1), lost(2), running(3), lost(4)):
        events.add(event)
    events.settle(None)
    assert told(events)[2:] == [(Link.RUNNING, ""), (Link.LOST, f"{DARK} (2 times)")]
    events.settle(None)
    assert len(told(events)) == 4


def test_texts_that_never_come_again_are_forgotten() -> None:
    events = EventLog()
    for second in range(1000):
        events.add(lost(second, f"fault {second}"))
    assert len(events._repeats) <= 11
