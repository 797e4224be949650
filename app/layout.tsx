import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { config } from "@/trust-center.config";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: `${config.company.name} Trust Center`, template: `%s - ${config.company.name} Trust Center` },
  description: `Read ${config.company.name}'s privacy policy, see what changed, and get, move, correct or delete your data.`,
  referrer: "same-origin",
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fdfdfb" },
    { media: "(prefers-color-scheme: dark)", color: "#121418" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get("theme")?.value;
  return (
    <html lang="en" {...(theme === "dark" || theme === "light" ? { "data-theme": theme } : {})}>
      <head>
        <link rel="stylesheet" href="/look.css" precedence="low" />
      </head>
      <body className="min-h-dvh bg-paper text-base text-ink antialiased">{children}</body>
    </html>
  );
}
