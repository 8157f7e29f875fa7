SELECT code, id FROM unit_version WHERE change_set_id = :id AND lower(lifespan) = CAST(:at AS timestamptz)
