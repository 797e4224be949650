-- A ledger grows from nothing to a million rows at once; before autovacuum looks, the planner takes it for empty and its
-- joins take minutes. The worker says so itself after writing. Before PostgreSQL 17 only owners may: it is told so and goes on.
DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 170000 THEN
    EXECUTE 'GRANT MAINTAIN ON notice_recipients, notice_batches, notice_second_ways, notice_events TO tc_worker';
  END IF;
END $$;
