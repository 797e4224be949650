import { asc, desc, eq } from "drizzle-orm";
import { type Ctx, systemCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { receipts } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { openToken } from "./make-receipt";
import type { Receipt } from "./receipt";
import type { ReceiptFile } from "./receipt-file";

/** What a case's pages say of its receipts. */
export type ReceiptLink = { edition: number; madeAt: string; href: string };

export type ReceiptEdition = {
  receipt: Receipt;
  /** The key's thumbprint, as published. */
  kid: string;
  sha256: string;
  /** The file, byte for byte. */
  body: string;
  /** Every edition there is, first to last. */
  editions: { edition: number; madeAt: string }[];
};

/** The newest receipt of a case, for whoever may see the case; null when there is none. */
export async function receiptOf(tx: Tx, caseId: string): Promise<ReceiptLink | null> {
  const [row] = await tx.db
    .select({ edition: receipts.edition, madeAt: receipts.madeAt, token: receipts.token })
    .from(receipts)
    .where(eq(receipts.caseId, caseId))
    .orderBy(desc(receipts.edition))
    .limit(1);
  if (!row) return null;
  return { edition: row.edition, madeAt: row.madeAt.toString(), href: `/receipt/${openToken(caseId, row.token)}` };
}

/**
 * A receipt by the token of its address, which needs no session: the account is gone. Null for any other token.
 * @param edition the newest when missing
 */
export async function receiptByToken(ctx: Ctx, token: string, edition?: number): Promise<ReceiptEdition | null> {
  if (!/^[\w-]{43}$/.test(token)) return null;
  // The link acts for whoever has it: a system actor bound to one token.
  const link = { ...systemCtx("link:receipt", ctx.clock), requestId: ctx.requestId };
  const rows = await withRead(link, (tx) =>
    tx.db
      .select()
      .from(receipts)
      .where(eq(receipts.tokenHash, sha256Hex(token)))
      .orderBy(asc(receipts.edition)),
  );
  const row = edition === undefined ? rows.at(-1) : rows.find((one) => one.edition === edition);
  if (!row) return null;
  const file = JSON.parse(row.body) as ReceiptFile & { receipt: Receipt };
  return {
    ...{ receipt: file.receipt, kid: file.seal.key.kid, sha256: row.sha256, body: row.body },
    editions: rows.map((one) => ({ edition: one.edition, madeAt: one.madeAt.toString() })),
  };
}
