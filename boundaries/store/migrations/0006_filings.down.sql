DROP FUNCTION lock_filing_chain();
DROP TABLE filing_attachment, filing_entry, filing, filing_chain;
DROP FUNCTION guard_filings(), guard_filing_entry(), filing_step_allowed(text, text);
