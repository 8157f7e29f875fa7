"""Classes of counts and rates for a legend, and their colours; as the map page makes them."""

from bisect import bisect_right
from math import floor, log10

MOST_CLASSES = 6
STEPS = (1, 2, 5)
# Ten stops of cividis (Nuñez, Anderton, Renslow 2018), from few (light) to many (dark).
CIVIDIS = ("#fee838", "#e1cc55", "#c3b369", "#a59c74", "#8a8678", "#707173", "#575d6d", "#3b496c", "#123570", "#00224e")
LESS, MORE, SAME = ("#2166ac", "#67a9cf", "#d1e5f0"), ("#fddbc7", "#ef8a62", "#b2182b"), "#f7f7f7"


def limits(values, *, classes=MOST_CLASSES):
    """Lower limits of classes: round, growing, none above the largest value.

    Parameters
    ----------
    values : sequence of float
        Positive; nothing else is classed.
    classes : int

    Returns
    -------
    list of float

    Examples
    --------
    >>> limits([1, 1, 2, 3, 12]), limits([0.4, 31]), limits([])
    ([1, 2, 5, 10], [0.2, 0.5, 2, 5, 10, 20], [])
    """
    values = [value for value in values if value > 0]
    if not values:
        return []
    found = _round_numbers(min(values), max(values))
    held = [0] * len(found)
    for value in values:
        held[class_of(found, value)] += 1
    while len(found) > classes:
        # The two neighbours that hold the least together become one.
        least = min(range(1, len(found)), key=lambda k: (held[k] + held[k - 1], k))
        held[least - 1] += held.pop(least)
        found.pop(least)
    return found


def class_of(found, value):
    """The class of a value; -1 below the first limit.

    Examples
    --------
    >>> class_of([1, 2, 5], 4), class_of([1, 2, 5], 0.5)
    (1, -1)
    """
    return bisect_right(found, value) - 1


def colours(count):
    """Colours of so many classes, light to dark; a few classes of small counts stay at the light end.

    Examples
    --------
    >>> colours(2)
    ['#fee838', '#bcad6c']
    """
    steps = max(count - 1, 4)
    return [_on_ramp(k * (len(CIVIDIS) - 1) / steps) for k in range(count)]


def turned(values):
    """Limits and colours of differences, the same to both sides of none.

    Returns
    -------
    list of float
        Lower limits of what is more; mirrored for what is less. At most three.
    """
    return limits([abs(value) for value in values if value], classes=3)


def colour_of_difference(found, value):
    """Blue for less, red for more, pale for the same.

    Examples
    --------
    >>> [colour_of_difference([1, 5], value) for value in (-7, 0, 2)]
    ['#67a9cf', '#f7f7f7', '#fddbc7']
    """
    if not value:
        return SAME
    place = max(class_of(found, abs(value)), 0)
    return MORE[place] if value > 0 else LESS[2 - place]


def _round_numbers(least, most):
    decade = floor(log10(least))
    found = []
    while 10**decade <= most:
        for step in STEPS:
            number = step * 10**decade if decade >= 0 else round(step * 10**decade, -decade)
            if number <= most:
                found.append(number)
        decade += 1
    below = [number for number in found if number <= least]
    return found[max(len(below) - 1, 0) :]


def _on_ramp(place):
    below = min(int(place), len(CIVIDIS) - 2)
    start, end = (tuple(bytes.fromhex(colour[1:])) for colour in CIVIDIS[below : below + 2])
    return "#" + "".join(f"{floor(a + (b - a) * (place - below) + 0.5):02x}" for a, b in zip(start, end, strict=True))
