import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { visitorCtx } from "../context";
import { type Tx, withRead, withTransaction } from "./transaction";

testDatabase();

async function kind(tx: Tx) {
  const [row] = await tx.db.execute(sql`select current_setting('transaction_read_only') as read_only,
                           current_setting('transaction_isolation') as isolation, current_user::text as role`);
  return row;
}

it("S20: a transaction is what was asked for, as the process's role, whatever the one before it was", async () => {
  const ctx = visitorCtx();
  const role = "tc_app";
  for (let twice = 0; twice < 2; twice++) {
    expect(await withRead(ctx, kind)).toEqual({ read_only: "on", isolation: "read committed", role });
    expect(await withTransaction(ctx, kind)).toEqual({ read_only: "off", isolation: "read committed", role });
    expect(await withTransaction(ctx, kind, { isolation: "serializable", readOnly: true })).toEqual({
      read_only: "on",
      isolation: "serializable",
      role,
    });
  }
});

it("S20: a read writes nothing, and cannot turn into something that does", async () => {
  const written = withRead(visitorCtx(), (tx) =>
    tx.db.execute(sql`insert into rate_limits (key, points) values ('a', 1)`),
  );
  await expect(written).rejects.toMatchObject({ cause: { code: "25006" } });
  const turned = withRead(visitorCtx(), (tx) => tx.db.execute(sql`set transaction read write`));
  await expect(turned).rejects.toMatchObject({ cause: { code: "25001" } });
});
