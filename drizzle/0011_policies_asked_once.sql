-- Who acts is the same for every row of a statement. Asked in a subquery it is asked once, and the planner no longer takes each
-- table for almost empty, which made it read all of a large one for each row of another.
DO $$
DECLARE
  p record;
  asked text[];
  expression text;
BEGIN
  FOR p IN SELECT tablename, policyname, qual, with_check FROM pg_policies WHERE schemaname = 'public' LOOP
    asked := ARRAY[p.qual, p.with_check];
    FOR i IN 1..2 LOOP
      expression := asked[i];
      expression := regexp_replace(expression, '\((tc_(?:actor|role)\(\) (?:=|<>) ''\w+''::text)\)', '(SELECT (\1))', 'g');
      expression := regexp_replace(expression, '\((tc_actor\(\) = ANY \(ARRAY\[[^\]]*\]\))\)', '(SELECT (\1))', 'g');
      expression := regexp_replace(expression, 'tc_staff_writes\(\)', '(SELECT tc_staff_writes())', 'g');
      asked[i] := expression;
    END LOOP;
    IF asked[1] IS DISTINCT FROM p.qual OR asked[2] IS DISTINCT FROM p.with_check THEN
      EXECUTE format('ALTER POLICY %I ON %I', p.policyname, p.tablename)
        || coalesce(' USING (' || asked[1] || ')', '') || coalesce(' WITH CHECK (' || asked[2] || ')', '');
    END IF;
  END LOOP;
END $$;
