-- The part of a term left when its end is told to be near: the city's setting, else the product's.
(coalesce((
    SELECT CAST(CAST(setting.value AS text) AS float8) FROM setting
    WHERE setting.key = 'due_soon.percent' AND setting.scope = '' AND setting.lifespan @> CAST(:at AS timestamptz)
), CAST(:due_soon_percent AS float8)) / 100)
