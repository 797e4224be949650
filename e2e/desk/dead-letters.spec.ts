import { randomUUID } from "node:crypto";
import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

test("R10 a job that gave up stands on the desk with its ids and is run again from there", async ({
  page,
  context,
  sql,
}) => {
  const intakeId = randomUUID();
  await sql`
    insert into pgboss.job (name, data, source_name, source_id, source_created_on, source_retry_count)
    values ('dead-letter', ${sql.json({ intakeId })}, 'inquiry.open', ${randomUUID()}, now(), 12)`;
  await signInAsStaff(context, "agent");
  await page.goto("/admin");
  const letter = page.getByRole("listitem").filter({ hasText: intakeId });
  await expect(letter).toContainText("Opening a case from the public form");
  await expect(letter).toContainText("after 13 attempts");
  await expectAccessible(page);
  await letter.getByRole("button", { name: "Run it again" }).click();
  await expect(letter).toHaveCount(0);
  // The intake does not exist, so the job finds nothing to do and ends well.
  await expect
    .poll(async () => {
      const [job] = await sql`
        select state from pgboss.job where name = 'inquiry.open' and data->>'intakeId' = ${intakeId}`;
      return job?.state;
    })
    .toBe("completed");
});
