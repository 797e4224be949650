import { randomToken } from "../crypto/hash";
import { signingKey } from "../crypto/signing-key";
import type { DataMap, ReachSubject, Scope } from "../data-map/types";
import { env } from "../env";
import { valuesOf } from "../policy/values";
import type { Before } from "./read-before";
import { backupsOut, type Receipt, type ReceiptRun, systemLines } from "./receipt";
import { commitmentTo, howToCheck, sealReceipt } from "./receipt-file";

/**
 * The receipt of an erasure that somebody ran from the command line, outside of any case: the same file, with a reference of its own
 * and no page. Periods are those of the configuration, since no database says which policy is in force.
 * @returns null where the environment holds no key to sign it with
 */
export function commandReceipt(
  { map, subject, scope }: { map: DataMap; subject: ReachSubject; scope: Scope },
  runs: readonly ReceiptRun[],
  before: Pick<Before, "accountClosedAt" | "companyClosedAt">,
): { reference: string; token: string; body: string } | null {
  const key = keyOrNull();
  if (!key) return null;
  const now = Temporal.Now.instant();
  const token = randomToken();
  const reference = `command-${now.toString({ smallestUnit: "second" }).replaceAll(/[:-]/g, "")}`;
  const closures = {
    account: before.accountClosedAt ?? now,
    company: before.companyClosedAt ?? (scope === "company" ? now : null),
  };
  const receipt: Receipt = {
    ...{ edition: 1, madeAt: now.toString(), madeBy: `${env().APP_URL} (command line)`, replaces: null },
    keysAt: `${env().APP_URL}/.well-known/evidence-keys.json`,
    case: { reference, scope, requestedAt: now.toString(), graceEndedAt: now.toString(), carriedOutAt: now.toString() },
    subject: { commitment: commitmentTo(token, subject.platformUserId) },
    ...{ policy: null, providers: [], backups: backupsOut(now), howToCheck },
    systems: systemLines(map, runs, { scope, closures, erasedAt: now, values: valuesOf(0) }),
  };
  return { reference, token, body: sealReceipt(key, receipt) };
}

function keyOrNull() {
  try {
    return env().MASTER_KEYS ? signingKey("evidence") : null;
  } catch {
    return null;
  }
}
