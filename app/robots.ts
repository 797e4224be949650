import type { MetadataRoute } from "next";

/** Policies are for everybody to find; nothing about a person is. */
export default function robots(): MetadataRoute.Robots {
  return {
    rules: {
      userAgent: "*",
      allow: ["/$", "/privacy", "/contact", "/requests/new"],
      disallow: [
        "/account",
        "/admin",
        "/api",
        "/dev",
        "/sign-in",
        "/sign-out",
        "/step-up",
        "/staff",
        "/unsubscribe",
        "/not-me",
      ],
    },
  };
}
