import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { parseVersionNumber } from "@/components/policy/version-number";
import { visitorCtx } from "@/lib/context";
import { type Comparison, comparison } from "@/lib/policy/comparison";

const read = cache((from: number, to: number) => comparison(visitorCtx(), from, to));

/** The comparison an address names; sends a reversed pair the right way round, nonsense is not found. */
export async function compared(params: Promise<{ from: string; to: string }>): Promise<Comparison> {
  const { from, to } = await params;
  const [a, b] = [parseVersionNumber(from), parseVersionNumber(to)];
  if (a === null || b === null) notFound();
  if (a === b) redirect(`/privacy/versions/${a}`);
  if (a > b) redirect(`/privacy/changes/${b}/${a}`);
  return (await read(a, b)) ?? notFound();
}
