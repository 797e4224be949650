// `npm run evidence:verify -- <file> [--keys <saved keys>] [--address <address>]`: checks an evidence file, offline.
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { publicKey } from "@/lib/crypto/ed25519";
import { verifyEvidence } from "@/lib/evidence/verify-evidence";
import { mailAddress } from "@/lib/mail/mail-address";

const usage = `usage: npm run evidence:verify -- <file> [--keys <file>] [--address <address>]
  --keys     the key set published at /.well-known/evidence-keys.json, saved beforehand
  --address  says which entries are mails to exactly this address`;

const keySet = z.object({ keys: z.array(z.object({ x: z.string() })) });

try {
  const options = { keys: { type: "string" }, address: { type: "string" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new Error(usage);
  const to = values.address ? mailAddress(values.address) : null;
  if (values.address && !to) throw new Error("That is not one email address.");
  const keys = values.keys
    ? keySet.parse(JSON.parse(readFileSync(values.keys, "utf8"))).keys.map(({ x }) => publicKey(x))
    : undefined;
  const verdict = await verifyEvidence(
    createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }),
    {
      ...(keys ? { keys } : {}),
      ...(to ? { to } : {}),
    },
  );
  if (!verdict.ok) {
    console.error(`Entry ${verdict.entry} ${verdict.why}.`);
    process.exit(1);
  }
  const { entries, recipients, recomputed, key, addressed } = verdict;
  console.log(`Sound: ${entries} entries, ${recipients} recipients, ${recomputed} hashes of mails computed anew.`);
  console.log(
    keys
      ? `Signed with ${key.kid}, one of the keys given.`
      : `Signed with ${key.kid}. Compare it with the key published at /.well-known/evidence-keys.json.`,
  );
  if (to)
    console.log(
      addressed.length > 0 ? `Mails to this address: entry ${addressed.join(", ")}.` : "No mail to this address.",
    );
  if (to && addressed.length === 0) process.exitCode = 2;
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
