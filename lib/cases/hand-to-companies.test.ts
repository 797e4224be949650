import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { sendRequest } from "@/test/ways-in";
import { myClients } from "../clients/queries";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { openRequest } from "./open-request";

const database = testDatabase();
const platform = demoPlatformPerTest();
const query = async (text: string, values: unknown[] = []) => (await platform.client.query(text, values)).rows;

/** An address that two companies name as their client's. */
async function named() {
  const email = `kim-${newId()}@clients.example`;
  const owners = await query(
    `select distinct on (company_id) id, company_id, email from users where role = 'owner' and closed_at is null
     order by company_id, id limit 2`,
  );
  for (const { company_id: companyId } of owners)
    await query("update clients set email = $2 where id = (select min(id) from clients where company_id = $1)", [
      companyId,
      email.toUpperCase(),
    ]);
  return { email, owners };
}

describe("L11: a company's own customer who asks us", () => {
  it("hears at once which companies answer, they are told, the case is done, and nothing more is kept", async () => {
    const { email, owners } = await named();
    const sent = await sendRequest(database.sql, {
      email,
      name: "Kim Example",
      kind: "deletion",
      message: "Delete me there.",
    });
    await openRequest(systemCtx("test"), { intakeId: sent.intakeId });
    const mails = await mailsTo(database.sql, email);
    expect(mails.map(({ template }) => template)).toEqual(["request-passed-on"]);
    const companies = mails[0]?.props.companies as unknown as { name: string; told: boolean }[];
    expect(companies).toHaveLength(2);
    expect(companies.every(({ told }) => told)).toBe(true);

    const [row] = await database.sql`
      select c.id, c.decision, c.contact, c.subject_id, c.closed_at is not null as closed,
             (select count(*)::int from case_messages m where m.case_id = c.id) as messages,
             (select count(*)::int from case_clocks k where k.case_id = c.id and k.stopped_at is null) as running,
             (select count(*)::int from case_tokens t where t.case_id = c.id) as tokens,
             (select sealed from intakes i where i.reference = c.reference) as form
      from cases c where c.reference = ${sent.reference}`;
    expect(row).toMatchObject({
      ...{ decision: "completed", contact: null, subject_id: null, closed: true },
      ...{ messages: 0, running: 0, tokens: 0, form: null },
    });
    for (const owner of owners) {
      const ctx = holderCtx(
        await makePerson({ platformUserId: owner.id, platformCompanyId: owner.company_id, platformOwner: true }),
      );
      const [task] = (await myClients(ctx))?.requests.filter(({ reference }) => reference === sent.reference) ?? [];
      expect(task).toMatchObject({ email, name: "Kim Example" });
      expect(task?.text).toContain("Delete me there.");
      // Nobody confirmed that address: the company is told so.
      expect(task?.text).toContain("Make sure who it is");
      expect((await mailsTo(database.sql, String(owner.email))).map(({ template }) => template)).toContain(
        "client-request",
      );
    }
  });

  it("stays on the desk while no company can be told, and the person still hears which it is", async () => {
    const { email, owners } = await named();
    for (const { company_id: companyId } of owners)
      await query("update users set role = 'office' where company_id = $1", [companyId]);
    const sent = await sendRequest(database.sql, { email, kind: "access" });
    const [mail] = await mailsTo(database.sql, email);
    expect(mail?.template).toBe("request-passed-on");
    expect(((mail?.props.companies ?? []) as unknown as { told: boolean }[]).map(({ told }) => told)).toEqual([
      false,
      false,
    ]);
    const [row] =
      await database.sql`select closed_at, contact is not null as contact from cases where reference = ${sent.reference}`;
    expect(row).toEqual({ closed_at: null, contact: true });
  });

  it("an account counts before every company, and an agent's word passes nothing on", async () => {
    const { owners } = await named();
    const account = String(owners[0]?.email).toLowerCase();
    await query("update clients set email = $1 where id = (select min(id) from clients)", [account]);
    await sendRequest(database.sql, { email: account, kind: "access" });
    expect((await mailsTo(database.sql, account)).map(({ template }) => template)).toContain("identity-ask");
    const { email } = await named();
    const sent = await sendRequest(database.sql, {
      ...{ kind: "deletion", name: "Alex", email: `alex-${newId()}@agents.example`, subjectEmail: email },
    });
    expect((await mailsTo(database.sql, email)).map(({ template }) => template)).toEqual(["request-passed-on"]);
    const [row] =
      await database.sql`select c.closed_at, (select count(*)::int from client_requests r where r.case_id = c.id) as told
      from cases c where reference = ${sent.reference}`;
    expect(row).toEqual({ closed_at: null, told: 0 });
  });
});
