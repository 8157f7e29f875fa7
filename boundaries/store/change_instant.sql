-- The instant at which a change of a day begins: for today, and for a draft without a day, now; for a later day its first
-- instant, or a microsecond after the last change decided for it, so that every change has an instant of its own.
SELECT CASE
    WHEN CAST(:day AS date) IS NULL OR CAST(:start AS timestamptz) <= clock_timestamp() THEN clock_timestamp()
    ELSE greatest(CAST(:start AS timestamptz), (
        SELECT max(effective_at) + interval '1 microsecond' FROM change_set
        WHERE effective_on = CAST(:day AS date) AND state = 'county_decided'))
    END
