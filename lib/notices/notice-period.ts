import { config } from "../../trust-center.config";

// Thirty days by any clock on earth: local days shift by at most two hours in a year of summer times.
const daylightHours = 2;

/** Hours a recipient has from the moment the mail was theirs: `clocks.noticeDays` full days in every time zone. */
export const noticeHours = config.clocks.noticeDays * 24 + daylightHours;

/**
 * The earliest effect of a version announced at `now`: the notice period, and the hours the mailing itself
 * may take, so that the last recipient has the whole period too (promise `change.notice`).
 */
export const earliestEffect = (now: Temporal.Instant): Temporal.Instant =>
  now.add({ hours: noticeHours + config.notices.mailingHours });
