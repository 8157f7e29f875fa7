-- Filings with the state their last step left them in, the newest number first.
SELECT * FROM (
SELECT filing.no, filing.change_set_id, filing.scope, filing.decided_at, filing.due_on, filing.due_provisional,
       held.title, held.reason, held.effective_on, step.kind AS state, step.at AS state_since,
       handed_in.at AS submitted_at, handed_in.at >= (filing.due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS late,
       step.kind = 'prepared' AND CAST(:today AS date) > filing.due_on AS overdue
FROM filing
JOIN change_set AS held ON held.id = filing.change_set_id
CROSS JOIN LATERAL (
    SELECT kind, at FROM filing_entry WHERE filing_no = filing.no AND kind <> 'attached' ORDER BY seq DESC LIMIT 1) AS step
LEFT JOIN LATERAL (
    SELECT at FROM filing_entry WHERE filing_no = filing.no AND kind = 'submitted' ORDER BY seq LIMIT 1) AS handed_in ON true
WHERE EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS given WHERE starts_with(filing.scope, given))
  AND (CAST(:no AS text) IS NULL OR filing.no = :no)
  AND (CAST(:year AS text) IS NULL OR substr(filing.no, 10, 4) = :year)
  AND (CAST(:county AS text) IS NULL OR starts_with(filing.no, 'BA' || :county || '-'))
) AS known
WHERE (CAST(:state AS text) IS NULL OR state = :state)
  AND (CAST(:overdue AS boolean) IS NULL OR overdue = :overdue)
ORDER BY substr(no, 10) DESC, no DESC
LIMIT :limit
