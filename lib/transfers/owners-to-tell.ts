import { companyOwners } from "../data-map/find-clients";
import { findPlatformPerson } from "../data-map/find-platform-person";
import type { IncomingRow } from "./states";

/** Who is told that a member's own records lie in their company's account now. */
export type OwnersToTell = { who: string; company: string; owners: { userId: string; email: string }[] };

/** Null where nobody is: a company's own package, a person without a company, and one who owns it alone. Asks the platform. */
export async function ownersToTell({ scope }: Pick<IncomingRow, "scope">, email: string): Promise<OwnersToTell | null> {
  const member = scope === "person" ? await findPlatformPerson(email) : null;
  if (!member?.companyId) return null;
  const owners = (await companyOwners(member.companyId)).filter(({ userId }) => userId !== member.userId);
  if (owners.length === 0) return null;
  return { who: member.name ?? email, company: member.companyName ?? "your company", owners };
}
