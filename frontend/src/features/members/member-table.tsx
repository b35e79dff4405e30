import { ActionIcon, Avatar, Badge, Group, Select, Text, Tooltip } from "@mantine/core";
import { IconCircleCheck, IconMailForward, IconUserMinus } from "@tabler/icons-react";
import { useChangeRole } from "@/features/members/change-role";
import { useRemoveMember } from "@/features/members/remove-member";
import { roleLabel, roleOptions } from "@/features/members/roles";
import { memberTexts as texts } from "@/features/members/texts";
import type { Member } from "@/shared/api/schemas";
import { useSession } from "@/shared/session/use-session";
import type { Column } from "@/shared/ui/data-table";
import { DataTable } from "@/shared/ui/data-table";
import { StatusBadge } from "@/shared/ui/status-badge";

type MemberTableProps = { members: readonly Member[]; mayManage: boolean };

export function MemberTable({ members, mayManage }: MemberTableProps) {
  const columns: Column<Member>[] = [
    { key: "person", title: texts.columns.person, cell: (member) => <Person member={member} /> },
    {
      key: "status",
      title: texts.columns.status,
      from: "sm",
      cell: ({ status }) => <MemberStatus invited={status === "invited"} />,
    },
    {
      key: "role",
      title: texts.columns.role,
      cell: (member) => (mayManage ? <RoleSelect member={member} /> : roleLabel(member.role)),
    },
    {
      key: "actions",
      title: "",
      align: "right",
      cell: (member) => (mayManage ? <RemoveButton member={member} /> : null),
    },
  ];
  return <DataTable label={texts.table} rows={members} columns={columns} rowKey={({ id }) => id} />;
}

function Person({ member: { name, email } }: { member: Member }) {
  const own = useSession()?.user.email === email;
  return (
    <Group gap="sm" wrap="nowrap">
      <Avatar name={name || email} color="petrol" size={34} radius="xl" visibleFrom="xs" aria-hidden />
      <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
        <Text component="div" size="sm" fw={550}>
          {name || email} {own ? <Badge size="xs">{texts.you}</Badge> : null}
        </Text>
        {name ? (
          <Text size="xs" c="dimmed">
            {email}
          </Text>
        ) : null}
      </div>
    </Group>
  );
}

function MemberStatus({ invited }: { invited: boolean }) {
  return invited ? (
    <StatusBadge tone="warning" icon={IconMailForward} label={texts.status.invited} />
  ) : (
    <StatusBadge tone="success" icon={IconCircleCheck} label={texts.status.active} />
  );
}

function RoleSelect({ member: { id, name, email, role } }: { member: Member }) {
  const change = useChangeRole();
  return (
    <Select
      aria-label={texts.roleOf(name || email)}
      data={roleOptions}
      value={change.isPending ? change.variables.role : role}
      onChange={(next) => next && change.mutate({ id, role: next })}
      allowDeselect={false}
      w={130}
      size="xs"
    />
  );
}

function RemoveButton({ member }: { member: Member }) {
  const remove = useRemoveMember();
  const label = texts.remove(member.name || member.email);
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => void remove(member)}>
        <IconUserMinus size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
