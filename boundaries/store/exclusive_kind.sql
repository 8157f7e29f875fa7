-- Of which kind an exclusive grid is at an instant, in the words of that instant. Nothing while the grid is not exclusive.
SELECT said.kind AS code, entry.name, entry.name_en, entry.department, department.name_zh AS department_name,
       department.name_en AS department_name_en, entry.detail ->> 'standard' AS standard,
       lower(said.lifespan) AS valid_from, upper(said.lifespan) AS valid_to, account.display_name AS set_by
FROM grid_exclusive_kind AS said
JOIN unit_version AS grid ON grid.code = said.grid_code AND grid.kind = 'exclusive'
    AND grid.lifespan @> CAST(:at AS timestamptz)
JOIN code_entry AS entry ON entry.code_table = 'exclusive_kind' AND entry.code = said.kind
    AND entry.lifespan @> CAST(:at AS timestamptz)
JOIN department ON department.code = entry.department
LEFT JOIN account ON account.id = said.set_by
WHERE said.grid_code = :grid AND said.lifespan @> CAST(:at AS timestamptz)
