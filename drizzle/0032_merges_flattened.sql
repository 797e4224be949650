-- Row security holds for the owner as well; a migration acts as the system.
SELECT set_config('tc.actor', 'system', true);--> statement-breakpoint
-- A case that was merged into one that was merged itself leads to where both are answered; from here on merging keeps it so.
WITH RECURSIVE led (id, into_id) AS (
  SELECT id, merged_into FROM cases WHERE merged_into IS NOT NULL
  UNION
  SELECT led.id, c.merged_into FROM led JOIN cases c ON c.id = led.into_id WHERE c.merged_into IS NOT NULL
)
UPDATE cases SET merged_into = led.into_id
FROM led JOIN cases last ON last.id = led.into_id AND last.merged_into IS NULL
WHERE cases.id = led.id AND cases.merged_into <> led.into_id;
