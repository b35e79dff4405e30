import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { memberListQuery } from "@/features/members/member-queries";
import { MemberTable } from "@/features/members/member-table";
import { memberTexts as texts } from "@/features/members/texts";
import { useMay } from "@/shared/session/use-session";
import { later } from "@/shared/ui/later";
import { PageFrame } from "@/shared/ui/page-frame";
import { QueryView } from "@/shared/ui/query-view";

const InviteDialog = later(
  async () => (await import("@/features/members/invite-dialog")).InviteDialog,
  ({ opened }) => opened,
);

export function MembersPage() {
  const members = useQuery(memberListQuery);
  const mayManage = useMay("member.manage");
  const [inviting, dialog] = useDisclosure(false);
  return (
    <PageFrame
      title={texts.title}
      description={texts.description}
      actions={
        mayManage ? (
          <Button leftSection={<IconUserPlus size={16} />} onClick={dialog.open}>
            {texts.invite}
          </Button>
        ) : null
      }
    >
      <QueryView query={members} failed={texts.loadFailed}>
        {({ results }) => <MemberTable members={results} mayManage={mayManage} />}
      </QueryView>
      <InviteDialog opened={inviting} onClose={dialog.close} />
    </PageFrame>
  );
}
