SELECT id FROM unit_version WHERE code = ANY (:codes) AND lifespan @> CAST(:at AS timestamptz) ORDER BY id
