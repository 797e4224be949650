import { config, type RetentionClass } from "../../trust-center.config";

/** From when on a class is kept: each row from its own creation, or all rows of an account from its closing. */
export const countsFrom = (retention: RetentionClass): "creation" | "account closure" =>
  config.retention[retention].from;
