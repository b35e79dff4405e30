import type { NewWorkflow } from "@/features/workflows/create-workflow";

/** A workflow that runs as it stands: it prices an order and branches on its total. */
export const exampleWorkflow: NewWorkflow = {
  name: "Price an order",
  description: "Adds up an order, gives a discount to large ones and answers with the price.",
  definition: {
    stepgraph: 1,
    name: "Price an order",
    description: "Adds up an order, gives a discount to large ones and answers with the price.",
    inputs: {
      type: "object",
      properties: {
        items: {
          type: "array",
          title: "Items",
          default: [
            { name: "Desk lamp", price: 39, quantity: 2 },
            { name: "Office chair", price: 149, quantity: 1 },
          ],
        },
      },
    },
    steps: [
      {
        id: "order",
        name: "Add up",
        type: "transform",
        config: {
          values: { total: "sum(item.price * item.quantity for item in items)", lines: "len(items)" },
        },
      },
      {
        id: "large",
        name: "Large order?",
        type: "condition",
        after: ["order"],
        config: { expression: "order.total >= 200" },
      },
      {
        id: "discount",
        name: "Give a discount",
        type: "script",
        after: ["large.true"],
        config: {
          language: "python",
          code: 'rate = 0.1\nprint(f"Discount of {rate:.0%} on {order.total}")\nreturn {"price": round(order.total * (1 - rate), 2), "discount": rate}\n',
        },
      },
      {
        id: "list_price",
        name: "List price",
        type: "transform",
        after: ["large.false"],
        config: { values: { price: "order.total", discount: "0" } },
      },
      {
        id: "answer",
        name: "Answer",
        type: "output",
        after: ["discount", "list_price"],
        config: {
          values: {
            price: "discount.price if discount else list_price.price",
            lines: "order.lines",
          },
        },
      },
    ],
    ui: {
      positions: {
        order: [60, 180],
        large: [340, 180],
        discount: [640, 80],
        list_price: [640, 280],
        answer: [940, 180],
      },
    },
  },
};
