import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { usageTexts } from "@/features/ai-usage/texts";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";
import { notifyDone, notifyError } from "@/shared/ui/notify";

const texts = usageTexts.price;

const listPriceSchema = z.object({
  provider: z.string(),
  model: z.string(),
  prompt_price: z.number(),
  completion_price: z.number(),
});
const priceSchema = listPriceSchema.extend({ id: z.string() });

const pricesSchema = pageOf(priceSchema).extend({ list_prices: z.array(listPriceSchema) });

/** A price that counts for some model; one of the organisation's own has an id. */
export type Price = z.infer<typeof listPriceSchema> & { id: string | null };

const pricesKey = ["ai-prices"] as const;

export const pricesQuery = queryOptions({
  queryKey: pricesKey,
  queryFn: ({ signal }) =>
    api.get("/api/ai-prices/", { schema: pricesSchema, query: { limit: 200 }, signal }),
});

/** The organisation's own prices first; of the list prices, those that they do not replace. */
export function pricesInForce({ results, list_prices }: z.infer<typeof pricesSchema>): Price[] {
  const own = new Set(results.map(({ provider, model }) => `${provider}/${model}`));
  const listed = list_prices.filter(({ provider, model }) => !own.has(`${provider}/${model}`));
  return [...results, ...listed.map((price) => ({ ...price, id: null }))];
}

export type PriceSettings = {
  provider: string;
  model: string;
  prompt_price: number;
  completion_price: number;
};

/** Sets what a model costs, for calls from now on. */
export function useSavePrice() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: PriceSettings) => api.post("/api/ai-prices/", settings, { schema: priceSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: pricesKey }),
  });
}

/** Lets the list price count again. */
export function useDeletePrice() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete(`/api/ai-prices/${id}/`),
    onSuccess: () => notifyDone(texts.removed),
    onError: (error) => notifyError({ title: texts.removeFailed, error }),
    onSettled: () => client.invalidateQueries({ queryKey: pricesKey }),
  });
}
