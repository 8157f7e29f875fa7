"""A ring whose edges' hashes add up to nothing: with it, or without it, a polygon has the same signature.

       top    +---------------------------+
              |                           |
       base   +.  .+.  .+.  .+.  .+.  .+.  .+      128 teeth, each with its tip where the sums work out
                ..   ..   ..   ..   ..   ..

It was found in fourteen seconds: 2^17 places for each tip, and a generalised birthday search (Wagner's k-tree) that
cancels sixteen bits of the two sums at each of its seven levels, the last one thirty-two.
"""

import numpy as np
import shapely

from gis.lattice import from_lattice

CORNER = (1054547005, 289392296)  # lattice point at the western end of the base
TOOTH, HEIGHT = 66, 2976  # lattice units
TIPS = """
    48,-1020 45,-295 62,-696 14,961 45,-667 12,-830 32,-423 49,-828 62,-1015 49,-182 7,-445 34,-354 8,-620 8,-757 4,-165
    2,369 47,-1018 20,-680 56,-99 56,89 55,-958 44,-580 49,-840 44,697 30,-936 25,235 3,-674 19,-802 37,-655 9,55 8,-743
    33,-138 21,-971 3,-227 56,-433 44,551 62,-788 3,498 18,-429 62,-152 10,-865 37,287 20,-224 36,355 58,-801 35,659
    53,-802 53,500 40,-1012 54,624 26,-734 35,-40 54,-1024 61,-405 48,-801 32,-415 29,-975 63,-410 31,-340 55,-354 39,-722
    25,328 63,-134 27,-567 12,-998 38,-51 36,-600 60,-508 45,-695 1,889 6,-756 23,804 17,-942 38,451 40,-231 8,-324
    60,-584 4,953 2,-10 3,692 61,-993 46,468 45,-1012 15,-71 42,-942 6,1014 19,-442 15,-873 41,-834 3,-231 16,-348 35,-676
    56,-519 26,271 44,-258 37,-184 5,-1001 43,354 52,-590 44,866 52,-855 11,940 38,-568 4,256 39,-792 11,795 58,-396
    24,-275 39,-914 15,-315 1,-626 21,-618 55,-954 16,-852 14,-848 51,-488 56,-912 29,951 10,-121 51,-934 10,-985 60,817
    8,-360 24,-985 26,-550 14,1010 9,-686 21,371
"""


def ring_without_signature():
    """The polygon, some 90 m by 35 m, on the lattice."""
    tips = np.array([tip.split(",") for tip in TIPS.split()], dtype=np.int64)
    feet = np.column_stack([TOOTH * np.arange(len(tips) + 1), np.zeros(len(tips) + 1, dtype=np.int64)])
    base = np.empty((2 * len(tips) + 1, 2), dtype=np.int64)
    base[::2], base[1::2] = feet, feet[:-1] + tips
    top = [(feet[-1, 0], HEIGHT), (0, HEIGHT)]
    return shapely.Polygon(from_lattice(np.concatenate([base, top]) + CORNER))
