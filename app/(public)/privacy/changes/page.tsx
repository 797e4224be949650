import { notFound, redirect } from "next/navigation";
import { parseVersionNumber } from "@/components/policy/version-number";

/** Where the form that compares any two versions arrives. */
export default async function Compare({ searchParams }: PageProps<"/privacy/changes">) {
  const { from, to } = await searchParams;
  if (from === undefined && to === undefined) redirect("/privacy/versions");
  const [a, b] = [parseVersionNumber(String(from)), parseVersionNumber(String(to))];
  if (a === null || b === null) notFound();
  redirect(a === b ? `/privacy/versions/${a}` : `/privacy/changes/${Math.min(a, b)}/${Math.max(a, b)}`);
}
