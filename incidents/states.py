"""The states of an incident."""

STATES = (
    "reported",
    "registered",
    "rejected",
    "dispatched",
    "handling",
    "handled",
    "checked",
    "closed",
    "returned",
    "rework",
    "suspended",
    "cancelled",
    "merged",
)

# Nothing more happens to an incident in one of these.
ENDED = ("rejected", "closed", "cancelled", "merged")
