import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useState } from "react";
import { createQueryClient } from "@/shared/api/query-client";
import { cssVariablesResolver, theme } from "@/shared/theme/theme";
import { Notifier } from "@/shared/ui/notifier";

type ProvidersProps = { children: ReactNode };

/** All that a page may rely on: the theme, dialogs, notifications and the cache of server data. */
export function Providers({ children }: ProvidersProps) {
  const [queryClient] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
        <Notifier />
        {children}
      </MantineProvider>
    </QueryClientProvider>
  );
}
