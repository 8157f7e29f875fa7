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
