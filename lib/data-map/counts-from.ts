import { config, type RetentionClass } from "../../trust-center.config";

/** From when on a class is kept: each row from its own creation, or all rows of an account from its closing. */
export const countsFrom = (retention: RetentionClass): "creation" | "account closure" =>
  config.retention[retention].from;

/** Whether a class is kept for longer than another one, both counted from the same day. */
export const lastsLonger = (one: RetentionClass, other: RetentionClass): boolean =>
  Temporal.Duration.compare(config.retention[one].period, config.retention[other].period, {
    relativeTo: "2024-01-01",
  }) > 0;
