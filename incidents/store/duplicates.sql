-- A box of degrees first, for the index: a degree of latitude is at least 110 km, one of longitude less by the cosine.
SELECT * FROM (
    SELECT no, state, reported_at, grid_code, description,
           ST_Distance(CAST(geom AS geography), CAST(place.point AS geography)) AS distance_m
    FROM incident, (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4490) AS point) AS place
    WHERE geom && ST_Expand(place.point, :within_m / (110000 * greatest(cos(radians(:lat)), 0.01)), CAST(:within_m AS float) / 110000)
          AND matter_code = :matter AND id <> :id AND reported_at BETWEEN :since AND :until
          AND state NOT IN ('rejected', 'closed', 'cancelled', 'merged')
          AND EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach
                      WHERE starts_with({place}, reach))) AS near
WHERE distance_m <= :within_m
ORDER BY distance_m, reported_at, no
LIMIT :limit
