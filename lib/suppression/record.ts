import { createHmac, hkdfSync } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import { sameSecret } from "../crypto/hash";
import { masterKey } from "../crypto/seal";
import { env } from "../env";

const hash = z.string().regex(/^[\w-]{43}$/);
const mac = z.string().regex(/^[0-9a-f]{64}$/);

const shape = z.strictObject({
  /** Counts from 1. */
  n: z.int().min(1),
  id: z.uuid(),
  /** When it was noted: what began later is not what was erased. */
  at: z.iso.datetime(),
  /** The case's public reference; of a company's client the id of the order. */
  reference: z.string().min(1).max(40),
  scope: z.enum(["person", "company", "client"]),
  /** Version of the master key that all of its hashes are made with. */
  key: z.int().min(1),
  /** Of the platform's id of the person, of the owner who closed the company, or of the client. */
  person: hash,
  /** Of the platform's id of the company that was closed, or whose client it was; null for a person. */
  company: hash.nullable(),
  /** Of the platform's ids of everybody in the company as it was closed; missing for a person, and in lines of earlier editions. */
  members: z.array(hash).optional(),
  /** Of the own address (a company's name, a client's name and address): they stand in the row only while it is not erased. */
  marks: z.array(hash),
  identities: z.array(z.strictObject({ kind: z.string().min(1), hash })),
  /** `mac` of the line before. */
  before: mac,
  mac,
});

/** One erased subject as the list keeps it: keyed hashes only (S31). */
export type Suppressed = z.infer<typeof shape>;

/** Before the first line. */
export const chainStart = "0".repeat(64);

const derived = (version: number, use: string): Buffer =>
  Buffer.from(hkdfSync("sha256", masterKey(version), "", `operno suppression ${use}`, 32));

/** Makes the hash of something that identifies somebody, under one version of the master key. */
export type Digest = (
  what: "person" | "company" | "client" | "mark" | "identity",
  about: string,
  value: string,
) => string;

/**
 * HMAC-SHA-256 with a key of its own derived from the master key (HKDF, RFC 5869): without it nobody can try addresses.
 * @throws when that version of the master key is not configured
 */
export function digester(version: number): Digest {
  const key = derived(version, "hash");
  return (what, about, value) => {
    const text = what === "identity" && about === "email" ? value.normalize("NFC").toLowerCase() : value;
    return createHmac("sha256", key)
      .update(JSON.stringify([what, about, text]))
      .digest("base64url");
  };
}

/** A line of the list; it stands for all before it. */
export function sealLine(entry: Omit<Suppressed, "mac">): { line: string; mac: string } {
  const made = macOf(entry);
  return { line: String(canonicalize({ ...entry, mac: made })), mac: made };
}

const macOf = (entry: Omit<Suppressed, "mac">): string =>
  createHmac("sha256", derived(entry.key, "chain"))
    .update(String(canonicalize(entry)))
    .digest("hex");

/** The record in a line, or null when any byte of it is not as it was written, or its key is not configured. */
export function openLine(line: string): Suppressed | null {
  const parsed = shape.safeParse(parseJson(line));
  if (!parsed.success || canonicalize(parsed.data) !== line || !env().MASTER_KEYS.has(parsed.data.key)) return null;
  const { mac: said, ...entry } = parsed.data;
  return sameSecret(said, macOf(entry)) ? parsed.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
