-- Row security holds for the owner as well; a migration acts as the system.
SELECT set_config('tc.actor', 'system', true);--> statement-breakpoint
-- Before there were holds, what was carried out was done to its end.
UPDATE deletions SET ended_at = carried_out_at WHERE carried_out_at IS NOT NULL AND ended_at IS NULL;
