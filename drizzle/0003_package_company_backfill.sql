-- Row security holds for the owner as well; a migration acts as the system.
SELECT set_config('tc.actor', 'system', true);--> statement-breakpoint
UPDATE packages SET platform_company_id = people.platform_company_id
  FROM people WHERE people.id = packages.person_id AND packages.scope = 'company';
