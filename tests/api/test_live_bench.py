"""A thousand listeners and two hundred events a second."""

import pytest

from api.bench.living import EVENTS_PER_S, LASTS_S, LISTENERS, run

pytestmark = [pytest.mark.database, pytest.mark.heavy]


def test_a_thousand_listeners_hear_every_event_and_19_of_20_within_a_second():
    (ratio,) = run().ratios
    assert ratio.ours_runs == LISTENERS * EVENTS_PER_S * LASTS_S
    assert ratio.met, f"95th percentile {ratio.ours_s:.2f} s"
