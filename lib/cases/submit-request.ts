import { z } from "zod";
import type { Ctx } from "../context";
import { fail, type Result } from "../errors";
import { askedOf, chosenBasis, readAsked, tickedUses } from "../processing/asked-uses";
import { addressField, lineField, paceForm } from "./form-fields";
import { optionalText } from "./message-text";
import { storeIntake } from "./store-intake";
import { needsWords, rights } from "./words";

const requestFields = {
  kind: z.enum(rights, "Choose what you ask for."),
  /** Of who asks: the person themselves, or their agent. */
  name: lineField,
  email: addressField,
  /** What it is about, in a line. */
  about: lineField,
  message: optionalText,
  /** What an objection or a restriction is to stop, and on what a restriction rests; of no meaning for other rights. */
  uses: tickedUses,
  basis: chosenBasis,
  idempotencyKey: z.string().min(8).max(128),
};

type Said = {
  kind: (typeof rights)[number];
  message: string;
  uses: z.output<typeof tickedUses>;
  basis: z.output<typeof chosenBasis>;
};
const usesOf = ({ kind, uses, basis }: Said) => askedOf(kind, { purposes: uses, basis }, "person");
const saysWhat = (said: Said) => said.message !== "" || !needsWords(said.kind) || usesOf(said) !== null;
const sayWhat = {
  path: ["message"],
  message: "Choose above what should stop, or say in a few words what should change.",
};

export const requestInput = z.object(requestFields).refine(saysWhat, sayWhat);

/** Somebody asks for somebody else, with a permission that the subject signs (CCPR 7063). */
export const agentRequestInput = z
  .object({
    ...requestFields,
    name: lineField.refine((name) => name !== "", "Write your name: the person reads it before they sign."),
    /** Of whose data it is about. */
    subjectEmail: addressField,
  })
  .refine(saysWhat, sayWhat);

export const requestContent = z.object({
  kind: z.enum(rights),
  name: z.string(),
  email: z.string(),
  /** Set when `name` and `email` are an agent's. */
  subjectEmail: z.string().nullable(),
  text: z.string(),
  /** What is to stop; null where only the words say it. */
  uses: z.unknown().optional().transform(readAsked),
});
export type RequestContent = z.output<typeof requestContent>;

type Typed = z.input<typeof requestInput> | z.input<typeof agentRequestInput>;
export type RequestInput = Typed & {
  /** Where it came from, for the rate limit alone; null when that cannot be trusted. */
  network: string | null;
};

/**
 * Takes a request for any right from anybody, with an account or without. See `storeIntake` for what every address is answered
 * alike (S16, R7); a job finds out whom it is about.
 */
export async function submitRequest(ctx: Ctx, input: RequestInput): Promise<Result<{ reference: string }>> {
  const { network, ...typed } = input;
  const parsed = parseRequest(typed);
  if (!parsed) return fail("invalid-input");
  const { kind, name, email, about, message, idempotencyKey, subjectEmail } = parsed;
  const paced = await paceForm(network, [...new Set([email, ...(subjectEmail ? [subjectEmail] : [])])]);
  if (!paced.ok) return paced;
  const text = [about, message].filter(Boolean).join("\n\n");
  const content: RequestContent = { kind, name, email, subjectEmail, text, uses: usesOf(parsed) };
  return storeIntake(ctx, { kind: "request", content, idempotencyKey, characters: text.length });
}

function parseRequest(typed: Typed) {
  if ("subjectEmail" in typed) {
    const { data } = agentRequestInput.safeParse(typed);
    return data?.email && data.subjectEmail ? { ...data, email: data.email, subjectEmail: data.subjectEmail } : null;
  }
  const { data } = requestInput.safeParse(typed);
  return data?.email ? { ...data, email: data.email, subjectEmail: null } : null;
}
