-- What one level holds at an instant, in one value: equal for two instants, and in two databases, only where the same
-- versions have the same land. Reads signatures, no shapes.
SELECT encode(sha256(convert_to(coalesce(string_agg(id || ' ' || code || ' ' || signature::text, ',' ORDER BY id), ''),
                                'UTF8')), 'hex') AS digest
FROM unit_version
WHERE level = CAST(:level AS unit_level) AND lifespan @> CAST(:at AS timestamptz)
