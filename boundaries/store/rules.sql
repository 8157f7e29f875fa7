-- Constraints that hold and triggers that fire, by table and name.
SELECT conrelid::regclass || '.' || conname AS name
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND convalidated AND conrelid <> 0 AND contype <> 't'
  AND conrelid IS DISTINCT FROM to_regclass('public.spatial_ref_sys')
UNION
SELECT tgrelid::regclass || '.' || tgname
FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')
ORDER BY name
