import type { Ctx } from "../context";
import { type CompanyToTell, findCompanies } from "./find-companies";
import { findOnFile, type OnFile } from "./person-on-file";

/** Whose an address is: somebody's on file, or else of a client that companies name. */
export type LookedUp = { onFile: OnFile | null; companies: CompanyToTell[] };

/**
 * Whoever has an account is answered here, whatever companies name them too. The platform is asked outside of any transaction.
 * @throws while the platform does not answer, for the queue to try again
 */
export async function lookUpAddress(ctx: Ctx, address: string): Promise<LookedUp> {
  const onFile = await findOnFile(ctx, address);
  return { onFile, companies: onFile ? [] : await findCompanies(address) };
}

/** Whether one of the companies has somebody who can be told. */
export const canPassOn = ({ companies }: LookedUp): boolean => companies.some(({ owners }) => owners.length > 0);
