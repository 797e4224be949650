import type { User } from "./fill-people";
import type { Random } from "./random";
import { before, type Ids, ip, newNumber, put, type Rows } from "./rows";
import { browsers, features } from "./words";

/** Usage events, server logs and error reports. */
export function fillUse(rows: Rows, random: Random, ids: Ids, companyId: string, users: User[]): void {
  for (const user of users) {
    for (let at = random.between(16, 28); at > 0; at--) {
      const device = user.devices.length > 0 && random.chance(0.8) ? random.pick(user.devices).id : null;
      // Before signing in an event knows its device and nobody else.
      const anonymous = device !== null && random.chance(0.1);
      const age = random.between(1, 13_000);
      put(rows, "usage_events", {
        id: newNumber(ids),
        occurred_at: before(age, random.between(0, 59)),
        company_id: anonymous ? null : companyId,
        user_id: anonymous ? null : user.id,
        device_id: device,
        feature: random.pick(features),
        action: random.pick(["open", "edit", "search", "share"]),
        duration: random.pick(["00:00:12.5", "3 minutes", "1 hour 2 minutes", null]),
        properties: random.chance(0.6)
          ? { from: random.pick(features), count: random.between(0, 90), flag: random.chance(0.5) }
          : null,
      });
    }
    for (let at = random.between(10, 18); at > 0; at--) {
      const device = user.devices.length > 0 && random.chance(0.7) ? random.pick(user.devices).id : null;
      put(rows, "access_logs", {
        id: newNumber(ids),
        company_id: companyId,
        user_id: user.id,
        device_id: device,
        ip: ip(random),
        method: random.pick(["GET", "GET", "POST", "PATCH"]),
        path: `/api/v2/${random.pick(features)}/${random.between(1, 900)}`,
        status: random.pick([200, 200, 204, 304, 404, 500]),
        milliseconds: random.between(3, 900) + 0.25,
        user_agent: random.pick(browsers),
        logged_at: before(random.between(1, 2000), random.between(0, 59)),
      });
    }
    if (random.chance(0.6)) {
      put(rows, "error_reports", {
        id: random.uuid(),
        reporter_email: random.chance(0.6) ? user.email : null,
        hardware_id: user.devices[0]?.hardware ?? null,
        message: random.pick(["TypeError: x is undefined", "Network request failed", "Out of memory"]),
        stack: random.chance(0.7) ? "at render (app.js:1:20455)\nat main (app.js:1:90)" : null,
        context: { screen: random.pick(features), online: random.chance(0.8), battery: null },
        reported_at: before(random.between(1, 2000)),
      });
    }
  }
}
