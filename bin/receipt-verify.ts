// `npm run receipt:verify -- <file> [--keys <saved keys>] [--account <id> --link <address>]`: checks a receipt, offline.
// Ends with 0 when it is sound, 1 when it is not, 2 when it is sound and another account's, 3 when nothing could be checked.
import { open, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { publicKey } from "@/lib/crypto/ed25519";
import { largestReceipt, verifyReceipt } from "@/lib/erasure/verify-receipt";

const usage = `usage: npm run receipt:verify -- <file> [--keys <file>] [--key=<x>] [--account <id> --link <address>]
  --keys     the key set published at /.well-known/evidence-keys.json, saved beforehand
  --key=<x>  one such key, by its x, which may begin with a dash
  --account  says whether it is the receipt of this account on the platform; needs
  --link     the receipt's address, or its last part`;

const keySet = z.object({ keys: z.array(z.object({ x: z.string() })) });

/** No more than a byte over the bound, whatever the file is. */
async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(largestReceipt + 1);
    let size = 0;
    for (let read = 1; read > 0 && size < bytes.length; size += read)
      ({ bytesRead: read } = await file.read(bytes, size, bytes.length - size));
    return bytes.subarray(0, size);
  } finally {
    await file.close();
  }
}

try {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    options: { keys: text, key: text, account: text, link: text },
    allowPositionals: true,
  });
  const [path, ...more] = positionals;
  if (!path || more.length > 0 || Boolean(values.account) !== Boolean(values.link)) throw new Error(usage);
  const saved = values.keys ? keySet.parse(JSON.parse(await readFile(values.keys, "utf8"))).keys : [];
  const keys = [...saved.map(({ x }) => publicKey(x)), ...(values.key ? [publicKey(values.key)] : [])];
  const token = values.link?.split(/[?#]/)[0]?.split("/").filter(Boolean).at(-1) ?? "";
  const verdict = verifyReceipt(await readBounded(path), {
    ...(values.keys || values.key ? { keys } : {}),
    ...(values.account ? { account: { id: values.account, token } } : {}),
  });
  if (!verdict.ok) {
    console.error(`Not sound: ${verdict.why}.`);
    process.exit(1);
  }
  const { reference, edition, carriedOutAt, backupsAgedOutBy, byHand, doneOnly, key, isTheirs } = verdict;
  console.log(
    `Sound: receipt of ${reference}, edition ${edition}. Carried out${byHand ? " by hand" : ""} ${carriedOutAt}.`,
  );
  if (doneOnly)
    console.log(`Incomplete: it stopped once this was done: ${doneOnly.join(", ")}. Nothing is said of the rest.`);
  console.log(`What it says was erased is gone from all backups by ${backupsAgedOutBy}.`);
  console.log(
    values.keys || values.key
      ? `Signed with ${key.kid}, one of the keys given.`
      : `Signed with ${key.kid}. Compare it with the key published at /.well-known/evidence-keys.json.`,
  );
  if (isTheirs !== null) console.log(isTheirs ? "It is this account's." : "It is not this account's.");
  process.exit(isTheirs === false ? 2 : 0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(3);
}
