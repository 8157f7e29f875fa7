"""What a form shows of a filing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filed:
    """All that a form shows.

    Attributes
    ----------
    no, state : str
    payload : dict
        Of the first entry.
    steps : list of dict
        Of every entry: ``seq kind at account digest previous_digest`` and what it says: ``note corrections document_no``.
    attachments : list of dict
        ``name bytes sha256``.
    reason : (str, str)
        What the reason was called when the change was decided, in Chinese and in English.
    around : callable
        ``around(level, bounds, codes)``: units of a level near, as (code, name, geometry), those of `codes` left out.
    """

    no: str
    state: str
    payload: dict
    steps: list
    attachments: list
    reason: tuple
    around: object

    @property
    def digest(self):
        """Of the last step."""
        return self.steps[-1]["digest"]
