import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makePerson } from "@/test/people";
import { newId } from "../ids";
import { deskHealth } from "./desk-health";

const database = testDatabase();

it("R10: counts what waits for people, open cases whose clock was missed and dead letters, and nothing else", async () => {
  expect(await deskHealth()).toEqual({ overdue: 0, deadLetters: 0 });
  const person = await makePerson();
  const at = async (due: string | null, closed: boolean) =>
    database.sql`insert into cases (id, reference, kind, channel, subject_id, requester_id, next_due_at, closed_at, decided_at, decision)
      values (${newId()}, ${`PR-${newId().slice(-8)}`}, 'correction', 'dashboard', ${person}, ${person},
              now() + ${due}::interval, ${closed ? new Date() : null}, ${closed ? new Date() : null}, ${closed ? "completed" : null})`;
  await at("-1 hour", false);
  await at("1 hour", false);
  await at(null, false);
  await at("-1 hour", true);
  await database.sql`insert into pgboss.job (name, data) values ('dead-letter', '{}')`;
  expect(await deskHealth()).toEqual({ overdue: 1, deadLetters: 1 });
});
