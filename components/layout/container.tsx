import type { ReactNode } from "react";

/** The page's width and side margins, the same everywhere. `narrow` is for prose and forms. */
export function Container({
  narrow,
  className = "",
  children,
}: {
  narrow?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={`mx-auto w-full px-4 sm:px-6 lg:px-8 ${narrow ? "max-w-3xl" : "max-w-6xl"} ${className}`}>
      {children}
    </div>
  );
}
