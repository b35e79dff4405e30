import type { Definition } from "./definition";
import { replaceStep, replaceSteps, without } from "./definition";
import type { Connection } from "./graph";
import { connectProblem, isConnected } from "./graph";
import { formatRef, sameRef } from "./refs";

/** Lets `to` wait for a port of `from`; nothing happens where that is not allowed. */
export function connect(definition: Definition, connection: Connection): Definition {
  if (isConnected(definition, connection) || connectProblem(definition, connection)) {
    return definition;
  }
  const text = formatRef({ step: connection.from, port: connection.port });
  return replaceStep(definition, connection.to, (step) => ({
    ...step,
    after: [...(step.after ?? []), text],
  }));
}

export function disconnect(definition: Definition, connections: readonly Connection[]): Definition {
  return replaceSteps(definition, (step) => {
    const cut = connections
      .filter((connection) => connection.to === step.id)
      .map((connection) => formatRef({ step: connection.from, port: connection.port }));
    const after = step.after?.filter((text) => !cut.some((one) => sameRef(one, text))) ?? [];
    if (after.length === (step.after?.length ?? 0)) {
      return step;
    }
    return after.length > 0 ? { ...step, after } : without(step, "after");
  });
}

type Splice = { id: string; edge: Connection; port: string };

/** Puts a step between the two ends of a wire; `port` is the one by which the flow goes on. */
export function spliceIntoEdge(definition: Definition, { id, edge, port }: Splice): Definition {
  const opened = disconnect(definition, [edge]);
  const entered = connect(opened, { from: edge.from, port: edge.port, to: id });
  const closed = connect(entered, { from: id, port, to: edge.to });
  return isConnected(closed, { from: edge.from, port: edge.port, to: id }) &&
    isConnected(closed, { from: id, port, to: edge.to })
    ? closed
    : definition;
}
