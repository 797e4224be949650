import { z } from "zod";
import { keyedHash, sameSecret } from "../crypto/hash";
import { mailUrl } from "./mail-url";
import { type OptionalKind, optionalKinds } from "./optional-kinds";

const shape = z.tuple([z.uuid(), z.enum(optionalKinds), z.string().length(43)]);
const mark = (personId: string, kind: OptionalKind) => keyedHash("unsubscribe", `${personId}.${kind}`);

/**
 * Ends one kind of mail for one person and can do nothing else (S28). It needs no session and never
 * expires, since a mail may be opened years later; turning mails on again takes a sign-in.
 */
export const unsubscribeToken = (personId: string, kind: OptionalKind): string =>
  `${personId}.${kind}.${mark(personId, kind)}`;

/** Who and which kind a token speaks of; null for anything we did not make. */
export function readUnsubscribeToken(token: string): { personId: string; kind: OptionalKind } | null {
  const parsed = shape.safeParse(token.split("."));
  if (!parsed.success) return null;
  const [personId, kind, given] = parsed.data;
  return sameSecret(given, mark(personId, kind)) ? { personId, kind } : null;
}

/** RFC 8058: mail programs POST to the header's address without asking; the footer leads to the page with the button. */
export function waysOut(personId: string, kind: OptionalKind): { path: string; headers: Record<string, string> } {
  const token = unsubscribeToken(personId, kind);
  return {
    path: `/unsubscribe?token=${token}`,
    headers: {
      "List-Unsubscribe": `<${mailUrl(`/unsubscribe/one-click?token=${token}`)}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
  };
}
