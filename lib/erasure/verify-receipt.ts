import { z } from "zod";
import { isSigned, type PublicKey, publicKey, verifyingKey } from "../crypto/ed25519";
import { commitmentTo, digestOf, type ReceiptFile, receiptFormat, signedText, textOf } from "./receipt-file";

/** A receipt of a company with a thousand collections is far below it. */
export const largestReceipt = 1_000_000;

const text = z.string();
const file = z.strictObject({
  format: z.literal(receiptFormat),
  receipt: z.record(text, z.unknown()),
  seal: z.strictObject({
    digests: z.record(text, text),
    key: z.strictObject({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: text, kid: text }),
    signature: text,
  }),
});
const known = z.looseObject({
  edition: z.int(),
  case: z.looseObject({ reference: text, carriedOutAt: text }),
  subject: z.looseObject({ commitment: text.nullable() }),
  backups: z.looseObject({ agedOutBy: text }),
  byHand: z.literal(true).optional(),
  incomplete: z.literal(true).optional(),
  systems: z.array(z.looseObject({ name: text })),
});

export type ReceiptVerdict =
  | {
      ok: true;
      reference: string;
      edition: number;
      carriedOutAt: string;
      backupsAgedOutBy: string;
      /** Staff carried it out, and it counts nothing. */
      byHand: boolean;
      /** It stopped before every system was done: the names of those that were. Null where it is whole. */
      doneOnly: string[] | null;
      key: PublicKey;
      /** Whether it is the account's that was given; null when none was. */
      isTheirs: boolean | null;
    }
  | { ok: false; why: string };

/** What a file says about itself is not proof; with `keys` it must be signed with one of these. */
export type VerifyOptions = { keys?: readonly PublicKey[]; account?: { id: string; token: string } };

const bad = (why: string): ReceiptVerdict => ({ ok: false, why });

/** Checks a receipt offline, and names the first thing that is wrong with it. */
export function verifyReceipt(bytes: Uint8Array, { keys, account }: VerifyOptions = {}): ReceiptVerdict {
  if (bytes.length > largestReceipt) return bad(`the file is larger than ${largestReceipt} bytes, which no receipt is`);
  const read = parse(bytes);
  if (read === undefined) return bad("the file is not JSON in UTF-8");
  const { format } = (read ?? {}) as { format?: unknown };
  if (format !== receiptFormat)
    return bad(
      typeof format === "string" && /^operno-receipt\/\d{1,9}$/.test(format)
        ? `the file is of the version ${format}, which this program does not know`
        : "the file is not a receipt",
    );
  const parsed = file.safeParse(read);
  if (!parsed.success)
    return bad(`the file has another form than a receipt: ${parsed.error.issues[0]?.path.join(".") ?? ""}`);
  const { receipt, seal } = parsed.data as ReceiptFile;
  const key = publicKey(seal.key.x);
  if (key.kid !== seal.key.kid) return bad("seal.key names a key that has another thumbprint");
  if (keys && !keys.some(({ x }) => x === key.x)) return bad("it is signed with a key that is not among those given");
  if (!isSealed(key, seal)) return bad("seal.signature does not fit seal.digests and seal.key");
  const names = new Set([...Object.keys(seal.digests), ...Object.keys(receipt)]);
  for (const name of [...names].sort()) {
    if (!Object.hasOwn(receipt, name)) return bad(`receipt.${name} is missing`);
    if (!Object.hasOwn(seal.digests, name)) return bad(`receipt.${name} was added`);
    if (digestOf(receipt[name]) !== seal.digests[name]) return bad(`receipt.${name} was altered`);
  }
  if (textOf(parsed.data as ReceiptFile) !== Buffer.from(bytes).toString("utf8"))
    return bad("the file is not written as it was made (canonical JSON, RFC 8785)");
  const facts = known.safeParse(receipt);
  if (!facts.success) return bad(`receipt.${facts.error.issues[0]?.path.join(".") ?? ""} is not there`);
  const { data } = facts;
  return {
    ok: true,
    reference: data.case.reference,
    edition: data.edition,
    carriedOutAt: data.case.carriedOutAt,
    backupsAgedOutBy: data.backups.agedOutBy,
    byHand: data.byHand ?? false,
    doneOnly: data.incomplete ? data.systems.map(({ name }) => name) : null,
    key,
    isTheirs: account ? commitmentTo(account.token, account.id) === data.subject.commitment : null,
  };
}

function isSealed(key: PublicKey, { digests, signature }: ReceiptFile["seal"]): boolean {
  // The last letter of base64url has bits that mean nothing; only one writing counts.
  if (Buffer.from(signature, "base64url").toString("base64url") !== signature) return false;
  try {
    return isSigned(verifyingKey(key), signedText(digests), signature);
  } catch {
    return false;
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
