import { randomToken } from "../crypto/hash";
import { signingKey } from "../crypto/signing-key";
import { homeSystem } from "../data-map/load";
import type { DataMap, ReachSubject, Scope } from "../data-map/types";
import { env } from "../env";
import { valuesOf } from "../policy/values";
import { closingsOf } from "./closed-at";
import type { Before } from "./read-before";
import { backupsOut, type Receipt, type ReceiptRun, systemLines } from "./receipt";
import { commitmentTo, howToCheck, sealReceipt } from "./receipt-file";

export type CommandReceipt = {
  reference: string;
  token: string;
  /** When it began: an account that was open counts as closed from then on. */
  begun: Temporal.Instant;
  /** The file of what was done so far. */
  bodyOf: (runs: readonly ReceiptRun[]) => string;
};

/**
 * The receipt of an erasure that somebody runs from the command line, outside of any case: the same file, with a reference of its own
 * and no page. Periods are those of the configuration, since no database says which policy is in force.
 * @returns null where the environment holds no key to sign it with
 */
export function commandReceipt(
  { map, subject, scope }: { map: DataMap; subject: ReachSubject; scope: Scope },
  before: Pick<Before, "accountClosedAt" | "companyClosedAt" | "alone">,
): CommandReceipt | null {
  const key = keyOrNull();
  if (!key) return null;
  const begun = Temporal.Now.instant();
  const token = randomToken();
  const reference = `command-${begun.toString({ smallestUnit: "second" }).replaceAll(/[:-]/g, "")}`;
  const bodyOf: CommandReceipt["bodyOf"] = (runs) => {
    const now = Temporal.Now.instant();
    const closing = closingsOf(begun, homeSystem(map));
    const closures = {
      account: before.accountClosedAt ?? closing.account,
      company: before.companyClosedAt ?? (scope === "company" ? closing.company : null),
    };
    const [asked, done] = [begun.toString(), now.toString()];
    const receipt: Receipt = {
      ...{ edition: 1, madeAt: done, madeBy: `${env().APP_URL} (command line)`, replaces: null },
      keysAt: `${env().APP_URL}/.well-known/evidence-keys.json`,
      ...(runs.length < map.systems.length ? { incomplete: true as const } : {}),
      case: { reference, scope, requestedAt: asked, graceEndedAt: asked, carriedOutAt: done },
      subject: { commitment: commitmentTo(token, subject.platformUserId) },
      ...{ policy: null, providers: [], backups: backupsOut(now), howToCheck },
      systems: systemLines(map, runs, { scope, alone: before.alone, closures, erasedAt: now, values: valuesOf(0) }),
    };
    return sealReceipt(key, receipt);
  };
  return { reference, token, begun, bodyOf };
}

function keyOrNull() {
  try {
    return env().MASTER_KEYS ? signingKey("evidence") : null;
  } catch {
    return null;
  }
}
