import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { systemCtx } from "../context";
import { homeSystem } from "../data-map/load";
import type { DataMap, ReachSubject, Scope } from "../data-map/types";
import { withTransaction } from "../db/transaction";
import { refuseNewHold } from "../holds/kept-back";
import { ErasureRefused } from "./catalog";
import { type CommandReceipt, commandReceipt } from "./command-receipt";
import { noteEnded } from "./ended-accounts";
import { inEachSystem, type SystemFates } from "./erase-subject";
import { sumOf } from "./execute";
import { keptByCommand } from "./kept-now";
import { listErasure } from "./list-erasure";
import { readBefore } from "./read-before";
import { refuseUnready } from "./read-erasable";
import type { ReceiptRun } from "./receipt";
import { eraseInSystem } from "./run-system";

type Command = {
  /** Where the receipt goes; its reference in the folder of the process when missing. */
  file?: string | undefined;
  /** On a copy of the platform, or by a map that is being written: nobody is put on the list that a restore is compared with. */
  isTrial: boolean;
  /** On a copy of the platform, where legal holds are kept only if they can be known. */
  isCopy?: boolean;
  /** Tells whoever runs it. */
  say: (line: string) => void;
};

/**
 * Erases from the command line, outside of any case. What cannot be made up for afterwards comes first: the file of the receipt is
 * opened, and before anything lasts the person is put on the list that is applied again after a restore (R9). The file is written after
 * each system, so that what was done is told although the next one refuses. What a legal hold keeps stays.
 * @throws ErasureRefused, and SuppressionError when the list cannot be written; then nothing was erased
 */
export async function eraseByCommand(
  asked: { map: DataMap; subject: ReachSubject; scope: Scope; proven?: boolean },
  { file, isTrial, isCopy = false, say }: Command,
): Promise<SystemFates[]> {
  const { map, scope, proven = false } = asked;
  const ctx = systemCtx("cli:erasure-run");
  const { kept, standing } = await keptByCommand(ctx, isCopy);
  const before = await readBefore(map, asked.subject, scope);
  const { subject } = before;
  const erased = { map, subject, scope, proven };
  const receipt = commandReceipt(erased, before);
  const open = receipt && openFile(resolve(file ?? `${receipt.reference}.json`));
  const runs: ReceiptRun[] = [];
  const isNoted = receipt && !isTrial;
  const company = scope === "company" ? subject.platformCompanyId : null;
  const home = homeSystem(map);
  let [isListed, isAbout] = [false, false];
  // Just before anything lasts, and not earlier: whom the map's first refusal kept would be erased by the next restore. Where accounts go once
  // more, since who left meanwhile does not end with the company.
  const list = async (system: string, lasting: boolean) => {
    if (!isNoted || (isListed && system !== home.name)) return;
    const { reference } = receipt;
    await listErasure(ctx, {
      ...{ home, endedBy: reference, anew: !lasting, reference, scope, person: subject.platformUserId, company },
      ...{ marks: before.marks, identities: before.identities },
    });
    isListed = true;
  };
  try {
    await refuseUnready(map);
    const done = await inEachSystem({ ...erased, kept, closedAt: receipt?.begun }, async (url, order) => {
      const outcome = await eraseInSystem(url, order, async (_, lasting) => {
        // On a copy none may have been asked for.
        if (!isCopy) await withTransaction(ctx, (tx) => refuseNewHold(tx, standing));
        await list(order.system.name, lasting !== null);
        isAbout = true;
      });
      runs.push({ ...outcome, system: order.system.name, finishedAt: Temporal.Now.instant() });
      if (open) write(open, receipt.bodyOf(runs), say);
      return outcome;
    });
    const { held } = sumOf(done.flatMap(({ fates }) => fates));
    if (held > 0) say(`${held} rows stay as they are for a legal hold or a restriction; run it again once that ended.`);
    // They are forgotten here within the hour; whose rows are held, only when those went.
    else if (isNoted) await withTransaction(ctx, (tx) => noteEnded(tx, receipt.reference));
    return done;
  } finally {
    if (runs.length === 0)
      say(
        isAbout
          ? "It stopped when the changes were about to last, so they may have: run it again, and what is left goes."
          : "Nothing was erased.",
      );
    if (!receipt || !open) {
      if (runs.length > 0)
        say(
          "No receipt, and not on the list for restores: the trust center's variables (MASTER_KEYS and others) are not set.",
        );
    } else close(open, receipt, { runs, isTrial, say });
  }
}

type Open = { path: string; descriptor: number };

function openFile(path: string): Open {
  try {
    return { path, descriptor: openSync(path, "wx") };
  } catch (error) {
    const { code } = error as { code?: string };
    const why = code === "EEXIST" ? "there is a file already" : `it cannot be written (${code})`;
    throw new ErasureRefused(
      `The receipt would be ${path}, and ${why}. Nothing was erased; name another: --receipt <file>`,
    );
  }
}

function write({ path, descriptor }: Open, body: string, say: Command["say"]): void {
  try {
    ftruncateSync(descriptor);
    writeSync(descriptor, body, 0);
  } catch (error) {
    // What was erased cannot be taken back, and this is the only record of it.
    say(
      `${path} could not be written (${(error as { code?: string }).code}). This is the receipt; keep it in a file, as it is:`,
    );
    say(body);
  }
}

function close(
  { path, descriptor }: Open,
  { token }: CommandReceipt,
  { runs, isTrial, say }: { runs: readonly ReceiptRun[] } & Pick<Command, "isTrial" | "say">,
): void {
  closeSync(descriptor);
  if (runs.length === 0) {
    unlinkSync(path);
    return;
  }
  say(
    `The receipt is ${path}; \`npm run receipt:verify -- ${path}\` checks it. Its secret, by which its subject shows`,
  );
  say(`that it is theirs (--link): ${token}`);
  say(
    isTrial
      ? "Not on the list for restores: this was a trial."
      : "After a restore, `npm run erasure:replay` does it again.",
  );
}
