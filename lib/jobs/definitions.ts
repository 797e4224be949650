import { z } from "zod";
import { config } from "../../trust-center.config";

const id = z.uuid();

/**
 * Every job: what it carries (ids only, S31) and how it is retried. Whatever fails to the end lands
 * in the dead letter queue, where the desk shows it (R10).
 */
export const jobs = {
  "sign-in.send": {
    payload: z.object({ challengeId: id }),
    retryLimit: 4,
    retryDelay: 2,
    expireInSeconds: 60,
    concurrency: 4,
  },
  "mail.send": {
    payload: z.object({ mailId: id }),
    retryLimit: 12,
    retryDelay: 5,
    expireInSeconds: 120,
    concurrency: 4,
  },
  "inquiry.open": {
    payload: z.object({ intakeId: id }),
    retryLimit: 12,
    retryDelay: 5,
    expireInSeconds: 120,
    concurrency: 2,
  },
  "request.open": {
    payload: z.object({ intakeId: id }),
    retryLimit: 12,
    retryDelay: 5,
    expireInSeconds: 120,
    concurrency: 2,
  },
  "identity.ask": {
    payload: z.object({ caseId: id }),
    retryLimit: 12,
    retryDelay: 5,
    expireInSeconds: 120,
    concurrency: 2,
  },
  "case.empty": {
    payload: z.object({ caseId: id }),
    retryLimit: 12,
    retryDelay: 5,
    expireInSeconds: 120,
    concurrency: 1,
  },
  "identity.tend": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 60,
    expireInSeconds: 300,
    concurrency: 1,
    cron: "*/10 * * * *",
  },
  // Retries over a day: while the mail service is away, or has not stored yet what it reported.
  "mail.receive": {
    payload: z.object({ inboundId: id }),
    retryLimit: 12,
    retryDelay: 10,
    expireInSeconds: 600,
    concurrency: 2,
  },
  "package.write": {
    payload: z.object({ packageId: id }),
    retryLimit: 5,
    retryDelay: 5,
    expireInSeconds: 6 * 3600,
    concurrency: 2,
  },
  "package.expire": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 60,
    expireInSeconds: 900,
    concurrency: 1,
    cron: "*/10 * * * *",
  },
  // What fails over the network is put back by the use case itself, over days; these retries are for a worker that died.
  "transfer.push": {
    payload: z.object({ transferId: id }),
    retryLimit: 8,
    retryDelay: 5,
    expireInSeconds: 6 * 3600,
    concurrency: 2,
  },
  // Retries over five days.
  "transfer.recall": {
    payload: z.object({ transferId: id }),
    retryLimit: 13,
    retryDelay: 30,
    expireInSeconds: 120,
    concurrency: 2,
  },
  "transfer.check": {
    payload: z.object({ incomingId: id }),
    retryLimit: config.transfers.receive.tries - 1,
    retryDelay: 30,
    expireInSeconds: 6 * 3600,
    concurrency: 1,
  },
  "transfer.import": {
    payload: z.object({ incomingId: id }),
    retryLimit: config.transfers.receive.tries - 1,
    retryDelay: 30,
    expireInSeconds: 6 * 3600,
    concurrency: 1,
  },
  "transfer.tend": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 60,
    expireInSeconds: 900,
    concurrency: 1,
    cron: "*/10 * * * *",
  },
  "deletion.expire": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 60,
    expireInSeconds: 300,
    concurrency: 1,
    cron: "* * * * *",
  },
  "deletion.carry-out": {
    payload: z.object({ caseId: id }),
    retryLimit: 8,
    retryDelay: 60,
    expireInSeconds: 6 * 3600,
    concurrency: 1,
  },
  "correction.apply": {
    payload: z.object({ caseId: id }),
    retryLimit: 8,
    retryDelay: 10,
    expireInSeconds: 300,
    concurrency: 2,
  },
  "correction.address": {
    payload: z.object({ caseId: id }),
    retryLimit: 8,
    retryDelay: 10,
    expireInSeconds: 300,
    concurrency: 1,
  },
  // As long as an erasure is told.
  "correction.tell": {
    payload: z.object({ noticeId: id }),
    retryLimit: 13,
    retryDelay: 30,
    expireInSeconds: 60,
    concurrency: 2,
  },
  "desk.tend": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 10,
    expireInSeconds: 120,
    concurrency: 1,
    cron: "* * * * *",
  },
  "package.release": {
    payload: z.object({ packageId: id }),
    retryLimit: 8,
    retryDelay: 5,
    expireInSeconds: 120,
    concurrency: 1,
  },
  "client.erase": {
    payload: z.object({ erasureId: id }),
    retryLimit: 8,
    retryDelay: 60,
    expireInSeconds: 3600,
    concurrency: 1,
  },
  // Retries over five days: a provider's weekend outage loses nothing.
  "provider.tell": {
    payload: z.object({ erasureId: id, reminder: z.number().int().positive().optional() }),
    retryLimit: 13,
    retryDelay: 30,
    expireInSeconds: 60,
    concurrency: 2,
  },
  "provider.remind": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 60,
    expireInSeconds: 300,
    concurrency: 1,
    cron: "40 5 * * *",
  },
  "receipt.make": {
    payload: z.object({ caseId: id }),
    retryLimit: 8,
    retryDelay: 30,
    expireInSeconds: 120,
    concurrency: 1,
  },
  "receipt.renew": {
    payload: z.object({ caseId: id }),
    retryLimit: 8,
    retryDelay: 30,
    expireInSeconds: 120,
    concurrency: 1,
  },
  "deletion.resume": {
    payload: z.object({}),
    retryLimit: 8,
    retryDelay: 30,
    expireInSeconds: 300,
    concurrency: 1,
    cron: "23 * * * *",
  },
  "processing.tend": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 30,
    expireInSeconds: 300,
    concurrency: 1,
    cron: "* * * * *",
  },
  "notice.freeze": {
    payload: z.object({ noticeId: id }),
    retryLimit: 5,
    retryDelay: 10,
    expireInSeconds: 3600,
    concurrency: 1,
    mailing: true,
  },
  "notice.deliver": {
    payload: z.object({ noticeId: id }),
    retryLimit: 20,
    retryDelay: 5,
    expireInSeconds: 3600,
    concurrency: 1,
    mailing: true,
  },
  "notice.retry": {
    payload: z.object({ noticeId: id }),
    retryLimit: 5,
    retryDelay: 10,
    expireInSeconds: 900,
    concurrency: 1,
    mailing: true,
  },
  "notice.second-way": {
    payload: z.object({ noticeId: id }),
    retryLimit: 8,
    retryDelay: 30,
    expireInSeconds: 900,
    concurrency: 1,
    mailing: true,
  },
  "notice.tend": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 10,
    expireInSeconds: 120,
    concurrency: 1,
    mailing: true,
    cron: "* * * * *",
  },
  "subscription.ask": {
    payload: z.object({ subscriberId: id }),
    retryLimit: 12,
    retryDelay: 5,
    expireInSeconds: 120,
    concurrency: 2,
  },
  "subscribers.tell": {
    payload: z.object({ noticeId: id, withdrawn: z.boolean().default(false) }),
    retryLimit: 12,
    retryDelay: 10,
    expireInSeconds: 3600,
    concurrency: 1,
    mailing: true,
  },
  "retention.sweep": {
    payload: z.object({}),
    retryLimit: 3,
    retryDelay: 300,
    expireInSeconds: 6 * 3600,
    concurrency: 1,
    cron: config.sweep.cron,
  },
  "retention.preview": {
    payload: z.object({ sweepId: id }),
    retryLimit: 2,
    retryDelay: 10,
    expireInSeconds: 3600,
    concurrency: 1,
  },
  "map.check": {
    payload: z.object({}),
    retryLimit: 3,
    retryDelay: 300,
    expireInSeconds: 300,
    concurrency: 1,
    cron: "37 3 * * *",
  },
  "attainment.count": {
    payload: z.object({}),
    retryLimit: 3,
    retryDelay: 300,
    expireInSeconds: 1800,
    concurrency: 1,
    cron: "52 3 * * *",
  },
  "disclosure.open": {
    payload: z.object({}),
    retryLimit: 5,
    retryDelay: 30,
    expireInSeconds: 300,
    concurrency: 1,
    mailing: true,
    cron: "*/10 * * * *",
  },
  "housekeeping.clear": {
    payload: z.object({}),
    retryLimit: 2,
    retryDelay: 60,
    expireInSeconds: 1800,
    concurrency: 1,
    cron: "17 * * * *",
  },
} as const satisfies Record<
  string,
  {
    payload: z.ZodType<Record<string, unknown>>;
    retryLimit: number;
    /** Seconds before the first retry; doubles with jitter. */
    retryDelay: number;
    expireInSeconds: number;
    /** How many run at once in one worker. */
    concurrency: number;
    /** Waits while erasures have to be done again after a restore (lib/suppression). */
    mailing?: true;
    /** UTC. */
    cron?: string;
  }
>;

export type JobName = keyof typeof jobs;
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]["payload"]>;

export const deadLetterQueue = "dead-letter";
export const jobNames = Object.keys(jobs) as JobName[];
