import { createHash, type KeyObject } from "node:crypto";
import { z } from "zod";
import { isSigned, type PublicKey, publicKey, verifyingKey } from "../crypto/ed25519";
import { fillTemplate } from "../notices/mail-template";
import { chainStart, type Entry, evidenceFormat, link, signedText } from "./entries";

const line = z.strictObject({
  entry: z.looseObject({ n: z.number().int(), type: z.string() }),
  chain: z.string(),
  signature: z.string(),
});
const header = z.looseObject({
  format: z.literal(evidenceFormat),
  key: z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), kid: z.string() }),
});
const mail = z.looseObject({ notice: z.string(), language: z.string(), template: z.string() });
const zone = z.looseObject({ notice: z.string(), timeZone: z.string(), effective: z.string(), day: z.string() });
const recipient = z.looseObject({
  notice: z.string(),
  id: z.string(),
  language: z.string(),
  timeZone: z.string(),
  contentSha256: z.string().nullable(),
  to: z.string().nullable().optional(),
});
const end = z.looseObject({ entries: z.number().int(), recipients: z.number().int() });

export type Verdict =
  | {
      ok: true;
      entries: number;
      recipients: number;
      /** Mails whose hash was computed anew from the template and the recipient's values. */
      recomputed: number;
      key: PublicKey;
      /** Entries whose mail is the one this address would have got; empty unless one was given. */
      addressed: number[];
    }
  | { ok: false; entry: number; why: string };

/** What a file says about itself is not proof; with `keys` it must be signed with one of these. */
export type VerifyOptions = {
  keys?: readonly PublicKey[];
  /** An address as `mailAddress` gives it. */
  to?: string;
};

class Bad extends Error {}
const bad = (why: string): Bad => new Bad(why);

/**
 * Checks an evidence file line by line, offline and in flat memory: form, numbers, chain, signature of every entry, and
 * the hash of each mail that can be computed anew. The first entry that is wrong is named; altered, added, missing,
 * moved and cut-off entries all are.
 */
export async function verifyEvidence(lines: AsyncIterable<string>, options: VerifyOptions = {}): Promise<Verdict> {
  const state = new Verification(options);
  try {
    for await (const text of lines) if (text !== "") state.take(text);
    return state.close();
  } catch (error) {
    if (error instanceof Bad) return { ok: false, entry: state.at, why: error.message };
    throw error;
  }
}

class Verification {
  at = 0;
  #chain = chainStart;
  #key: { said: PublicKey; verifying: KeyObject } | null = null;
  #ended = false;
  #recipients = 0;
  #recomputed = 0;
  #addressed: number[] = [];
  #templates = new Map<string, string>();
  #zones = new Map<string, { effective: string; day: string }>();
  readonly #options: VerifyOptions;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  take(text: string): void {
    this.at++;
    if (this.#ended) throw bad("stands after the end");
    const parsed = line.safeParse(parse(text));
    if (!parsed.success) throw bad("is not a line of this format");
    const { entry, chain, signature } = parsed.data;
    if (entry.n !== this.at) throw bad(`says it is entry ${entry.n}: one is missing, added or moved`);
    if (this.at === 1) this.#key = this.#open(entry);
    this.#chain = link(this.#chain, entry as Entry);
    if (chain !== this.#chain) throw bad("was changed, or what stands before it: the chain does not fit");
    if (!this.#key || !isSigned(this.#key.verifying, signedText(chain), signature))
      throw bad("is not signed by the key of the header");
    this.#content(entry);
  }

  close(): Verdict {
    this.at++;
    if (!this.#key) throw bad("is missing: the file is empty");
    if (!this.#ended) throw bad("is missing: the file was cut off before its end");
    return {
      ok: true,
      entries: this.at - 1,
      recipients: this.#recipients,
      recomputed: this.#recomputed,
      key: this.#key.said,
      addressed: this.#addressed,
    };
  }

  #open(entry: object): { said: PublicKey; verifying: KeyObject } {
    const parsed = header.safeParse(entry);
    if (!parsed.success) throw bad(`is not the header of ${evidenceFormat}`);
    const key = publicKey(parsed.data.key.x);
    if (key.kid !== parsed.data.key.kid) throw bad("names a key that has another thumbprint");
    const { keys } = this.#options;
    if (keys && !keys.some(({ x }) => x === key.x)) throw bad("is signed with a key that is not among those given");
    return { said: key, verifying: openKey(key) };
  }

  #content(entry: { type: string }): void {
    const shapes: Record<string, () => void> = {
      mail: () => {
        const { notice, language, template } = read(mail, entry);
        this.#templates.set(`${notice} ${language}`, template);
      },
      zone: () => {
        const { notice, timeZone, ...words } = read(zone, entry);
        this.#zones.set(`${notice} ${timeZone}`, words);
      },
      recipient: () => this.#recipient(read(recipient, entry)),
      end: () => {
        const { entries, recipients } = read(end, entry);
        if (entries !== this.at || recipients !== this.#recipients)
          throw bad("counts other entries than the file holds");
        this.#ended = true;
      },
    };
    shapes[entry.type]?.();
  }

  #recipient(one: z.infer<typeof recipient>): void {
    this.#recipients++;
    if (one.contentSha256 === null) return;
    const template = this.#templates.get(`${one.notice} ${one.language}`);
    const words = this.#zones.get(`${one.notice} ${one.timeZone}`);
    if (!template || !words) throw bad("has no mail or no zone above it");
    const { effective, day } = words;
    const hash = (to: string) =>
      createHash("sha256")
        .update(fillTemplate(template, { id: one.id, effective, day, to }))
        .digest("hex");
    if (one.to) {
      if (hash(one.to) !== one.contentSha256) throw bad("has the hash of another mail");
      this.#recomputed++;
    }
    const { to } = this.#options;
    if (to && hash(to) === one.contentSha256) this.#addressed.push(this.at);
  }
}

function read<T>(shape: z.ZodType<T>, entry: object): T {
  const parsed = shape.safeParse(entry);
  if (!parsed.success) throw bad("lacks something of its kind");
  return parsed.data;
}

function openKey(key: PublicKey): KeyObject {
  try {
    return verifyingKey(key);
  } catch {
    throw bad("names something that is no key");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
