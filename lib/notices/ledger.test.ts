import { domainToASCII } from "node:url";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, ledgerOf, makeNotice, stream } from "@/test/notices";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { deliverNotice } from "./deliver-notice";
import { eraseAddresses } from "./erase-addresses";
import { findRecipient } from "./find-recipient";
import { freezeRecipients } from "./freeze-recipients";
import { myNotices, recipientsPage } from "./queries";
import { sealAddresses } from "./seal-addresses";

const database = testDatabase();
const job = systemCtx("job");
const auditor = async () => staffCtx(await makeStaff("auditor"), "auditor");
const erase = (whose: Parameters<typeof eraseAddresses>[1]) => withTransaction(job, (tx) => eraseAddresses(tx, whose));
const mailsTo = (address: string) => database.sql`select provider_id from mailbox where recipient = ${address}`;

it("S32: no address stands in clear in the ledger, and a sealed one opens in its own place only", async () => {
  const canary = `canary${newId().slice(-8)}`;
  const { noticeId } = await makeNotice();
  await freezeRecipients(job, { noticeId }, () => stream(holders(3, canary)));
  const rows = await database.sql`select r.*, r::text as all from notice_recipients r where notice_id = ${noticeId}`;
  for (const row of rows) {
    const rest = String(row.all).replaceAll(String(row.platform_user_id), "");
    expect(rest).not.toContain(canary);
    expect(rest).not.toContain(Buffer.from(canary).toString("hex"));
  }
  const found = await ledgerOf(database.sql, noticeId);
  expect(new Set(found.map((row) => row.address))).toEqual(new Set(holders(3, canary).map(({ email }) => email)));
  await database.sql`update notice_recipients set address_sealed = ${rows[0]?.address_sealed} where id = ${rows[1]?.id}`;
  await expect(ledgerOf(database.sql, noticeId)).rejects.toThrow();
});

it("keeps odd addresses on record: invalid, none, upper case, IDN, and one address of two people", async () => {
  const name = newId().slice(-8);
  const emails = [
    "no-address",
    "",
    "a,b@c.example",
    `Upper.Case@${name}.EXAMPLE`,
    `idn@bücher-${name}.example`,
    `shared@${name}.example`,
    `Shared@${name}.example`,
    `${"x".repeat(400)}@${name}.example`,
  ];
  const people = holders(emails.length, name).map((one, i) => ({ ...one, email: String(emails[i]) }));
  const { noticeId } = await makeNotice();
  await freezeRecipients(job, { noticeId }, () => stream(people));
  await deliverNotice(job, { noticeId });
  const rows = await ledgerOf(database.sql, noticeId);
  expect(rows).toHaveLength(people.length);
  const of = (i: number) => rows.find((row) => row.platform_user_id === people[i]?.userId);
  for (const i of [0, 1, 2, 7]) expect(of(i)).toMatchObject({ state: "failed", failure: "address", batch_id: null });
  for (const i of [3, 4, 5, 6]) expect(of(i)).toMatchObject({ state: "delivered", address: emails[i] });
  // Upper case in front of the @ is kept, since only that server knows what it means.
  expect(await mailsTo(`Upper.Case@${name}.example`)).toHaveLength(1);
  expect(await mailsTo(`idn@${domainToASCII(`bücher-${name}.example`)}`)).toHaveLength(1);
  // Two accounts, one mailbox: each account is owed a mail and has its own evidence.
  const [first, second] = [await mailsTo(`shared@${name}.example`), await mailsTo(`Shared@${name}.example`)];
  expect([first.length, second.length]).toEqual([1, 1]);
  expect(of(5)?.provider_id).not.toBe(of(6)?.provider_id);
  const [entry] = await database.sql`
    select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
    where action = 'notice.frozen' and object_id = ${noticeId}`;
  expect(entry?.payload).toMatchObject({ recipients: 8, unreachable: 4, sharingAnAddress: 2 });
});

it("the desk finds a person by an address in any way of writing it, and nobody by another", async () => {
  const people = holders(3);
  const { noticeId } = await makeNotice();
  await freezeRecipients(job, { noticeId }, () => stream(people));
  const ctx = await auditor();
  const address = String(people[1]?.email);
  for (const way of [address, ` ${address.toUpperCase()} `])
    expect(await findRecipient(ctx, { noticeId, address: way })).toEqual({ platformUserId: people[1]?.userId });
  expect(await findRecipient(ctx, { noticeId, address: `x${address}` })).toBeNull();
  expect(await findRecipient(ctx, { noticeId: newId(), address })).toBeNull();
  expect(await findRecipient(holderCtx(await makePerson()), { noticeId, address })).toBeNull();
});

it("S32: erasing one person's address leaves the proof, and everybody else's", async () => {
  const people = holders(4);
  const mine = await makePerson({ platformUserId: String(people[0]?.userId) });
  const { noticeId } = await makeNotice();
  await freezeRecipients(job, { noticeId }, () => stream(people));
  await deliverNotice(job, { noticeId });
  const proof = () => database.sql`
    select id, content_sha256, provider_id, sent_at, delivered_at, state, batch_id, batch_index
    from notice_recipients where notice_id = ${noticeId} order by id`;
  const before = await proof();
  expect(await erase({ platformUserId: String(people[0]?.userId) })).toBe(1);
  expect(await erase({ platformUserId: String(people[0]?.userId) })).toBe(0);
  expect(await proof()).toEqual(before);
  expect(await myNotices(holderCtx(mine))).toMatchObject([{ address: null, state: "delivered" }]);
  const ctx = await auditor();
  const seen = await recipientsPage(ctx, { noticeId });
  expect(seen.map((row) => row.address).filter((address) => address === null)).toHaveLength(1);
  expect(await findRecipient(ctx, { noticeId, address: String(people[0]?.email) })).toBeNull();
  expect(await findRecipient(ctx, { noticeId, address: String(people[1]?.email) })).not.toBeNull();
});

it("S32: erasing a notice's addresses destroys their key, so that rows of a backup cannot be read", async () => {
  const { noticeId } = await makeNotice();
  await freezeRecipients(job, { noticeId }, () => stream(holders(3)));
  const kept = await database.sql`select id, address_sealed from notice_recipients where notice_id = ${noticeId}`;
  expect(await erase({ noticeId })).toBe(3);
  for (const { id, address_sealed } of kept)
    await database.sql`update notice_recipients set address_sealed = ${address_sealed} where id = ${id}`;
  const seen = await recipientsPage(await auditor(), { noticeId });
  expect(seen.map((row) => row.address)).toEqual([null, null, null]);
});

it("R16: addresses that an earlier version stored in clear are read, then sealed, in steps and once", async () => {
  const { noticeId } = await makeNotice();
  const people = holders(1203);
  await database.sql`
    insert into notice_recipients (id, notice_id, platform_user_id, address, language, time_zone)
    select gen_random_uuid(), ${noticeId}, u.user_id, u.email, 'en', 'UTC'
    from unnest(${people.map((one) => one.userId)}::text[], ${people.map((one) => one.email)}::text[]) as u(user_id, email)`;
  const ctx = await auditor();
  const addresses = new Set(people.map(({ email }) => email));
  expect((await recipientsPage(ctx, { noticeId })).every((row) => addresses.has(String(row.address)))).toBe(true);
  expect(await sealAddresses(job)).toBe(1203);
  expect(await sealAddresses(job)).toBe(0);
  const [clear] = await database.sql`
    select count(*) filter (where address <> '')::int as n from notice_recipients where notice_id = ${noticeId}`;
  expect(clear?.n).toBe(0);
  expect(new Set((await ledgerOf(database.sql, noticeId)).map((row) => row.address))).toEqual(addresses);
  const address = String(people[7]?.email);
  expect(await findRecipient(ctx, { noticeId, address })).toEqual({ platformUserId: people[7]?.userId });
});
