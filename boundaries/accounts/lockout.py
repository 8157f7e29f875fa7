"""How long guessing is put off: each wrong password beyond a few doubles the wait."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """Wrong passwords that are let pass, the first wait, and the longest."""

    free: int
    first_s: int
    longest_s: int

    def wait(self, failures):
        """The wait after so many wrong passwords.

        Parameters
        ----------
        failures : int

        Returns
        -------
        timedelta
            Zero while they are let pass.

        Examples
        --------
        >>> [Patience(free=4, first_s=30, longest_s=900).wait(count).seconds for count in (4, 5, 6, 7, 500)]
        [0, 30, 60, 120, 900]
        """
        beyond = failures - self.free
        if beyond <= 0:
            return timedelta(0)
        return timedelta(seconds=min(self.first_s * 2 ** min(beyond - 1, 30), self.longest_s))


OF_ACCOUNT = Patience(free=4, first_s=30, longest_s=900)
# Behind one address may sit a whole office.
OF_ORIGIN = Patience(free=49, first_s=30, longest_s=3600)
ORIGIN_FORGETS = timedelta(hours=1)
