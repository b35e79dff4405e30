import { Alert, Anchor, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ApprovalDocuments } from "@/features/approvals/approval-documents";
import type { Approval } from "@/features/approvals/approval-queries";
import { approvalQuery } from "@/features/approvals/approval-queries";
import { DecisionForm } from "@/features/approvals/decision-form";
import { DelegateForm } from "@/features/approvals/delegate-form";
import { approvalTexts as texts } from "@/features/approvals/texts";
import { useMay } from "@/shared/session/use-session";
import { QueryView } from "@/shared/ui/query-view";
import { RelativeTime } from "@/shared/ui/relative-time";

type DecisionDialogProps = { id: string | null; onClose: () => void };

/** One question with everything that belongs to it. */
export function DecisionDialog({ id, onClose }: DecisionDialogProps) {
  return (
    <Modal opened={id !== null} onClose={onClose} title={texts.title} size="lg">
      {id ? <Loaded id={id} onClose={onClose} /> : null}
    </Modal>
  );
}

function Loaded({ id, onClose }: { id: string; onClose: () => void }) {
  const approval = useQuery(approvalQuery(id));
  return (
    <QueryView query={approval} failed={texts.loadFailed}>
      {(found) => <Question approval={found} onDone={onClose} />}
    </QueryView>
  );
}

function Question({ approval, onDone }: { approval: Approval; onDone: () => void }) {
  const mayDecide = useMay("approval.decide");
  const isOwner = useMay("organization.manage");
  const decided = new Set(approval.decisions.map(({ by }) => by));
  const waiting = approval.approvers.filter((email) => !decided.has(email));
  const open = approval.status === "pending";
  return (
    <Stack>
      <Text fw={600} size="lg">
        {approval.title}
      </Text>
      <Text style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{approval.message}</Text>
      <ApprovalDocuments documents={approval.documents} />
      <Decisions approval={approval} />
      <Text size="sm" c="dimmed">
        <Anchor component={Link} to={`/jobs/${approval.job}`}>
          {texts.dialog.job}
        </Anchor>
        {open && approval.expires_at ? (
          <>
            {" · "}
            {texts.dialog.expires} <RelativeTime value={approval.expires_at} />
          </>
        ) : null}
      </Text>
      {open ? null : <Alert variant="light">{texts.status[approval.status]}</Alert>}
      {open && approval.mine && mayDecide ? (
        <>
          <DecisionForm approval={approval} onDone={onDone} />
          {approval.approvers.length > 0 ? <DelegateForm id={approval.id} onDone={onDone} /> : null}
        </>
      ) : null}
      {open && !(approval.mine && mayDecide) ? <Alert variant="light">{texts.dialog.notYours}</Alert> : null}
      {open && !approval.mine && isOwner && waiting.length > 0 ? (
        <DelegateForm id={approval.id} approvers={waiting} onDone={onDone} />
      ) : null}
    </Stack>
  );
}

function Decisions({ approval: { decisions, required } }: { approval: Approval }) {
  if (decisions.length === 0) return null;
  const approved = decisions.filter(({ decision }) => decision === "approved").length;
  return (
    <div>
      <Text size="sm" fw={600}>
        {texts.dialog.decisions}
        {required > 1 ? ` · ${texts.progress(approved, required)}` : ""}
      </Text>
      {decisions.map(({ by, decision, comment }) => (
        <Text size="sm" key={by}>
          {by}: {decision}
          {comment ? ` – ${comment}` : ""}
        </Text>
      ))}
    </div>
  );
}
