import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "@/lib/process/run-ts";
import { privateKeyOf, publicKeyOf } from "../crypto/ed25519";
import { commitmentTo, type ReceiptFile, sealReceipt } from "./receipt-file";
import { largestReceipt, verifyReceipt } from "./verify-receipt";

const makeKey = () => {
  const privateKey = privateKeyOf(randomBytes(32));
  return { privateKey, publicKey: publicKeyOf(privateKey) };
};
const key = makeKey();
const token = randomBytes(32).toString("base64url");

const members = {
  edition: 1,
  madeAt: "2026-11-28T12:00:00Z",
  replaces: null,
  case: { reference: "PR-7K2M-Q4XD", scope: "person", carriedOutAt: "2026-11-28T11:59:59.123456Z" },
  subject: { commitment: commitmentTo(token, "account-7") },
  systems: [{ name: "operno", collections: [{ name: "devices", deleted: 2, label: "Geräte \u2028" }] }],
  providers: [],
  backups: { keepDays: 35, agedOutBy: "2027-01-02T11:59:59.123456Z" },
};
const sealed = sealReceipt(key, members);
const check = (body: string, options = {}) => verifyReceipt(Buffer.from(body), options);
const why = (body: string, options = {}) => {
  const verdict = check(body, options);
  return verdict.ok ? "sound" : verdict.why;
};
/** The file with something changed, written as canonically as it was. */
function changed(change: (file: ReceiptFile) => void): string {
  const file = JSON.parse(sealed) as ReceiptFile;
  change(file);
  return `${canonicalize(file)}\n`;
}

describe("a receipt", () => {
  it("is sound as it was made, and says whose it is to whoever has its address", () => {
    expect(check(sealed, { keys: [key.publicKey], account: { id: "account-7", token } })).toMatchObject({
      ...{ ok: true, reference: "PR-7K2M-Q4XD", edition: 1, isTheirs: true },
    });
    expect(check(sealed)).toMatchObject({ ok: true, isTheirs: null });
    expect(check(sealed, { account: { id: "account-8", token } })).toMatchObject({ ok: true, isTheirs: false });
  });

  it("is not with any byte changed, added or left out", () => {
    const bytes = Buffer.from(sealed);
    for (let at = 0; at < bytes.length; at++) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ (1 << (at % 8));
      expect(verifyReceipt(other).ok, `byte ${at}`).toBe(false);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.nat(3), (at, put, out) => {
        const other = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + out)]);
        return other.equals(bytes) || !verifyReceipt(other).ok;
      }),
    );
    for (let end = 0; end < bytes.length; end += 7) expect(verifyReceipt(bytes.subarray(0, end)).ok).toBe(false);
  });

  it("names the member that was altered, also in a file written anew", () => {
    for (const name of Object.keys(members))
      expect(why(changed(({ receipt }) => Object.assign(receipt, { [name]: "other" })))).toBe(
        `receipt.${name} was altered`,
      );
    expect(
      why(
        changed(({ receipt }) =>
          Object.assign((receipt.systems as typeof members.systems)[0]?.collections[0] ?? {}, { deleted: 3 }),
        ),
      ),
    ).toBe("receipt.systems was altered");
    expect(why(changed(({ receipt }) => delete receipt.providers))).toBe("receipt.providers is missing");
    expect(why(changed(({ receipt }) => Object.assign(receipt, { more: 1 })))).toBe("receipt.more was added");
    expect(
      why(
        changed(({ receipt, seal }) => {
          receipt.edition = 2;
          seal.digests.edition = "0".repeat(64);
        }),
      ),
    ).toBe("seal.signature does not fit seal.digests and seal.key");
  });

  it("signed by somebody else is told from ours by the key alone", () => {
    const other = sealReceipt(makeKey(), members);
    expect(check(other).ok).toBe(true);
    expect(why(other, { keys: [key.publicKey] })).toBe("it is signed with a key that is not among those given");
    expect(why(changed(({ seal }) => Object.assign(seal.key, { kid: makeKey().publicKey.kid })))).toMatch(
      /another thumbprint/,
    );
    expect(why(changed(({ seal }) => Object.assign(seal, { key: makeKey().publicKey })))).toMatch(
      /seal.signature does not fit/,
    );
    expect(why(changed(({ seal }) => Object.assign(seal.key, { x: "x" })))).toMatch(/thumbprint/);
  });

  it("H4: of another version, of another kind, no JSON and far too large each say so", () => {
    expect(why(changed((file) => Object.assign(file, { format: "operno-receipt/2" })))).toBe(
      "the file is of the version operno-receipt/2, which this program does not know",
    );
    expect(why(changed((file) => Object.assign(file, { format: "operno-evidence/1" })))).toBe(
      "the file is not a receipt",
    );
    for (const text of ["null", "7", "[]", '"operno-receipt/1"', "{}"])
      expect(why(text)).toBe("the file is not a receipt");
    expect(why('{"format":"operno-receipt/1"}')).toMatch(/^the file has another form than a receipt: /);
    for (const text of ["", "{", sealed.slice(1), `\ufeff${sealed}`])
      expect(why(text)).toBe("the file is not JSON in UTF-8");
    expect(verifyReceipt(Buffer.from([0xff, 0xfe])).ok).toBe(false);
    expect(why(`${sealed}${" ".repeat(largestReceipt)}`)).toMatch(/larger than 1000000 bytes/);
    expect(why(`${sealed.trimEnd()} \n`)).toMatch(/not written as it was made/);
    expect(why("[".repeat(200_000))).toBe("the file is not JSON in UTF-8");
    fc.assert(fc.property(fc.json(), (text) => !check(text).ok));
    const odd = fc.anything({ withNullPrototype: false });
    fc.assert(
      fc.property(
        odd,
        odd,
        (receipt, seal) => !check(JSON.stringify({ format: "operno-receipt/1", receipt, seal }) ?? "").ok,
      ),
    );
  });
});

describe("npm run receipt:verify", () => {
  const folder = mkdtempSync(join(tmpdir(), "tc-receipt-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  // Offline: no address of a database, no key, nothing.
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["--import", "tsx", join(root, "bin/receipt-verify.ts"), ...args], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_ENV: "test" },
      encoding: "utf8",
    });

  it("ends with 0 for a sound one, 1 for another, 2 for another account's, 3 when it cannot check", () => {
    const sound = file("sound.json", sealed);
    const keys = file("keys.json", JSON.stringify({ keys: [key.publicKey] }));
    expect(run(sound, "--keys", keys)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Sound: receipt of PR-7K2M-Q4XD, edition 1[\s\S]*one of the keys given/),
    });
    const link = `http://localhost:3000/receipt/${token}?edition=1`;
    expect(run(sound, "--account", "account-7", "--link", link)).toMatchObject({ status: 0 });
    expect(run(sound, "--account", "account-8", "--link", link)).toMatchObject({ status: 2 });
    expect(run(sound, `--key=${makeKey().publicKey.x}`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("not among those given"),
    });
    const altered = file(
      "altered.json",
      changed(({ receipt }) => Object.assign(receipt, { edition: 2 })),
    );
    // One that tells of some systems only is no less sound, and says so at once.
    const some = file("some.json", sealReceipt(key, { ...members, incomplete: true }));
    expect(run(some)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("Incomplete: it stopped once this was done: operno."),
    });
    const byHand = file("by-hand.json", sealReceipt(key, { ...members, byHand: true, systems: [] }));
    expect(run(byHand).stdout).toMatch(/Carried out by hand 2026-11-28/);
    expect(run(sound).stdout).not.toMatch(/Incomplete|by hand/);
    expect(run(altered)).toMatchObject({ status: 1, stderr: "Not sound: receipt.edition was altered.\n" });
    expect(run(file("large.json", "x".repeat(largestReceipt + 5)))).toMatchObject({ status: 1 });
    expect(run(join(folder, "none.json")).status).toBe(3);
    expect(run().status).toBe(3);
  });
});
