import { notFound } from "next/navigation";
import { parseVersionNumber } from "@/components/policy/version-number";
import { requireStaff } from "@/lib/auth/require";
import type { StaffCtx } from "@/lib/context";
import { type Draft, draft } from "@/lib/policy/drafts";
import { staffList } from "@/lib/staff/queries";

export type VersionPage = { ctx: StaffCtx; draft: Draft; author: string; nameOf: (staffId: string | null) => string };

/** What the three views of a version share: who asks, the version, and the names of colleagues. */
export async function readVersion(params: Promise<{ n: string }>): Promise<VersionPage> {
  const ctx = await requireStaff();
  const number = parseVersionNumber((await params).n);
  const found = number === null ? null : await draft(ctx, number);
  if (!found) notFound();
  const colleagues = await staffList(ctx);
  const nameOf = (staffId: string | null) => colleagues.find((one) => one.staffId === staffId)?.name ?? "";
  return { ctx, draft: found, author: nameOf(found.version.authorId), nameOf };
}
